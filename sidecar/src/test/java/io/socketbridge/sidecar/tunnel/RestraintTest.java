package io.socketbridge.sidecar.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RestraintTest {

    private static final long START = Long.MAX_VALUE - 5; // System.nanoTime may begin anywhere
    private final Restraint restraint = new Restraint();

    @Test
    void takesSoManyInASecondAndNotOneMore() {
        for (int i = 0; i < Restraint.MOST_IN_A_SECOND; i++) {
            assertThat(restraint.takes(START + i)).isTrue();
        }
        assertThat(restraint.takes(START + TimeUnit.SECONDS.toNanos(1) - 1)).isFalse();
    }

    @Test
    void takesAsManyInTheNext() {
        for (int i = 0; i < Restraint.MOST_IN_A_SECOND; i++) {
            restraint.takes(START);
        }
        assertThat(restraint.takes(START + TimeUnit.SECONDS.toNanos(1))).isTrue();
    }
}
