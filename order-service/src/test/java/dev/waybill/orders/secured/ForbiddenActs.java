package dev.waybill.orders.secured;

import static dev.waybill.orders.secured.SecuredKafka.ORDER_SERVICE;
import static dev.waybill.orders.secured.SecuredKafka.SHIPPING_SERVICE;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.UnsupportedSaslMechanismException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** What the broker refuses, to whom, and with which exception. */
final class ForbiddenActs {

    interface Attempt {
        void on(Map<String, Object> client) throws Exception;
    }

    record Act(
            String name,
            Function<SecuredKafka, Map<String, Object>> client,
            Attempt attempt,
            Class<? extends Exception> refusal) {

        @Override
        public String toString() {
            return name;
        }
    }

    private static final String ORDERS = "waybill.orders";
    private static final String SHIPMENTS = "waybill.shipments";

    private ForbiddenActs() {}

    static Stream<Act> all() {
        return Stream.of(strangers(), ofTheOther(), ofTheAdmin()).flatMap(acts -> acts);
    }

    private static Stream<Act> strangers() {
        Attempt lookAround = admin(admin -> admin.describeCluster().clusterId());
        return Stream.of(
                new Act(
                        "without a name",
                        // The broker hangs up on whoever asks for anything before the login.
                        kafka -> Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrap()),
                        lookAround,
                        TimeoutException.class),
                new Act(
                        "with a wrong password",
                        kafka -> kafka.client(ORDER_SERVICE, "wrong"),
                        lookAround,
                        SaslAuthenticationException.class),
                new Act(
                        "as a user that there is not",
                        kafka -> kafka.client("nobody", "wrong"),
                        lookAround,
                        SaslAuthenticationException.class),
                new Act(
                        "as the admin, from outside",
                        kafka -> kafka.client("admin", SecuredKafka.password("admin")),
                        lookAround,
                        SaslAuthenticationException.class),
                new Act(
                        "as the admin, from outside, the way it logs in inside",
                        kafka -> plain(kafka.client("admin", SecuredKafka.password("admin"))),
                        lookAround,
                        UnsupportedSaslMechanismException.class));
    }

    private static Stream<Act> ofTheOther() {
        return Stream.of(
                as(SHIPPING_SERVICE, "writes " + ORDERS, write(ORDERS), TopicAuthorizationException.class),
                as(ORDER_SERVICE, "writes " + SHIPMENTS, write(SHIPMENTS), TopicAuthorizationException.class),
                as(
                        ORDER_SERVICE,
                        "reads " + SHIPMENTS + " in the other's group",
                        read(SHIPMENTS, SHIPPING_SERVICE),
                        GroupAuthorizationException.class),
                as(
                        ORDER_SERVICE,
                        "reads " + ORDERS + " in the other's group",
                        read(ORDERS, SHIPPING_SERVICE),
                        GroupAuthorizationException.class),
                as(
                        ORDER_SERVICE,
                        "reads " + ORDERS + " without a group",
                        read(ORDERS, null),
                        TopicAuthorizationException.class),
                as(
                        SHIPPING_SERVICE,
                        "reads " + SHIPMENTS + " without a group",
                        read(SHIPMENTS, null),
                        TopicAuthorizationException.class),
                as(
                        ORDER_SERVICE,
                        "looks at the other's group",
                        admin(admin ->
                                admin.listConsumerGroupOffsets(SHIPPING_SERVICE).partitionsToOffsetAndMetadata()),
                        GroupAuthorizationException.class),
                as(
                        ORDER_SERVICE,
                        "writes in a transaction",
                        ForbiddenActs::beginTransactions,
                        TransactionalIdAuthorizationException.class));
    }

    private static Stream<Act> ofTheAdmin() {
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, ORDERS);
        ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, "1");
        AlterConfigOp change = new AlterConfigOp(new ConfigEntry("compression.type", "zstd"), AlterConfigOp.OpType.SET);
        AclBinding acl = new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, SHIPMENTS, PatternType.LITERAL),
                new AccessControlEntry("User:" + ORDER_SERVICE, "*", AclOperation.ALL, AclPermissionType.ALLOW));
        return Stream.of(
                as(
                        ORDER_SERVICE,
                        "makes another topic",
                        admin(admin -> admin.createTopics(List.of(new NewTopic("waybill.mine", 1, (short) 1)))
                                .all()),
                        TopicAuthorizationException.class),
                as(
                        SHIPPING_SERVICE,
                        "makes another topic",
                        admin(admin -> admin.createTopics(List.of(new NewTopic("waybill.mine", 1, (short) 1)))
                                .all()),
                        TopicAuthorizationException.class),
                as(
                        ORDER_SERVICE,
                        "deletes its topic",
                        admin(admin -> admin.deleteTopics(List.of(ORDERS)).all()),
                        TopicAuthorizationException.class),
                as(
                        ORDER_SERVICE,
                        "empties its topic",
                        admin(admin -> admin.deleteRecords(
                                        Map.of(new TopicPartition(ORDERS, 0), RecordsToDelete.beforeOffset(-1)))
                                .all()),
                        TopicAuthorizationException.class),
                as(
                        ORDER_SERVICE,
                        "repartitions its topic",
                        admin(admin -> admin.createPartitions(Map.of(ORDERS, NewPartitions.increaseTo(12)))
                                .all()),
                        TopicAuthorizationException.class),
                as(
                        ORDER_SERVICE,
                        "configures its topic",
                        admin(admin -> admin.incrementalAlterConfigs(Map.of(topic, List.of(change)))
                                .all()),
                        TopicAuthorizationException.class),
                as(
                        ORDER_SERVICE,
                        "configures the broker",
                        admin(admin -> admin.incrementalAlterConfigs(Map.of(broker, List.of(change)))
                                .all()),
                        ClusterAuthorizationException.class),
                as(
                        ORDER_SERVICE,
                        "gives itself rights",
                        admin(admin -> admin.createAcls(List.of(acl)).all()),
                        ClusterAuthorizationException.class),
                as(
                        ORDER_SERVICE,
                        "takes everybody's rights",
                        admin(admin ->
                                admin.deleteAcls(List.of(AclBindingFilter.ANY)).all()),
                        ClusterAuthorizationException.class),
                as(
                        ORDER_SERVICE,
                        "looks at the rights",
                        admin(admin -> admin.describeAcls(AclBindingFilter.ANY).values()),
                        ClusterAuthorizationException.class),
                as(
                        ORDER_SERVICE,
                        "sets the other's password",
                        admin(admin -> admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(
                                        SHIPPING_SERVICE,
                                        new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096),
                                        "mine")))
                                .all()),
                        ClusterAuthorizationException.class));
    }

    private static Act as(String user, String does, Attempt attempt, Class<? extends Exception> refusal) {
        return new Act(user + " " + does, kafka -> kafka.client(user), attempt, refusal);
    }

    private static Attempt write(String topic) {
        return client -> {
            try (KafkaProducer<String, byte[]> producer = Clients.producer(client)) {
                producer.send(new ProducerRecord<>(topic, "forged", new byte[0]))
                        .get();
            }
        };
    }

    private static Attempt read(String topic, String group) {
        return client -> {
            try (KafkaConsumer<String, byte[]> consumer = Clients.consumer(client, group, topic)) {
                consumer.poll(Duration.ofSeconds(20));
            }
        };
    }

    private static void beginTransactions(Map<String, Object> client) {
        Map<String, Object> config = new HashMap<>(client);
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "mine");
        try (KafkaProducer<String, byte[]> producer = Clients.producer(config)) {
            producer.initTransactions();
        }
    }

    private static Attempt admin(Function<Admin, KafkaFuture<?>> what) {
        return client -> {
            Map<String, Object> config = new HashMap<>(client);
            config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
            config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
            try (Admin admin = Admin.create(config)) {
                what.apply(admin).get();
            }
        };
    }

    private static Map<String, Object> plain(Map<String, Object> client) {
        Map<String, Object> config = new HashMap<>(client);
        config.put(SaslConfigs.SASL_MECHANISM, "PLAIN");
        config.computeIfPresent(
                SaslConfigs.SASL_JAAS_CONFIG,
                (key, jaas) -> jaas.toString().replace("scram.ScramLoginModule", "plain.PlainLoginModule"));
        return config;
    }
}
