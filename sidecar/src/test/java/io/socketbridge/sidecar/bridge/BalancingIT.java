package io.socketbridge.sidecar.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.contract.Limits;
import io.socketbridge.contract.ProxyProtocol;
import io.socketbridge.contract.RouteState;
import io.socketbridge.contract.Target;
import io.socketbridge.contract.WhenUnavailable;
import io.socketbridge.sidecar.tls.Protections;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which of several servers gets a connection. */
@Timeout(60)
class BalancingIT {

    private static final int CONNECTIONS = 50;

    @TempDir
    Path directory = Path.of("");

    private final Protections protections = Bridge.protections();
    private Bridge bridge;

    @BeforeEach
    void start() throws IOException {
        bridge = new Bridge(protections);
    }

    @AfterEach
    void stop() {
        bridge.close();
    }

    @Test
    void thoseThatAreEquallyNearGetThemInTurn() throws Exception {
        try (ServerSocketChannel one = answering(0);
                ServerSocketChannel two = answering(0)) {
            route(target(one, 3), target(two, 3));
            int toFirst = 0;
            for (int i = 0; i < CONNECTIONS; i++) {
                toFirst += connect() == StreamContract.port(one) ? 1 : 0;
            }
            assertThat(toFirst).isEqualTo(CONNECTIONS / 2);
        }
    }

    @Test
    void theNearestGetsAllAndTheNextOnlyWhileItIsAway() throws Exception {
        try (ServerSocketChannel far = answering(0)) {
            int port;
            try (ServerSocketChannel near = answering(0)) {
                port = StreamContract.port(near);
                route(target(far, 1), target(near, 0));
                for (int i = 0; i < CONNECTIONS; i++) {
                    assertThat(connect()).isEqualTo(port);
                }
            }
            awaitRefusing(port);
            for (int i = 0; i < CONNECTIONS; i++) {
                assertThat(connect()).isEqualTo(StreamContract.port(far));
            }
            assertThat(bridge.meter("a").dialFailures().get("refused"))
                    .as("attempts in vain, for %d connections", CONNECTIONS)
                    .isLessThan(CONNECTIONS / 2);
            assertThat(bridge.meter("a").targetsEjectedCount()).isPositive();
            try (ServerSocketChannel again = answering(port)) {
                assertThat(again.isOpen()).isTrue();
                Bridge.await(() -> connect() == port, () -> "the nearest gets no connection any more");
                assertThat(connect()).isEqualTo(port);
            }
        }
        assertThat(bridge.meter("a").failures()).isEmpty();
    }

    @Test
    void nobodyIsRefusedWhereAllFailAgainAndAgainAndOneIsBack() throws Exception {
        int one;
        int two;
        try (ServerSocketChannel first = answering(0);
                ServerSocketChannel second = answering(0)) {
            one = StreamContract.port(first);
            two = StreamContract.port(second);
            route(target(first, 0), target(second, 0));
        }
        awaitRefusing(one);
        awaitRefusing(two);
        for (int i = 0; i < 10; i++) {
            try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(directory.resolve("a")))) {
                int failed = i + 1;
                Bridge.await(
                        () -> bridge.meter("a").failures().getOrDefault("refused", 0L) == failed,
                        () -> "failures are " + bridge.meter("a").failures());
                assertThat(client.isOpen()).isTrue();
            }
        }
        for (int port : List.of(one, two)) {
            try (ServerSocketChannel back = answering(port)) {
                assertThat(connect()).isEqualTo(StreamContract.port(back));
            }
        }
    }

    /** A socket that is closed while a thread waits on it for connections goes on to take them until that thread has noticed. */
    private static void awaitRefusing(int port) {
        Bridge.await(
                () -> {
                    try {
                        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                                .close();
                        return false;
                    } catch (ConnectException e) {
                        return true;
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                () -> "somebody listens on port " + port);
    }

    @Test
    void aSidecarWhoseAppDoesNotListenIsPassedOver() throws Exception {
        Path app = directory.resolve("s");
        try (Bridge without = new Bridge(protections);
                Bridge with = new Bridge(protections);
                ServerSocketChannel server = StreamContract.unixServer(app)) {
            answer(server, 1);
            without.route("b", "tunnel:127.0.0.1:0", "unix:" + directory.resolve("missing"))
                    .awaitState("b", RouteState.SOCKET_MISSING);
            with.route("b", "tunnel:127.0.0.1:0", "unix:" + app).awaitState("b", RouteState.READY);
            route(tunnel(without, 0), tunnel(with, 1));
            for (int i = 0; i < CONNECTIONS; i++) {
                assertThat(connect()).isEqualTo(1);
            }
            assertThat(bridge.meter("a").dialFailures()).containsOnlyKeys("refused");
            assertThat(bridge.meter("a").dialFailures().get("refused")).isLessThan(CONNECTIONS / 2);
            assertThat(bridge.meter("a").targetsEjectedCount()).isPositive();
        }
        Files.deleteIfExists(app);
    }

    private void route(Target... targets) {
        bridge.route(
                        "a",
                        Bridge.listen("unix:" + directory.resolve("a")),
                        WhenUnavailable.REFUSE,
                        Limits.DEFAULT,
                        List.of(targets))
                .awaitState("a", RouteState.READY);
    }

    private static Target target(ServerSocketChannel server, int distance) throws IOException {
        return new Target("tcp:127.0.0.1:" + StreamContract.port(server), "", ProxyProtocol.NONE, distance);
    }

    private static Target tunnel(Bridge serving, int distance) {
        return new Target("tunnel:127.0.0.1:" + serving.port("b"), "", ProxyProtocol.NONE, distance);
    }

    /** Connects through the bridge: what the server says that gets the connection. */
    private int connect() {
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(directory.resolve("a")))) {
            ByteBuffer said = ByteBuffer.allocate(Integer.BYTES);
            while (said.hasRemaining()) {
                assertThat(client.read(said)).isPositive();
            }
            return said.getInt(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A server that says its port to everyone, until it is closed. */
    private static ServerSocketChannel answering(int port) throws IOException {
        ServerSocketChannel server =
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        answer(server, StreamContract.port(server));
        return server;
    }

    private static void answer(ServerSocketChannel server, int word) {
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    try (SocketChannel served = server.accept()) {
                        StreamContract.write(
                                served, ByteBuffer.allocate(Integer.BYTES).putInt(0, word));
                        StreamContract.readToEnd(served);
                    }
                }
            } catch (IOException e) {
                assertThat(server.isOpen()).isFalse();
            }
        });
    }
}
