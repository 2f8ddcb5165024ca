package dev.waybill.bench;

import dev.waybill.outbox.Outbox;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A service that stands on the library, as its users write it, and can be told to do what is measured. */
@SpringBootApplication(proxyBeanMethods = false)
public class Application {

    public static void main(String[] arguments) throws Exception {
        Heap heap = new Heap();
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
                .bannerMode(Banner.Mode.OFF)
                .web(WebApplicationType.NONE)
                .run(arguments)) {
            MeterRegistry meters = context.getBean(MeterRegistry.class);
            Environment environment = context.getEnvironment();
            LatencyRound latency = new LatencyRound(
                    context.getBean(Outbox.class),
                    new TransactionTemplate(context.getBean(PlatformTransactionManager.class)),
                    environment.getProperty("spring.kafka.bootstrap-servers"),
                    environment.getProperty("waybill.outbox.topic"));
            Child.obey(words -> {
                switch (words[0]) {
                    case "active" -> awaitActive(meters);
                    case "watch" -> watch(meters.get("waybill.outbox.published").counter(), Long.parseLong(words[1]));
                    case "latency" ->
                        System.out.println("@latency "
                                + latency.run(
                                        LatencyRound.Way.valueOf(words[1]),
                                        Integer.parseInt(words[2]),
                                        Integer.parseInt(words[3]),
                                        Integer.parseInt(words[4]),
                                        Integer.parseInt(words[5])));
                    case "heap" -> System.out.println("@heap " + heap.text());
                    default -> throw new IllegalArgumentException(words[0]);
                }
            });
        }
    }

    /** Until this instance publishes. */
    private static void awaitActive(MeterRegistry meters) throws InterruptedException {
        while (meters.get("waybill.outbox.active").gauge().value() < 1) {
            Thread.sleep(10);
        }
        System.out.println("@active");
    }

    /** Tells how long it took from the first to the last of the acknowledgements that the relay counts. */
    private static void watch(Counter published, long events) throws InterruptedException {
        double base = published.count();
        System.out.println("@watching");
        long first = 0;
        while (published.count() < base + events) {
            Thread.sleep(1);
            if (first == 0 && published.count() > base) {
                first = System.nanoTime();
            }
        }
        System.out.println("@acknowledged " + (System.nanoTime() - first) / 1e9);
    }
}
