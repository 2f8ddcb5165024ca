package dev.waybill.outbox.inbox;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apache.kafka.clients.admin.NewTopic;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.kafka.config.TopicBuilder;

/** A service that writes down what it applies, in the order in which it does, in {@code public.effect}. */
@SpringBootApplication
class Receiver {

    /** What fails for now, as {@code subject/sequence}, or {@code id} for an event without a sequence; and how. */
    static final Map<String, Function<InboxEvent, Throwable>> FAILING = new ConcurrentHashMap<>();

    static final Set<String> TYPES = ConcurrentHashMap.newKeySet();

    static volatile int room = Integer.MAX_VALUE;

    static {
        TYPES.add("test.happened");
    }

    static void fail(String event) {
        FAILING.put(event, failing -> new IllegalStateException("cannot handle " + event));
    }

    @Bean
    NewTopic topic(@Value("${waybill.outbox.topic}") String name) {
        return TopicBuilder.name(name)
                .partitions(2)
                .replicas(1)
                .config("max.message.bytes", "4000000")
                .build();
    }

    @Bean
    InboxHandler handler(JdbcTemplate jdbc, @Value("${waybill.outbox.topic}") String topic) {
        return new InboxHandler() {
            @Override
            public String topic() {
                return topic;
            }

            @Override
            public Set<String> types() {
                return TYPES;
            }

            @Override
            public int room() {
                return room;
            }

            @Override
            public void handle(List<InboxEvent> events) {
                events.forEach(event -> apply(jdbc, event));
            }
        };
    }

    private static void apply(JdbcTemplate jdbc, InboxEvent event) {
        jdbc.update(
                "INSERT INTO public.effect (subject, sequence, id_, data) VALUES (?, ?, ?, ?)",
                event.subject(),
                event.sequence(),
                event.id(),
                String.valueOf(event.data(Object.class)));
        String name =
                event.sequence() == InboxEvent.NO_SEQUENCE ? event.id() : event.subject() + "/" + event.sequence();
        if (FAILING.containsKey(name)) {
            throwIt(FAILING.get(name).apply(event));
        }
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void throwIt(Throwable error) throws E {
        throw (E) error;
    }
}
