package dev.waybill.outbox.support;

import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.kafka.config.TopicBuilder;

/** A service that stands on the library, as its users would write it. */
@SpringBootApplication
public class TestApplication {

    /** Starts one more instance of the service; the caller closes it. */
    public static ConfigurableApplicationContext start(Service service, Map<String, String> more) {
        return service.start(TestApplication.class, more);
    }

    /** The same, with its endpoints. */
    public static ConfigurableApplicationContext startManaged(Service service, Map<String, String> more) {
        return start(service, Management.properties(more));
    }

    /** For an instance in a process of its own, which can be frozen and killed. */
    public static void main(String[] arguments) {
        SpringApplication.run(TestApplication.class, arguments);
    }

    @Bean
    NewTopic topic(@Value("${waybill.outbox.topic}") String name) {
        return TopicBuilder.name(name).partitions(4).replicas(1).build();
    }
}
