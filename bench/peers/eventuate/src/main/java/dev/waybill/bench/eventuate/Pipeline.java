package dev.waybill.bench.eventuate;

import dev.waybill.bench.contest.Settings;
import io.eventuate.cdc.producer.wrappers.kafka.EventuateKafkaDataProducerWrapper;
import io.eventuate.common.id.DatabaseIdGenerator;
import io.eventuate.common.jdbc.EventuateSchema;
import io.eventuate.common.jdbc.sqldialect.SqlDialectSelector;
import io.eventuate.local.common.CdcDataPublisher;
import io.eventuate.local.common.ConnectionPoolConfigurationProperties;
import io.eventuate.local.polling.PollingDao;
import io.eventuate.local.unified.cdc.pipeline.polling.factory.PollingCdcPipelineReaderFactory;
import io.eventuate.local.unified.cdc.pipeline.polling.properties.PollingPipelineReaderProperties;
import io.eventuate.messaging.kafka.producer.EventuateKafkaProducer;
import io.eventuate.messaging.kafka.producer.EventuateKafkaProducerConfigurationProperties;
import io.eventuate.tram.cdc.connector.BinlogEntryToMessageConverter;
import io.eventuate.tram.cdc.connector.MessageWithDestination;
import io.eventuate.tram.cdc.connector.MessageWithDestinationPublishingStrategy;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The default pipeline of the CDC service with its polling reader, put together as the service does, but for the election of
 * a leader: this is the only one, and there is no ZooKeeper.
 */
final class Pipeline {

    static final String DRIVER = "org.postgresql.Driver";

    /** Its batches put events of several keys into one record, which has one key and which only Eventuate can read. */
    private static final boolean BATCHES = false;

    private final PollingPipelineReaderProperties properties = new PollingPipelineReaderProperties();
    private final Map<String, String> producer;
    private final CdcDataPublisher<MessageWithDestination> publisher;
    private final PollingDao reader;

    Pipeline(Settings settings, String schema, SqlDialectSelector dialects) {
        MeterRegistry meters = new SimpleMeterRegistry();
        properties.setDataSourceUrl(settings.jdbcUrl());
        properties.setDataSourceUserName(settings.user());
        properties.setDataSourcePassword(settings.password());
        properties.setDataSourceDriverClassName(DRIVER);
        properties.setReaderName("reader");
        properties.setOutboxId(1L);
        if (settings.tuned()) {
            properties.setPollingIntervalInMilliseconds(10);
            properties.setMaxEventsPerPolling(5_000);
        }
        producer = settings.tuned()
                ? new TreeMap<>(Map.of("batch.size", "131072", "compression.type", "lz4", "linger.ms", "0"))
                : Map.of();
        publisher = new CdcDataPublisher<>(
                () -> new EventuateKafkaDataProducerWrapper(
                        new EventuateKafkaProducer(
                                settings.bootstrap(), new EventuateKafkaProducerConfigurationProperties(producer)),
                        BATCHES,
                        0,
                        meters),
                (offset, topic) -> true, // is asked of log readers only
                new MessageWithDestinationPublishingStrategy(),
                meters);
        reader = new PollingCdcPipelineReaderFactory(meters, dialects, new ConnectionPoolConfigurationProperties())
                .create(properties);
        reader.addBinlogEntryHandler(
                new EventuateSchema(schema),
                "message",
                new BinlogEntryToMessageConverter(new DatabaseIdGenerator(properties.getOutboxId())),
                publisher::sendMessage);
    }

    List<String> describe() {
        return List.of(
                "eventuatelocal.cdc.polling.interval.in.milliseconds=" + properties.getPollingIntervalInMilliseconds(),
                "eventuatelocal.cdc.max.events.per.polling=" + properties.getMaxEventsPerPolling(),
                producer.isEmpty()
                        ? "the producer's defaults"
                        : "eventuate.local.kafka.producer.properties=" + producer);
    }

    void start() {
        publisher.start();
        reader.start();
    }

    /** The reader ends when what it has read is acknowledged and marked. */
    void stop() {
        reader.stop(false);
        publisher.stop();
    }
}
