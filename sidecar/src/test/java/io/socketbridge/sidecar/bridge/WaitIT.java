package io.socketbridge.sidecar.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socketbridge.contract.Limits;
import io.socketbridge.contract.RouteState;
import io.socketbridge.contract.WhenUnavailable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where a route waits, a connection is taken while no server is ready, and held. */
@Timeout(60)
class WaitIT {

    private static final Limits LONG = new Limits(0, 30_000, 0, 5_000, 60_000, 0);
    private static final Limits SHORT = new Limits(0, 400, 0, 5_000, 60_000, 0);

    @TempDir
    Path directory = Path.of("");

    private Bridge bridge;

    @BeforeEach
    void start() throws IOException {
        bridge = new Bridge();
    }

    @AfterEach
    void stop() {
        bridge.close();
    }

    @Test
    void holdsConnectionsUntilTheAppListensAndLosesNoByte() throws Exception {
        route(LONG, "unix:" + path("s")).awaitState("a", RouteState.SOCKET_MISSING);
        List<SocketChannel> clients = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            SocketChannel client = SocketChannel.open(address());
            StreamContract.writeAndEnd(client, StreamContract.random(1, 10_000));
            clients.add(client);
        }
        bridge.awaitActive("a", 20);
        try (ServerSocketChannel server = StreamContract.unixServer(path("s"))) {
            for (int i = 0; i < 20; i++) {
                try (SocketChannel served = server.accept()) {
                    assertThat(StreamContract.readToEnd(served)).isEqualTo(StreamContract.random(1, 10_000));
                }
            }
            for (SocketChannel client : clients) {
                assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
                client.close();
            }
        }
        bridge.awaitActive("a", 0);
        assertThat(bridge.meter("a").failures()).isEmpty();
    }

    @Test
    void goesOnAtOnceWhenTheFirstTargetIsKnown() throws Exception {
        route(LONG).awaitState("a", RouteState.NO_TARGET);
        try (SocketChannel client = SocketChannel.open(address());
                ServerSocketChannel server = StreamContract.tcpServer()) {
            bridge.awaitActive("a", 1);
            route(LONG, "tcp:127.0.0.1:" + StreamContract.port(server));
            try (SocketChannel served = server.accept()) {
                assertExchange(client, served);
            }
        }
    }

    @Test
    void dialsAgainWhatRefusedUntilItDoesNot() throws Exception {
        int port;
        try (ServerSocketChannel gone = StreamContract.tcpServer()) {
            port = StreamContract.port(gone);
        }
        route(LONG, "tcp:127.0.0.1:" + port).awaitState("a", RouteState.READY);
        try (SocketChannel client = SocketChannel.open(address())) {
            Bridge.await(
                    () -> bridge.meter("a").dialFailures().getOrDefault("refused", 0L) >= 2,
                    () -> "it was not dialled again: " + bridge.meter("a").dialFailures());
            try (ServerSocketChannel server = ServerSocketChannel.open()
                            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                    SocketChannel served = server.accept()) {
                assertExchange(client, served);
            }
        }
        // Not busily: each pause is longer than the one before.
        assertThat(bridge.meter("a").dialFailures().get("refused")).isLessThan(200);
    }

    @Test
    void resetsWhatHasWaitedForTooLong() throws Exception {
        route(SHORT, "unix:" + path("s")).awaitState("a", RouteState.SOCKET_MISSING);
        try (SocketChannel client = SocketChannel.open(address())) {
            StreamContract.write(client, new byte[] {1});
            long start = System.nanoTime();
            assertThatThrownBy(() -> client.read(ByteBuffer.allocate(1))).isInstanceOf(SocketException.class);
            assertThat((System.nanoTime() - start) / 1_000_000).isBetween(200L, 5_000L);
        }
        assertThat(bridge.meter("a").failures()).containsOnlyKeys("unavailable");
        bridge.awaitActive("a", 0);
    }

    @Test
    void forgetsAnAppThatHasGoneAndKeepsOneThatHasWritten() throws Exception {
        route(LONG, "unix:" + path("s")).awaitState("a", RouteState.SOCKET_MISSING);
        SocketChannel silent = SocketChannel.open(address());
        SocketChannel writer = SocketChannel.open(address());
        StreamContract.write(writer, new byte[] {1, 2, 3});
        bridge.awaitActive("a", 2);
        silent.close();
        bridge.awaitActive("a", 1);
        assertThat(bridge.meter("a").failures()).containsOnlyKeys("abandoned");
        // As it would find its way to a server that listens and does not accept yet.
        writer.close();
        try (ServerSocketChannel server = StreamContract.unixServer(path("s"));
                SocketChannel served = server.accept()) {
            assertThat(StreamContract.readToEnd(served)).containsExactly(1, 2, 3);
        }
    }

    @Test
    void holdsNewConnectionsWhileTheAppIsRestarted() throws Exception {
        route(LONG, "unix:" + path("s"));
        for (int i = 0; i < 3; i++) {
            try (SocketChannel client = SocketChannel.open(address());
                    ServerSocketChannel server = StreamContract.unixServer(path("s"));
                    SocketChannel served = server.accept()) {
                assertExchange(client, served);
            }
            bridge.awaitState("a", RouteState.NOT_LISTENING);
        }
        assertThat(bridge.meter("a").socketsRecreatedCount()).isEqualTo(2);
    }

    private Bridge route(Limits limits, String... targets) {
        return bridge.route(
                "a", Bridge.listen("unix:" + path("a")), WhenUnavailable.WAIT, limits, Bridge.targets(targets));
    }

    private static void assertExchange(SocketChannel client, SocketChannel served) throws IOException {
        StreamContract.write(client, new byte[] {42});
        assertThat(served.read(ByteBuffer.allocate(1))).isEqualTo(1);
        StreamContract.write(served, new byte[] {43});
        assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(1);
    }

    private UnixDomainSocketAddress address() {
        return UnixDomainSocketAddress.of(path("a"));
    }

    private Path path(String name) {
        return directory.resolve(name);
    }
}
