package io.socketbridge.sidecar.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {

    private static final Duration LEAST = Duration.ofSeconds(1);

    private final Backoff backoff = new Backoff(LEAST, Duration.ofSeconds(5));

    @Test
    void waitsEverLongerUpToALimitAndNeverLessThanTheLeast() {
        assertThat(backoff.next()).isBetween(LEAST, LEAST.plusSeconds(1));
        assertThat(backoff.next()).isBetween(LEAST, LEAST.plusSeconds(2));
        assertThat(backoff.next()).isBetween(LEAST, LEAST.plusSeconds(4));
        for (int i = 0; i < 100; i++) {
            assertThat(backoff.next()).isBetween(LEAST, LEAST.plusSeconds(5));
        }
    }

    @Test
    void beginsAnew() {
        backoff.next();
        backoff.next();
        backoff.reset();
        assertThat(backoff.next()).isBetween(LEAST, LEAST.plusSeconds(1));
    }
}
