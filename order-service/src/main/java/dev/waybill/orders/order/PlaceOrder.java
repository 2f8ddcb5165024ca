package dev.waybill.orders.order;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import dev.waybill.orders.web.Problem;
import dev.waybill.orders.web.Problem.FieldError;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** An order as a customer asks for it. */
record PlaceOrder(
        @NotBlank @Size(max = 64) @PlainText String customerId,
        @NotNull @CurrencyCode String currency,

        @NotNull
        @Size(min = 1, max = OrderLine.MOST, message = "must have 1 to {max} lines")
        @JsonDeserialize(using = OrderLine.ListReader.class)
        List<@Valid OrderLine> lines,

        @NotNull @Valid Address deliveryAddress) {

    /**
     * The same order with every price in its currency's decimals, so that 5 and "5.00" are the same request.
     *
     * @throws Problem naming each price that is out of range or finer than the currency
     */
    PlaceOrder priced() {
        int decimals = Money.decimals(currency);
        List<FieldError> errors = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            BigDecimal price = lines.get(i).unitPrice();
            String field = "lines[" + i + "].unitPrice";
            if (price.signum() < 0) {
                errors.add(new FieldError(field, "must be at least 0"));
            } else if (price.compareTo(Money.HIGHEST_PRICE) > 0) {
                errors.add(new FieldError(field, "must be at most " + Money.HIGHEST_PRICE));
            } else if (price.scale() > decimals) {
                errors.add(new FieldError(field, "must have at most %d decimals in %s".formatted(decimals, currency)));
            }
        }
        if (!errors.isEmpty()) {
            throw Problem.invalid(errors);
        }
        return new PlaceOrder(
                customerId,
                currency,
                lines.stream().map(line -> line.in(currency)).toList(),
                deliveryAddress);
    }

    BigDecimal total() {
        return Money.in(currency, lines.stream().map(OrderLine::amount).reduce(BigDecimal.ZERO, BigDecimal::add));
    }
}
