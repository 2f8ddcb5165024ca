package dev.waybill.outbox.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class SeveralDataSourcesTest {

    private final ApplicationContextRunner service = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(OutboxAutoConfiguration.class, SeveralDataSources.class))
            .withBean("own", DataSource.class, DriverManagerDataSource::new)
            .withBean("foreign", DataSource.class, DriverManagerDataSource::new);

    @Test
    void aServiceThatMeansToUseTheLibraryIsToldWhatToDo() {
        service.withPropertyValues("waybill.outbox.source=/orders", "waybill.outbox.topic=orders")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContainingAll("own and foreign", "@Primary"));
    }

    @Test
    void oneThatDoesNotIsLeftAlone() {
        service.run(context -> assertThat(context).hasNotFailed());
    }
}
