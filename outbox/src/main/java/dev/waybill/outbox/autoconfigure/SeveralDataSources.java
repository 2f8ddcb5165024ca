package dev.waybill.outbox.autoconfigure;

import java.util.List;
import javax.sql.DataSource;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.autoconfigure.condition.NoneNestedConditions;
import org.springframework.context.annotation.Conditional;

/**
 * Refuses the start of a service that has set the library up but several {@code DataSource}s, of which none is the one: it would
 * publish and receive nothing, without a word.
 */
@AutoConfiguration(after = OutboxAutoConfiguration.class)
@ConditionalOnProperty("waybill.outbox.source")
@ConditionalOnBean(DataSource.class)
@Conditional(SeveralDataSources.NoneIsTheOne.class)
class SeveralDataSources {

    /** The opposite of what {@link OutboxAutoConfiguration} needs. */
    static final class NoneIsTheOne extends NoneNestedConditions {
        NoneIsTheOne() {
            super(ConfigurationPhase.REGISTER_BEAN);
        }

        @ConditionalOnSingleCandidate(DataSource.class)
        static final class One {}
    }

    SeveralDataSources(ListableBeanFactory beans) {
        throw new IllegalStateException(
                "waybill.outbox.source is set, but there are several DataSources, %s: make the one with the schema outbox @Primary"
                        .formatted(String.join(" and ", List.of(beans.getBeanNamesForType(DataSource.class)))));
    }
}
