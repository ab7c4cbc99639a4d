package io.socketbridge.sidecar.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.contract.TcpAddress;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.loop.HostResolver;
import io.socketbridge.sidecar.relay.ByteStream;
import io.socketbridge.sidecar.relay.Dialer;
import io.socketbridge.sidecar.relay.Peer;
import io.socketbridge.sidecar.relay.ProxyHeader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TcpDialerIT {

    private final List<String> outcomes = new CopyOnWriteArrayList<>();
    private final EventLoop loop;
    private final ServerSocketChannel server;

    TcpDialerIT() throws IOException {
        loop = new EventLoop("loop-under-test");
        server = ServerSocketChannel.open();
    }

    @BeforeEach
    void start() throws IOException {
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterEach
    void stop() throws IOException {
        loop.stop();
        server.close();
    }

    @Test
    void connectsNobodyWhoWasGivenUpWhileAHostWasLookedUp() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        HostResolver.THREADS.execute(() -> awaitUninterrupted(busy));
        HostResolver.THREADS.execute(() -> awaitUninterrupted(busy));
        Dialer.Pending givenUp = dial("given up");
        dial("wanted");
        CompletableFuture.runAsync(givenUp::cancel, loop).join();
        busy.countDown();
        Awaitility.await().until(() -> outcomes.contains("wanted connected"));
        assertThat(outcomes).containsExactly("wanted connected");
        server.configureBlocking(false);
        assertThat(server.accept()).isNotNull();
        assertThat(server.accept()).isNull();
    }

    @Test
    void cancellingWhatIsConnectedChangesNothing() throws Exception {
        Dialer.Pending connected = dial("wanted");
        Awaitility.await().until(() -> outcomes.contains("wanted connected"));
        CompletableFuture.runAsync(connected::cancel, loop).join();
        assertThat(outcomes).containsExactly("wanted connected");
    }

    private Dialer.Pending dial(String name) throws IOException {
        TcpAddress address = new TcpAddress("localhost", ((InetSocketAddress) server.getLocalAddress()).getPort());
        return CompletableFuture.supplyAsync(
                        () -> new TcpDialer(address)
                                .dial(
                                        loop,
                                        () -> new ProxyHeader(Peer.UNKNOWN, ""),
                                        Duration.ofSeconds(20),
                                        new Noted(name)),
                        loop)
                .join();
    }

    private final class Noted implements Dialer.Outcome {

        private final String name;

        Noted(String name) {
            this.name = name;
        }

        @Override
        public void connected(ByteStream stream) {
            outcomes.add(name + " connected");
        }

        @Override
        public void failed(String reason, String message) {
            outcomes.add(name + " failed: " + reason);
        }
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
