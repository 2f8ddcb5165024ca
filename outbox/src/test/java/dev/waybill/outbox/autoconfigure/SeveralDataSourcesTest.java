package dev.waybill.outbox.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.util.ClassUtils;

class SeveralDataSourcesTest {

    private final ApplicationContextRunner service = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(ours()))
            .withBean("own", DataSource.class, DriverManagerDataSource::new)
            .withBean("foreign", DataSource.class, DriverManagerDataSource::new);

    /** Those that Spring Boot finds. */
    private static Class<?>[] ours() {
        ClassLoader loader = SeveralDataSourcesTest.class.getClassLoader();
        return ImportCandidates.load(AutoConfiguration.class, loader).getCandidates().stream()
                .filter(name -> name.startsWith("dev.waybill."))
                .map(name -> ClassUtils.resolveClassName(name, loader))
                .toArray(Class<?>[]::new);
    }

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

    @Test
    void oneThatLeavesTheLibraryOutIsLeftAlone() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(SeveralDataSources.class))
                .withPropertyValues("waybill.outbox.source=/orders")
                .withBean("own", DataSource.class, DriverManagerDataSource::new)
                .run(context -> assertThat(context).hasNotFailed());
    }
}
