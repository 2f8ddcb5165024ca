package dev.waybill.orders.order;

import dev.waybill.orders.idempotency.IdempotencyKey;
import dev.waybill.orders.idempotency.Once;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.UUID;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.UriComponentsBuilder;

@RestController
@RequestMapping(path = "/orders", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Orders", description = "Place orders, see them and their journey, change their address, cancel them")
class OrderController {

    private static final String REPLAYED = "Idempotent-Replayed";

    private final Orders orders;
    private final Journeys journeys;

    OrderController(Orders orders, Journeys journeys) {
        this.orders = orders;
        this.journeys = journeys;
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(summary = "Places an order")
    @Parameter(
            name = IdempotencyKey.HEADER,
            in = ParameterIn.HEADER,
            description =
                    "1 to 255 visible ASCII characters, quoted or not. The same request under the same key places one"
                            + " order, however often it is sent")
    @ApiResponse(
            responseCode = "201",
            description = "Placed; or placed before under the same key",
            headers = {
                @Header(name = HttpHeaders.LOCATION, description = "Where the order is"),
                @Header(name = HttpHeaders.ETAG, description = "For If-Match"),
                @Header(name = REPLAYED, description = "true: this is the answer of an earlier request")
            })
    @ApiResponse(responseCode = "409", description = "The first request under this key is still being worked on")
    @ApiResponse(responseCode = "413", description = "The body is over 2 MiB")
    @ApiResponse(responseCode = "415", description = "The body is not application/json")
    @ApiResponse(responseCode = "422", description = "This key came with another body before")
    ResponseEntity<OrderView> place(
            @Parameter(hidden = true) @RequestHeader HttpHeaders headers,
            @Valid @RequestBody PlaceOrder request,
            UriComponentsBuilder base) {
        PlaceOrder priced = request.priced();
        Once.Answer<OrderView> answer = IdempotencyKey.of(headers.get(IdempotencyKey.HEADER))
                .map(key -> orders.place(priced, key))
                .orElseGet(() -> new Once.Answer<>(orders.place(priced), false));
        OrderView order = answer.body();
        ResponseEntity.BodyBuilder created = ResponseEntity.created(
                        base.path("/orders/{id}").build(order.id()))
                .eTag(order.etag());
        return (answer.replayed() ? created.header(REPLAYED, "true") : created).body(order);
    }

    @GetMapping("/{id}")
    @Operation(summary = "Shows an order")
    @ApiResponse(responseCode = "200", description = "The order")
    @ApiResponse(responseCode = "404", description = "There is no such order")
    ResponseEntity<OrderView> get(@PathVariable UUID id) {
        return answer(HttpStatus.OK, orders.get(id));
    }

    @GetMapping
    @Operation(summary = "Lists orders, newest first")
    @ApiResponse(responseCode = "200", description = "A page of them")
    OrderPage list(
            @RequestParam(required = false) OrderStatus status,
            @RequestParam(defaultValue = "50") @Min(1) @Max(200) int limit,
            @Parameter(description = "The `next` of the page before") @RequestParam(required = false) UUID after) {
        return orders.list(status, limit, after);
    }

    @PutMapping(path = "/{id}/delivery-address", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(summary = "Has an order delivered elsewhere", description = "The same address again changes nothing")
    @ApiResponse(responseCode = "200", description = "The order, at its new address")
    @ApiResponse(responseCode = "404", description = "There is no such order")
    @ApiResponse(responseCode = "409", description = "The order is CANCELLING, CANCELLED or REJECTED")
    @ApiResponse(responseCode = "412", description = "The order is not at the version of If-Match")
    @ApiResponse(responseCode = "413", description = "The body is over 2 MiB")
    @ApiResponse(responseCode = "415", description = "The body is not application/json")
    ResponseEntity<OrderView> readdress(
            @PathVariable UUID id,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) String ifMatch,
            @Valid @RequestBody Address address) {
        return answer(HttpStatus.OK, orders.readdress(id, address, new IfMatch(ifMatch)));
    }

    @PostMapping("/{id}/cancellation")
    @Operation(
            summary = "Asks for an order not to be delivered",
            description = "It is CANCELLED when shipping has confirmed that. Asking again changes nothing")
    @ApiResponse(responseCode = "202", description = "The order, CANCELLING; or CANCELLED if that is done already")
    @ApiResponse(responseCode = "404", description = "There is no such order")
    @ApiResponse(responseCode = "409", description = "The order is REJECTED: there is nothing to cancel")
    @ApiResponse(responseCode = "412", description = "The order is not at the version of If-Match")
    ResponseEntity<OrderView> cancel(
            @PathVariable UUID id, @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) String ifMatch) {
        return answer(HttpStatus.ACCEPTED, orders.cancel(id, new IfMatch(ifMatch)));
    }

    @GetMapping("/{id}/journey")
    @Operation(
            summary = "Shows when each event of an order was written, published and acknowledged",
            description = "In their order, as far back as events are kept (7 days unless configured otherwise)")
    @ApiResponse(responseCode = "200", description = "A page of them")
    @ApiResponse(responseCode = "404", description = "There is no such order")
    Journey journey(
            @PathVariable UUID id,
            @RequestParam(defaultValue = "50") @Min(1) @Max(200) int limit,
            @Parameter(description = "The `next` of the page before") @RequestParam(required = false) @Min(0)
                    Long after) {
        return journeys.of(id, limit, after == null ? -1 : after);
    }

    private static ResponseEntity<OrderView> answer(HttpStatus status, OrderView order) {
        return ResponseEntity.status(status).eTag(order.etag()).body(order);
    }
}
