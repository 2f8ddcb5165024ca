package dev.waybill.outbox.relay;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.record.TimestampType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the topics that the service declares, as soon as the broker answers, and checks that the largest event fits.
 *
 * <p>On the outbox's own topic the broker states the time of a record, unless it is declared otherwise: it refuses one that is
 * an hour ahead of its clock ({@code message.timestamp.after.max.ms}), and a service's clock must not be able to stop it.
 */
final class Topics {

    private static final Logger log = LoggerFactory.getLogger(Topics.class);
    private static final int TIMEOUT_MILLIS = 5_000;
    /** What a record batch of one adds to key, headers and value. */
    static final int BATCH_OVERHEAD = 1_000;

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

    private final Map<String, Object> adminConfig;
    private final List<NewTopic> declared;
    private final String topic;
    private final long largestEvent;
    private boolean prepared;

    Topics(Map<String, Object> adminConfig, List<NewTopic> declared, String topic, long largestEvent) {
        this.adminConfig = new HashMap<>(adminConfig);
        this.adminConfig.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
        this.adminConfig.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
        this.declared = declared;
        this.topic = topic;
        this.largestEvent = largestEvent;
    }

    /**
     * Once successful it does nothing more.
     *
     * @throws KafkaException while the broker does not answer, or the topic is missing and not declared
     * @throws IllegalStateException if the topic does not take the largest event
     */
    synchronized void prepare() {
        if (prepared) {
            return;
        }
        try (Admin admin = Admin.create(adminConfig)) {
            for (NewTopic each : declared) {
                create(admin, each);
            }
            long limit = limit(admin);
            if (largestEvent + BATCH_OVERHEAD > limit) {
                throw new IllegalStateException(
                        ("waybill.outbox.max-event-size (%,d bytes) does not fit into topic %s, whose max.message.bytes is"
                                        + " %,d: lower the one or raise the other")
                                .formatted(largestEvent, topic, limit));
            }
        }
        prepared = true;
    }

    private void create(Admin admin, NewTopic newTopic) {
        try {
            get(admin.createTopics(List.of(timedByTheBroker(newTopic))).all());
            log.info("created topic {} with {} partitions", newTopic.name(), newTopic.numPartitions());
        } catch (TopicExistsException e) {
            log.debug("topic {} exists", newTopic.name());
        } catch (TopicAuthorizationException e) { // said before the broker looks whether there is anything to create
            if (!exists(admin, newTopic.name())) {
                throw refused("create", newTopic.name(), e);
            }
        }
    }

    private static boolean exists(Admin admin, String name) {
        try {
            get(admin.describeTopics(List.of(name)).allTopicNames());
            return true;
        } catch (UnknownTopicOrPartitionException | TopicAuthorizationException e) {
            return false;
        }
    }

    private NewTopic timedByTheBroker(NewTopic newTopic) {
        if (newTopic.name().equals(topic)) {
            Map<String, String> configs = new HashMap<>();
            configs.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, TimestampType.LOG_APPEND_TIME.name);
            if (newTopic.configs() != null) {
                configs.putAll(newTopic.configs());
            }
            newTopic.configs(configs);
        }
        return newTopic;
    }

    private long limit(Admin admin) {
        boolean ours = declared.stream().anyMatch(each -> each.name().equals(topic));
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS);
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        while (true) {
            try {
                return Long.parseLong(
                        get(admin.describeConfigs(List.of(resource)).all())
                                .get(resource)
                                .get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG)
                                .value());
            } catch (TopicAuthorizationException e) {
                throw refused("describe the configuration of", topic, e);
            } catch (UnknownTopicOrPartitionException e) {
                if (!ours || System.nanoTime() > deadline) {
                    throw new UnknownTopicOrPartitionException(
                            "topic " + topic
                                    + " (waybill.outbox.topic) does not exist: create it, or declare a NewTopic bean",
                            e);
                }
                new Bell().await(BETWEEN_LOOKS); // made a moment ago: not every broker knows it yet
            }
        }
    }

    /** The broker's own word does not say what it is that is refused. */
    private static RuntimeException refused(String act, String topic, TopicAuthorizationException e) {
        return new AuthorizationException("the broker does not let this service %s topic %s".formatted(act, topic), e);
    }

    private static <T> T get(org.apache.kafka.common.KafkaFuture<T> future) {
        try {
            return future.get(2 * TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new KafkaException(e.getCause());
        } catch (TimeoutException e) {
            throw new org.apache.kafka.common.errors.TimeoutException("the broker did not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new org.apache.kafka.common.errors.InterruptException(e);
        }
    }
}
