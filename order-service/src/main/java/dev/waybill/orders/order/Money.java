package dev.waybill.orders.order;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Currency;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Amounts are exact decimals, from the request's own digits to the database and back; a double never touches them. */
final class Money {

    static final BigDecimal HIGHEST_PRICE = new BigDecimal(1_000_000);

    /** Those that have minor units, if only none of them, as the yen: gold has not even that. */
    private static final Map<String, Currency> CURRENCIES = Currency.getAvailableCurrencies().stream()
            .filter(currency -> currency.getDefaultFractionDigits() >= 0)
            .collect(Collectors.toUnmodifiableMap(Currency::getCurrencyCode, Function.identity()));

    private Money() {}

    static boolean isCurrency(String code) {
        return CURRENCIES.containsKey(code);
    }

    /** How many decimals an amount in this currency has. */
    static int decimals(String currency) {
        return CURRENCIES.get(currency).getDefaultFractionDigits();
    }

    /**
     * The amount with all the decimals of its currency, as it is shown.
     *
     * @throws ArithmeticException if it has more than that: nothing is ever rounded
     */
    static BigDecimal in(String currency, BigDecimal amount) {
        return amount.setScale(decimals(currency), RoundingMode.UNNECESSARY);
    }

    /** Reads a price from a JSON string or number, by its digits as they were sent. */
    static final class PriceReader extends StdDeserializer<BigDecimal> {

        /** Bounds what is made a BigDecimal: 1e999999999 is short to write and long to compute with. */
        private static final Pattern PRICE = Pattern.compile("-?[0-9]{1,20}(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?");

        PriceReader() {
            super(BigDecimal.class);
        }

        @Override
        public BigDecimal deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            JsonToken token = parser.currentToken();
            if (token != JsonToken.VALUE_STRING && !token.isNumeric()) {
                throw JsonMappingException.from(parser, "must be a decimal number, such as \"19.99\"");
            }
            String price = parser.getText();
            if (!PRICE.matcher(price).matches()) {
                throw JsonMappingException.from(parser, "must be a decimal number, such as \"19.99\"");
            }
            return new BigDecimal(price);
        }
    }
}
