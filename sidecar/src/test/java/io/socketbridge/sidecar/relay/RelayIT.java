package io.socketbridge.sidecar.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socketbridge.contract.Limits;
import io.socketbridge.contract.ProxyProtocol;
import io.socketbridge.contract.UnixAddress;
import io.socketbridge.contract.WhenUnavailable;
import io.socketbridge.sidecar.local.UnixListener;
import io.socketbridge.sidecar.local.UnixStreams;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.loop.EventLoops;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RelayIT {

    @TempDir
    Path directory = Path.of("");

    @Test
    void givesUpADiallerThatDoesNotKeepTheTime() throws Exception {
        AtomicInteger cancelled = new AtomicInteger();
        Dialer never = (loop, origin, limit, outcome) -> cancelled::incrementAndGet;
        try (EventLoops loops = EventLoops.start(1)) {
            Relay relay = relay(loops, 300);
            relay.update(List.of(new Destination("tcp:x:1", never, ProxyProtocol.NONE, 0)), Readiness.READY);
            try (SocketChannel client = connected()) {
                client.write(ByteBuffer.allocate(1));
                assertThatThrownBy(() -> client.read(ByteBuffer.allocate(1))).hasMessageContaining("reset");
            }
            assertThat(relay.meter().failures()).containsOnlyKeys("timeout");
            assertThat(cancelled).hasValue(1);
            relay.close().join();
        }
    }

    @Test
    void givesUpADialForSomebodyWhoHasGone() throws Exception {
        AtomicInteger cancelled = new AtomicInteger();
        Dialer never = (loop, origin, limit, outcome) -> cancelled::incrementAndGet;
        try (EventLoops loops = EventLoops.start(1)) {
            Relay relay = relay(loops, 60_000);
            relay.update(List.of(new Destination("tcp:x:1", never, ProxyProtocol.NONE, 0)), Readiness.READY);
            connected().close();
            Awaitility.await().until(() -> relay.meter().failures().containsKey("abandoned"));
            assertThat(cancelled).hasValue(1);
            relay.close().join();
        }
    }

    private Relay relay(EventLoops loops, long connectTimeoutMillis) {
        EventLoop loop = loops.next();
        Relay relay = new Relay(
                "b",
                "client",
                new UnixListener(
                        loop, loops, new UnixAddress(directory.resolve("a").toString()), 0666, UnixStreams.BYTES),
                loop,
                new Policy(
                        new Limits(0, connectTimeoutMillis, 0, 0, 6_000, 0),
                        10,
                        WhenUnavailable.REFUSE,
                        ProxyProtocol.NONE,
                        0),
                readiness -> {},
                null);
        relay.start().join();
        return relay;
    }

    private SocketChannel connected() {
        return Awaitility.await()
                .ignoreExceptions()
                .until(
                        () -> SocketChannel.open(UnixDomainSocketAddress.of(directory.resolve("a"))),
                        SocketChannel::isConnected);
    }
}
