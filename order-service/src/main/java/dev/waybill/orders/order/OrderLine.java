package dev.waybill.orders.order;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.persistence.Embeddable;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** What is ordered, how many, and the price of one. */
@Embeddable
record OrderLine(
        @NotBlank @Size(max = 64) @PlainText String sku,
        @NotNull @Min(1) @Max(10_000) Integer quantity,

        @Schema(
                type = "string",
                example = "19.99",
                description = "Not more decimals than the currency has; 0 to 1000000")
        @NotNull
        @JsonFormat(shape = JsonFormat.Shape.STRING)
        @JsonDeserialize(using = Money.PriceReader.class)
        BigDecimal unitPrice) {

    static final int MOST = 500;

    OrderLine in(String currency) {
        return new OrderLine(sku, quantity, Money.in(currency, unitPrice));
    }

    BigDecimal amount() {
        return unitPrice.multiply(BigDecimal.valueOf(quantity));
    }

    /** Stops at the first line too many, so that a body full of lines never becomes a heap full of them. */
    static final class ListReader extends StdDeserializer<List<OrderLine>> {

        ListReader() {
            super(List.class);
        }

        @Override
        public List<OrderLine> deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            if (!parser.isExpectedStartArrayToken()) {
                throw JsonMappingException.from(parser, "must be a list");
            }
            List<OrderLine> lines = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (lines.size() == MOST) {
                    throw JsonMappingException.from(parser, "must have at most " + MOST + " lines");
                }
                lines.add(line(parser, context, lines));
            }
            return lines;
        }

        private static OrderLine line(JsonParser parser, DeserializationContext context, List<OrderLine> lines)
                throws IOException {
            try {
                if (parser.currentToken() == JsonToken.VALUE_NULL) {
                    throw JsonMappingException.from(parser, "must be an object");
                }
                return context.readValue(parser, OrderLine.class);
            } catch (JsonMappingException e) {
                e.prependPath(lines, lines.size());
                throw e;
            }
        }
    }
}
