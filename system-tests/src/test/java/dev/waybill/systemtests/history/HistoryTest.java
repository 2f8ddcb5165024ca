package dev.waybill.systemtests.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waybill.systemtests.outside.Address;
import dev.waybill.systemtests.outside.Carrier;
import dev.waybill.systemtests.outside.Http;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {

    private static final UUID ORDER = UUID.randomUUID();
    private static final Address ADDRESS = new Address("Ada", "1 Way", "London", "SW1Y 4JH", "GB");

    @TempDir
    private Path parent;

    private Path folder;

    @BeforeEach
    void folder() {
        folder = parent.resolve("rounds/1");
    }

    private static Operation cancel(int client) {
        return new Operation(
                client,
                Operation.Kind.CANCEL,
                UUID.randomUUID(),
                ORDER,
                null,
                5,
                9,
                Operation.Result.UNKNOWN,
                null,
                "cut\noff");
    }

    private static JsonNode json(String text) throws IOException {
        return Http.JSON.readTree(text.replace('\'', '"'));
    }

    private void recordAll() throws IOException {
        String address = Http.JSON.writeValueAsString(ADDRESS);
        try (Recorder recorder = new Recorder(folder)) {
            recorder.add(cancel(3));
            recorder.add(new FaultSpan("kill -9", "order-service-1", 10, 20, null, null));
            recorder.add(new Sample(1000, 5L, null, "OPEN", 7L, 12));
            recorder.add(new Poison(Observed.ORDERS, 1, 17, "bad-json"));
            recorder.round(new Round(7, "test", Instant.EPOCH, 2, 30, null, 60));
            recorder.orders(List.of(
                    json("{'id':'%s','customerId':'c','status':'PLACED','deliveryAddress':%s,".formatted(ORDER, address)
                            + "'shipment':null}")));
            recorder.shipments(List.of(
                    json("{'orderId':'%s','status':'AWAITING_CARRIER','deliveryAddress':%s,".formatted(ORDER, address)
                            + "'trackingNumber':null,'attempts':3}")));
            recorder.carrier(List.of(new Carrier.Request("POST", "/bookings", ORDER + "-0", ORDER, ADDRESS, 201)));
            recorder.topic(Observed.ORDERS, List.of(new TopicRecord(0, 0, "k", "id", "order.placed", "s", "k", 0L)));
            recorder.topic(Observed.SHIPMENTS, List.of(new TopicRecord(2, 5, null, null, null, null, null, null)));
            recorder.relays(
                    json("{'state':'ACTIVE','holder':'x','holes':[],'lag':{'events':0,'seconds':0.0}}"),
                    json("{'state':'STOPPED','holes':[{'position':3}],'lag':{'events':2,'seconds':1.5}}"));
            recorder.deadLetters(Map.of(
                    Observed.ORDER_SERVICE,
                    List.of(),
                    Observed.SHIPPING_SERVICE,
                    List.of(json("{'id':1,'state':'FAILED','cause':'the value is null','subject':null,'sequence':null,"
                            + "'topic':'waybill.orders','partition':1,'offset':17,'attempts':1}"))));
        }
    }

    @Test
    void what_is_recorded_is_read() throws IOException {
        recordAll();

        History history = History.read(folder);

        assertThat(history.round()).isEqualTo(new Round(7, "test", Instant.EPOCH, 2, 30, null, 60));
        assertThat(history.operations())
                .singleElement()
                .usingRecursiveComparison()
                .ignoringFields("wish")
                .isEqualTo(cancel(3));
        assertThat(history.faults()).containsExactly(new FaultSpan("kill -9", "order-service-1", 10, 20, null, null));
        assertThat(history.samples()).containsExactly(new Sample(1000, 5L, null, "OPEN", 7L, 12));
        assertThat(history.poison()).containsExactly(new Poison(Observed.ORDERS, 1, 17, "bad-json"));
        Observed observed = history.observed();
        assertThat(observed.orders()).containsExactly(new Observed.Order(ORDER, "PLACED", ADDRESS, null));
        assertThat(observed.shipments())
                .containsExactly(new Observed.Shipment(ORDER, "AWAITING_CARRIER", ADDRESS, null));
        assertThat(observed.carrier())
                .containsExactly(new Carrier.Request("POST", "/bookings", ORDER + "-0", ORDER, ADDRESS, 201));
        assertThat(observed.orderEvents())
                .containsExactly(new TopicRecord(0, 0, "k", "id", "order.placed", "s", "k", 0L));
        assertThat(observed.shipmentEvents())
                .containsExactly(new TopicRecord(2, 5, null, null, null, null, null, null));
        assertThat(observed.relays().orders().state()).isEqualTo("ACTIVE");
        assertThat(observed.relays().shipping().holes()).hasSize(1);
        assertThat(observed.relays().shipping().lag().events()).isEqualTo(2);
        assertThat(observed.deadLetters())
                .containsExactly(new Observed.Letter(
                        Observed.SHIPPING_SERVICE,
                        1,
                        "FAILED",
                        "the value is null",
                        null,
                        null,
                        Observed.ORDERS,
                        1,
                        17));
    }

    @Test
    void what_many_threads_record_at_once_is_all_there() throws IOException {
        recordAll();
        Path other = parent.resolve("2");
        try (Recorder recorder = new Recorder(other)) {
            IntStream.range(0, 2_000).parallel().forEach(client -> recorder.add(cancel(client)));
        }
        Files.copy(
                other.resolve("operations.jsonl"),
                folder.resolve("operations.jsonl"),
                StandardCopyOption.REPLACE_EXISTING);

        assertThat(History.read(folder).operations())
                .extracting(Operation::client)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 2_000).boxed().toList());
    }

    @Test
    void what_is_observed_again_replaces_what_was_observed_before() throws IOException {
        recordAll();
        Path other = parent.resolve("2");
        try (Recorder recorder = new Recorder(other)) {
            recorder.carrier(List.of(new Carrier.Request("POST", "/bookings", ORDER + "-0", ORDER, ADDRESS, 503)));
            recorder.carrier(List.of());
        }

        assertThat(other.resolve("observed/carrier.jsonl")).isEmptyFile();
        assertThat(other.resolve("observed")).isDirectoryNotContaining("glob:**.new");
    }

    @Test
    void a_second_history_in_a_folder_is_refused() throws IOException {
        recordAll();

        assertThatThrownBy(() -> new Recorder(folder)).hasMessageContaining("operations.jsonl");
    }

    @Test
    void half_a_history_is_refused() throws IOException {
        recordAll();
        Files.delete(folder.resolve("observed/carrier.jsonl"));

        assertThatThrownBy(() -> History.read(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("carrier.jsonl");
    }

    @Test
    void a_line_that_is_cut_off_is_named() throws IOException {
        recordAll();
        Files.writeString(folder.resolve("samples.jsonl"), "{\"at\":17,\"ord", StandardOpenOption.APPEND);

        assertThatThrownBy(() -> History.read(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("samples.jsonl, line 2");
    }

    @Test
    void a_number_that_is_left_out_is_not_taken_for_0() throws IOException {
        recordAll();
        Files.writeString(folder.resolve("poison.jsonl"), "{\"topic\":\"waybill.orders\",\"kind\":\"no-id\"}\n");

        assertThatThrownBy(() -> History.read(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("poison.jsonl, line 1")
                .hasMessageContaining("partition");
    }
}
