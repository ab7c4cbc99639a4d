package io.socketbridge.sidecar.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.contract.Limits;
import io.socketbridge.sidecar.linux.Kernel;
import io.socketbridge.sidecar.linux.PeerSockets;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LivenessTest {

    private static final long JOINED = TimeUnit.SECONDS.toNanos(100);
    private static final Limits IDLE_AFTER_4_S = new Limits(0, 10_000, 4_000, 5_000, 60_000, 0);

    private final Kernel kernel = new Kernel(Arena.ofAuto());
    private final ByteStream local = FakeStream.named("local", new ArrayList<>());
    private final Liveness liveness =
            new Liveness(kernel, new PeerSockets(kernel, Arena.ofAuto()), JOINED, local, local);

    @Test
    void aConnectionIsIdleWhenNothingHasMovedSinceItWasJoined() {
        assertThat(liveness.look(after(3_999), IDLE_AFTER_4_S, 0, 0, false)).isEmpty();
        assertThat(liveness.look(after(4_000), IDLE_AFTER_4_S, 0, 0, false)).contains(ResetReason.IDLE);
    }

    @Test
    void whatMovesIsNotIdle() {
        assertThat(liveness.look(after(3_000), IDLE_AFTER_4_S, 1, 0, false)).isEmpty();
        assertThat(liveness.look(after(6_000), IDLE_AFTER_4_S, 1, 1, false)).isEmpty();
        assertThat(liveness.look(after(9_999), IDLE_AFTER_4_S, 1, 1, false)).isEmpty();
        assertThat(liveness.look(after(10_000), IDLE_AFTER_4_S, 1, 1, false)).contains(ResetReason.IDLE);
    }

    @Test
    void whatWaitsForAReaderIsNotIdle() {
        assertThat(liveness.look(after(60_000), IDLE_AFTER_4_S, 0, 0, true)).isEmpty();
        assertThat(liveness.look(after(63_999), IDLE_AFTER_4_S, 0, 0, false)).isEmpty();
        assertThat(liveness.look(after(64_000), IDLE_AFTER_4_S, 0, 0, false)).contains(ResetReason.IDLE);
    }

    private static long after(long millis) {
        return JOINED + TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
