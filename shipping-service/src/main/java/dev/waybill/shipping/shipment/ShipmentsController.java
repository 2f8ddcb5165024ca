package dev.waybill.shipping.shipment;

import dev.waybill.shipping.carrier.Carrier;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.List;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping(
        path = "/shipments",
        produces = {MediaType.APPLICATION_JSON_VALUE, MediaType.APPLICATION_PROBLEM_JSON_VALUE})
@Tag(name = "Shipments", description = "What became of the orders")
class ShipmentsController {

    /** Above every id that there is: a list begins here. */
    private static final UUID FIRST = new UUID(-1, -1);

    private final Shipments shipments;

    private final Carrier carrier;

    ShipmentsController(Shipments shipments, Carrier carrier) {
        this.shipments = shipments;
        this.carrier = carrier;
    }

    /** @param next to be given back as {@code after}; null on the last page */
    record Page(List<Shipment> items, UUID next) {}

    @GetMapping("/{orderId}")
    @Operation(summary = "The shipment of an order", description = "404 until shipping has heard of the order")
    Shipment shipment(@PathVariable UUID orderId) {
        return shown(shipments.find(orderId).orElseThrow(() -> notFound(orderId)));
    }

    @GetMapping
    @Operation(summary = "Shipments, the newest orders first")
    Page shipments(
            @RequestParam(required = false) Shipment.Status status,
            @RequestParam(defaultValue = "50") @Min(1) @Max(200) int limit,
            @RequestParam(required = false) UUID after) {
        List<Shipment> found = shipments.list(status, after == null ? FIRST : after, limit + 1);
        boolean more = found.size() > limit;
        List<Shipment> items = more ? found.subList(0, limit) : found;
        return new Page(
                items.stream().map(this::shown).toList(),
                more ? items.get(limit - 1).orderId() : null);
    }

    /** While the breaker is open nobody asks: the reason and the next attempt are the breaker's. */
    private Shipment shown(Shipment shipment) {
        return carrier.away()
                .map(away -> shipment.whileAway(away.cause(), away.until()))
                .orElse(shipment);
    }

    private static ErrorResponseException notFound(UUID orderId) {
        ErrorResponseException error = new ErrorResponseException(HttpStatus.NOT_FOUND);
        error.setDetail("shipping has not heard of order " + orderId + " (yet)");
        return error;
    }
}
