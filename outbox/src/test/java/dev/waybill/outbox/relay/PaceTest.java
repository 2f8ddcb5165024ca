package dev.waybill.outbox.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {

    private final Pace pace = new Pace(Duration.ofHours(1));

    @Test
    void the_more_a_read_brought_the_longer_is_the_rest_up_to_five_times_the_shortest() {
        assertThat(Pace.times(0)).isEqualTo(1);
        assertThat(Pace.times(4)).isEqualTo(1);
        assertThat(Pace.times(5)).isEqualTo(2);
        assertThat(Pace.times(17)).isEqualTo(5);
        assertThat(Pace.times(5_000)).isEqualTo(5);
    }

    @Test
    void after_a_read_commits_gather_for_a_while() {
        pace.reads();
        pace.hasRead(5);

        assertThat(pace.rest()).isBetween(Duration.ofMinutes(110), Duration.ofMinutes(120));
    }

    @Test
    void what_is_left_behind_is_read_at_once() {
        pace.reads();
        pace.hasMoreToRead();

        assertThat(pace.rest()).isZero();
    }

    @Test
    void tells_how_long_ago_the_last_read_was() {
        pace.reads();

        assertThat(pace.hasNotReadFor(Duration.ofHours(1))).isFalse();
        assertThat(pace.hasNotReadFor(Duration.ZERO)).isTrue();
    }
}
