package dev.waybill.systemtests.rounds;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waybill.systemtests.cluster.Cluster;
import dev.waybill.systemtests.cluster.Instance;
import dev.waybill.systemtests.history.Recorder;
import dev.waybill.systemtests.history.TopicRecord;
import dev.waybill.systemtests.outside.Http;
import dev.waybill.systemtests.outside.Topic;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** How it stands in the end, asked from outside: REST, the topics, the carrier. */
final class Observation {

    private final Cluster cluster;

    Observation(Cluster cluster) {
        this.cluster = cluster;
    }

    /** What is still on its way, in a few words; empty when nothing is. */
    String unrest() throws Exception {
        for (Instance instance : cluster.instances()) {
            if (!instance.isReady()) {
                return instance.name() + " is not ready";
            }
        }
        for (String service : List.of(Instance.ORDERS, Instance.SHIPPING)) {
            JsonNode relay = relay(service);
            if (relay.at("/lag/events").asLong(-1) != 0 || !relay.path("holes").isEmpty()) {
                return service + "'s relay: lag " + relay.path("lag") + ", holes " + relay.path("holes");
            }
        }
        for (String status : List.of("PLACED", "CANCELLING")) {
            if (any(cluster.orders(), status)) {
                return "orders are " + status;
            }
        }
        if (any(cluster.shipments(), "AWAITING_CARRIER")) {
            return "shipments are AWAITING_CARRIER";
        }
        return unread();
    }

    private static boolean any(String list, String status) throws IOException {
        return !Http.get(list + "?limit=1&status=" + status).json().get("items").isEmpty();
    }

    private String unread() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.kafka(), "request.timeout.ms", 5_000))) {
            for (String topic : TopicFaults.TOPICS) {
                String group = topic.equals(TopicFaults.TOPICS.get(0)) ? Instance.SHIPPING : Instance.ORDERS;
                Map<TopicPartition, OffsetAndMetadata> read = admin.listConsumerGroupOffsets(group)
                        .partitionsToOffsetAndMetadata()
                        .get(5, TimeUnit.SECONDS);
                Map<TopicPartition, ListOffsetsResultInfo> ends = admin.listOffsets(admin
                                .describeTopics(List.of(topic))
                                .topicNameValues()
                                .get(topic)
                                .get(5, TimeUnit.SECONDS)
                                .partitions()
                                .stream()
                                .collect(Collectors.toMap(
                                        info -> new TopicPartition(topic, info.partition()),
                                        info -> OffsetSpec.latest())))
                        .all()
                        .get(5, TimeUnit.SECONDS);
                for (var end : ends.entrySet()) {
                    OffsetAndMetadata at = read.get(end.getKey());
                    if ((at == null ? 0 : at.offset()) < end.getValue().offset()) {
                        return "%s has read %s up to %s of %d"
                                .formatted(
                                        group, end.getKey(), at, end.getValue().offset());
                    }
                }
            }
        }
        return "";
    }

    /** Of the instance that publishes; of any, if none says so. */
    private JsonNode relay(String service) throws IOException {
        JsonNode last = null;
        for (Instance instance : cluster.instances(service)) {
            last = Http.get(instance.actuator("/relay")).json();
            if (last.path("state").asText().equals("ACTIVE")) {
                return last;
            }
        }
        return last;
    }

    /** Writes all of it down. */
    void write(Recorder recorder, Journal journal) throws IOException {
        recorder.orders(Http.list(cluster.orders()));
        recorder.shipments(Http.list(cluster.shipments()));
        journal.takeOver();
        recorder.carrier(journal.requests());
        for (String topic : TopicFaults.TOPICS) {
            recorder.topic(
                    topic,
                    Topic.read(cluster, topic).stream().map(Observation::record).toList());
        }
        recorder.relays(relay(Instance.ORDERS), relay(Instance.SHIPPING));
        recorder.deadLetters(Map.of(
                Instance.ORDERS,
                Http.list(cluster.instances(Instance.ORDERS).get(0).actuator("/deadletters")),
                Instance.SHIPPING,
                Http.list(cluster.instances(Instance.SHIPPING).get(0).actuator("/deadletters"))));
    }

    private static TopicRecord record(Topic.Event event) {
        return new TopicRecord(
                event.partition(),
                event.offset(),
                event.key(),
                event.id(),
                event.type(),
                event.source(),
                event.subject(),
                event.sequence());
    }
}
