package dev.waybill.orders.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.waybill.orders.web.Problem;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.Currency;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MoneyTest {

    @ParameterizedTest
    @CsvSource({
        "EUR, 19.99, 2, 19.99, 39.98",
        "EUR, 5, 1, 5.00, 5.00",
        "EUR, 0.1, 3, 0.10, 0.30",
        "EUR, 0, 7, 0.00, 0.00",
        "EUR, 1e2, 1, 100.00, 100.00",
        "JPY, 120, 3, 120, 360",
        "KWD, 1.234, 10000, 1.234, 12340.000",
        "CLF, 1.2345, 2, 1.2345, 2.4690",
        "EUR, 1000000, 10000, 1000000.00, 10000000000.00"
    })
    void isShownWithTheDecimalsOfItsCurrency(
            String currency, String price, int quantity, String shownPrice, String shownTotal) {
        PlaceOrder order = order(currency, price, quantity).priced();

        assertThat(order.lines().get(0).unitPrice()).hasToString(shownPrice);
        assertThat(order.total()).hasToString(shownTotal);
    }

    @ParameterizedTest
    @CsvSource({"EUR, 0.001", "EUR, 1e-3", "JPY, 1.5", "EUR, -1", "EUR, 1000000.01", "EUR, 1e99"})
    void refusesWhatThePriceCannotBe(String currency, String price) {
        assertThatThrownBy(() -> order(currency, price, 1).priced()).isInstanceOf(Problem.class);
    }

    @Test
    void addsUpExactly() {
        List<OrderLine> dimes = Collections.nCopies(500, new OrderLine("A", 1, new BigDecimal("0.10")));

        assertThat(new PlaceOrder("c", "EUR", dimes, null).total()).hasToString("50.00");
    }

    @Test
    void fitsTheDatabaseInEveryCurrency() {
        assertThat(Currency.getAvailableCurrencies())
                .allSatisfy(currency ->
                        assertThat(currency.getDefaultFractionDigits()).isLessThanOrEqualTo(4));
    }

    @Test
    void readsTheDigitsAsTheyWereSent() throws JsonProcessingException {
        ObjectMapper json = new ObjectMapper();
        String line = "{\"sku\":\"A\",\"quantity\":1,\"unitPrice\":%s}";

        for (String price : List.of("0.1", "\"0.1\"")) {
            assertThat(json.readValue(line.formatted(price), OrderLine.class).unitPrice())
                    .hasToString("0.1");
        }
    }

    private static PlaceOrder order(String currency, String price, int quantity) {
        return new PlaceOrder("c", currency, List.of(new OrderLine("A", quantity, new BigDecimal(price))), null);
    }
}
