package io.socketbridge.sidecar.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socketbridge.contract.Limits;
import io.socketbridge.contract.RouteState;
import io.socketbridge.contract.WhenUnavailable;
import io.socketbridge.sidecar.relay.ResetReason;
import java.io.IOException;
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

/** What connections may take, and what becomes of those that take more. */
@Timeout(60)
class LimitsIT {

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
    void letsConnectionsAboveTheLimitWaitUntilOneEnds() throws Exception {
        try (ServerSocketChannel server = StreamContract.tcpServer()) {
            route(new Limits(2, 10_000, 0, 5_000, 60_000, 0), server);
            List<SocketChannel> clients = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                SocketChannel client = SocketChannel.open(address());
                StreamContract.write(client, new byte[] {(byte) i});
                clients.add(client);
            }
            List<Integer> served = new ArrayList<>();
            List<SocketChannel> open = new ArrayList<>(List.of(server.accept(), server.accept()));
            Bridge.await(() -> bridge.meter("a").isAtLimit(), () -> "the limit was not reached");
            assertThat(bridge.meter("a").openedCount()).isEqualTo(2);
            while (!open.isEmpty()) {
                SocketChannel one = open.removeFirst();
                int client = readByte(one);
                served.add(client);
                clients.get(client).close();
                one.close();
                if (served.size() <= 4) {
                    open.add(server.accept());
                }
                assertThat(bridge.meter("a").activeCount()).isLessThanOrEqualTo(2);
            }
            assertThat(served).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5);
            clients.forEach(LimitsIT::close);
            bridge.awaitActive("a", 0);
            assertThat(bridge.meter("a").openedCount()).isEqualTo(6);
            assertThat(bridge.meter("a").limitReachedCount()).isPositive();
            assertThat(bridge.meter("a").isAtLimit()).isFalse();
        }
    }

    @Test
    void takesMoreAtOnceWhenTheLimitIsRaised() throws Exception {
        try (ServerSocketChannel server = StreamContract.tcpServer()) {
            route(new Limits(1, 10_000, 0, 5_000, 60_000, 0), server);
            try (SocketChannel first = SocketChannel.open(address());
                    SocketChannel second = SocketChannel.open(address());
                    SocketChannel served = server.accept()) {
                Bridge.await(() -> bridge.meter("a").isAtLimit(), () -> "the limit was not reached");
                route(new Limits(2, 10_000, 0, 5_000, 60_000, 0), server);
                server.accept().close();
                assertThat(List.of(first, second, served)).allMatch(SocketChannel::isOpen);
            }
        }
    }

    @Test
    void servesAsManyAsItCanAndSaysSoWhereThatIsLessThanWasAskedFor() throws Exception {
        try (ServerSocketChannel server = StreamContract.tcpServer()) {
            route(new Limits(Integer.MAX_VALUE, 10_000, 0, 5_000, 60_000, 0), server);
            assertThat(bridge.report("a").message())
                    .contains("maxConnections", String.valueOf(Integer.MAX_VALUE), "ulimit -n");
            try (SocketChannel client = SocketChannel.open(address());
                    SocketChannel served = server.accept()) {
                StreamContract.write(client, new byte[] {1});
                assertThat(readByte(served)).isEqualTo(1);
            }
        }
    }

    @Test
    void resetsAConnectionOnWhichNothingMovesAndNoOther() throws Exception {
        try (ServerSocketChannel server = StreamContract.tcpServer()) {
            route(new Limits(0, 10_000, 600, 5_000, 60_000, 0), server);
            try (SocketChannel idle = SocketChannel.open(address());
                    SocketChannel idleServed = server.accept();
                    SocketChannel busy = SocketChannel.open(address());
                    SocketChannel busyServed = server.accept()) {
                StreamContract.write(idle, new byte[] {1});
                assertThat(readByte(idleServed)).isEqualTo(1);
                while (bridge.meter("a").resets().isEmpty()) {
                    StreamContract.write(busyServed, new byte[] {7});
                    assertThat(readByte(busy)).isEqualTo(7);
                }
                assertThat(bridge.meter("a").resets()).containsOnly(java.util.Map.entry(ResetReason.IDLE, 1L));
                assertReset(idle);
                assertReset(idleServed);
                StreamContract.write(busy, new byte[] {8});
                assertThat(readByte(busyServed)).isEqualTo(8);
            }
        }
    }

    @Test
    void resetsAConnectionThatIsAsOldAsItMayBecomeThoughItIsInUse() throws Exception {
        try (ServerSocketChannel server = StreamContract.tcpServer()) {
            route(new Limits(0, 10_000, 0, 5_000, 60_000, 600), server);
            try (SocketChannel client = SocketChannel.open(address());
                    SocketChannel served = server.accept()) {
                assertThatThrownBy(() -> {
                            while (true) {
                                StreamContract.write(client, new byte[] {7});
                                assertThat(readByte(served)).isEqualTo(7);
                            }
                        })
                        .isInstanceOfAny(IOException.class, AssertionError.class);
                assertThat(bridge.meter("a").resets()).containsOnly(java.util.Map.entry(ResetReason.LIFETIME, 1L));
            }
        }
    }

    @Test
    void tellsNobodyOfAnEndThatDidNotComeWhenItWasIdle() throws Exception {
        try (ServerSocketChannel server = StreamContract.tcpServer()) {
            route(new Limits(0, 10_000, 600, 5_000, 60_000, 0), server);
            try (SocketChannel client = SocketChannel.open(address());
                    SocketChannel served = server.accept()) {
                StreamContract.write(served, new byte[] {1});
                assertThat(readByte(client)).isEqualTo(1);
                Bridge.await(
                        () -> bridge.meter("a").resets().containsKey(ResetReason.IDLE),
                        () -> bridge.meter("a").resets().toString());
                assertReset(served);
                // One that has only read is told once it writes; until then it reads no end.
                client.configureBlocking(false);
                assertThat(client.read(ByteBuffer.allocate(1))).isZero();
                client.write(ByteBuffer.allocate(1));
                client.configureBlocking(true);
                assertReset(client);
            }
        }
    }

    @Test
    void takesNoConnectionForIdleWhoseReaderRests() throws Exception {
        try (ServerSocketChannel server = StreamContract.tcpServer()) {
            route(new Limits(0, 10_000, 600, 5_000, 60_000, 0), server);
            byte[] all = StreamContract.random(1, 30_000_000);
            try (SocketChannel client = SocketChannel.open(address());
                    SocketChannel served = server.accept()) {
                Thread writing = Thread.ofVirtual().start(() -> {
                    try {
                        StreamContract.writeAndEnd(served, all);
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                });
                org.awaitility.Awaitility.await()
                        .during(java.time.Duration.ofSeconds(2))
                        .atMost(java.time.Duration.ofSeconds(30))
                        .until(() -> bridge.meter("a").activeCount() == 1);
                assertThat(StreamContract.readToEnd(client)).isEqualTo(all);
                writing.join();
            }
            assertThat(bridge.meter("a").resets()).isEmpty();
        }
    }

    @Test
    void givesUpAServerThatDoesNotTakeTheConnectionInTime() throws Exception {
        try (ServerSocketChannel server = ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(directory.resolve("s")), 1)) {
            bridge.route(
                            "a",
                            Bridge.listen("unix:" + directory.resolve("a")),
                            WhenUnavailable.REFUSE,
                            new Limits(0, 300, 0, 5_000, 60_000, 0),
                            Bridge.targets("unix:" + directory.resolve("s")))
                    .awaitState("a", RouteState.READY);
            List<SocketChannel> clients = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                SocketChannel client = SocketChannel.open(address());
                StreamContract.write(client, new byte[] {1});
                clients.add(client);
            }
            assertReset(clients.getLast());
            bridge.awaitState("a", RouteState.BACKLOG_FULL);
            assertThat(bridge.report("a").message())
                    .contains(directory.resolve("s").toString(), "backlog");
            assertThat(bridge.meter("a").dialFailures()).containsOnlyKeys("backlog-full");
            server.accept().close();
            server.accept().close();
            bridge.awaitState("a", RouteState.READY);
            clients.forEach(LimitsIT::close);
        }
    }

    @Test
    void losesNothingOfAReaderThatStopsForLongerThanTheDeadMay() throws Exception {
        try (ServerSocketChannel server = StreamContract.tcpServer()) {
            route(new Limits(0, 10_000, 0, 5_000, Limits.LEAST_DEAD_PEER_TIMEOUT_MILLIS, 0), server);
            byte[] all = StreamContract.random(1, 40_000_000);
            // So little that nothing waits in the sidecar, and too much for the reader's window.
            byte[] little = StreamContract.random(2, 300_000);
            server.setOption(java.net.StandardSocketOptions.SO_RCVBUF, 8_192);
            try (SocketChannel other = SocketChannel.open(address());
                    SocketChannel otherServed = server.accept();
                    SocketChannel client = SocketChannel.open(address());
                    SocketChannel served = server.accept()) {
                StreamContract.writeAndEnd(other, little);
                Thread writing = Thread.ofVirtual().start(() -> {
                    try {
                        StreamContract.writeAndEnd(client, all);
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                });
                org.awaitility.Awaitility.await()
                        .during(java.time.Duration.ofMillis(2 * Limits.LEAST_DEAD_PEER_TIMEOUT_MILLIS + 2_000))
                        .atMost(java.time.Duration.ofSeconds(30))
                        .until(() -> bridge.meter("a").activeCount() == 2);
                assertThat(StreamContract.readToEnd(otherServed)).isEqualTo(little);
                assertThat(StreamContract.readToEnd(served)).isEqualTo(all);
                writing.join();
                assertThat(bridge.meter("a").blockedToTargetSeconds()).isGreaterThan(5);
            }
            assertThat(bridge.meter("a").resets()).isEmpty();
        }
    }

    private void route(Limits limits, ServerSocketChannel server) throws IOException {
        bridge.route(
                        "a",
                        Bridge.listen("unix:" + directory.resolve("a")),
                        WhenUnavailable.REFUSE,
                        limits,
                        Bridge.targets("tcp:127.0.0.1:" + StreamContract.port(server)))
                .awaitState("a", RouteState.READY);
    }

    private UnixDomainSocketAddress address() {
        return UnixDomainSocketAddress.of(directory.resolve("a"));
    }

    private static int readByte(SocketChannel from) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        assertThat(from.read(one)).isEqualTo(1);
        return one.get(0);
    }

    private static void assertReset(SocketChannel channel) {
        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1)))
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
