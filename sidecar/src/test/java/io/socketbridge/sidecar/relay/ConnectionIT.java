package io.socketbridge.sidecar.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.sidecar.linux.PeerSockets;
import io.socketbridge.sidecar.loop.EventLoop;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ConnectionIT {

    @Test
    void hasClosedItsDescriptorsBeforeAnotherMayComeInItsPlace() throws Exception {
        List<String> calls = new ArrayList<>();
        EventLoop loop = new EventLoop("loop-under-test");
        try {
            ByteStream accepted = FakeStream.named("accepted", calls);
            ByteStream target = FakeStream.named("target", calls);
            Connection connection = new Connection(
                    loop,
                    warning -> {},
                    new Tally(new Meter()),
                    accepted,
                    target,
                    () -> calls.add("ended"),
                    new Liveness(loop.kernel(), new PeerSockets(loop.kernel(), Arena.ofAuto()), 0, accepted, target));
            calls.clear();
            CompletableFuture.runAsync(() -> connection.reset(ResetReason.IDLE), loop)
                    .join();
        } finally {
            loop.stop();
        }
        assertThat(calls).containsExactly("accepted reset", "target reset", "ended");
    }
}
