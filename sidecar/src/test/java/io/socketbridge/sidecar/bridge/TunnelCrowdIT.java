package io.socketbridge.sidecar.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socketbridge.contract.Limits;
import io.socketbridge.sidecar.tunnel.TunnelListener;
import io.socketbridge.sidecar.tunnel.TunnelPorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** There is room for so many tunnels of clients, and for so many of those who are none yet. */
@Timeout(180)
class TunnelCrowdIT {

    private static final int MOST_CONNECTIONS = 2;
    private static final int MOST_TUNNELS = MOST_CONNECTIONS + TunnelListener.SPARE_TUNNELS;
    private static final int HALF_OPEN = 4_000;

    /** Those that loops and the JVM keep for later. */
    private static final int SPARE_DESCRIPTORS = 8;

    /** What a handshake begins with. */
    private static final byte[] BEGINNING = {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xFC, 3, 3};

    private final BreakableProtection.Engines engines = new BreakableProtection.Engines();

    @AutoClose
    private final TunnelServer server = new TunnelServer(engines::protect);

    /** The oldest first. */
    private final List<Stranger> tunnels = new ArrayList<>();

    @AfterEach
    void leave() throws IOException {
        for (Stranger tunnel : tunnels) {
            tunnel.close();
        }
    }

    @Test
    void whoHasHadNoConnectionForTheLongestMakesRoomForOneMore() throws Exception {
        limit();
        try (Neighbour busy = new Neighbour(server)) {
            for (int i = 1; i < MOST_TUNNELS; i++) {
                come();
            }
            Stranger used = tunnels.removeFirst();
            Stranger unused = tunnels.removeFirst();
            connect(used);
            come();
            assertThat(unused.readFrame()).isEqualTo(TunnelServer.GO_AWAY);
            unused.awaitEnd();
            busy.assertUnharmed();
            connect(used);
            for (Stranger each : tunnels) {
                TunnelServer.await(each);
            }
            used.close();
            unused.close();
        }
    }

    @Test
    void thoseWithAConnectionMakeNoRoom() throws Exception {
        limit();
        for (int i = 0; i < MOST_TUNNELS; i++) {
            come();
            TunnelServer.open(tunnels.getLast());
            if (i < MOST_CONNECTIONS) {
                assertThat(tunnels.getLast().readFrame()).isEqualTo(TunnelServer.ACCEPTED);
            }
            TunnelServer.await(tunnels.getLast()); // Others wait, and have no answer.
        }
        try (Stranger newcomer = server.client()) {
            TunnelServer.await(newcomer);
            TunnelServer.open(newcomer);
            assertThat(newcomer.readFrame()).isEqualTo(TunnelServer.reset(TunnelServer.NO_ROOM));
            newcomer.awaitEnd();
        }
        for (int i = 0; i < MOST_TUNNELS; i++) {
            if (i >= MOST_CONNECTIONS) {
                assertThat(tunnels.get(i).readFrame()).as("the %dth", i).isEqualTo(TunnelServer.ACCEPTED);
            }
            server.end(tunnels.get(i));
        }
        server.assertServes();
    }

    @Test
    void whoBeginsItsHandshakeLateHasNoMoreTimeForIt() throws Exception {
        try (Socket late = new Socket(InetAddress.getLoopbackAddress(), server.port)) {
            Awaitility.await().pollDelay(Duration.ofSeconds(7)).until(() -> true);
            try (Socket later = new Socket(InetAddress.getLoopbackAddress(), server.port)) {
                late.getOutputStream().write(BEGINNING);
                later.getOutputStream().write(BEGINNING);
                CompletableFuture<Socket> first = new CompletableFuture<>();
                List<Thread> waiting = List.of(awaitEnd(late, first), awaitEnd(later, first));
                assertThat(first.get(60, TimeUnit.SECONDS)).isSameAs(late);
                for (Thread each : waiting) {
                    each.join();
                }
            }
        }
        Bridge.await(() -> engines.held() == 0, () -> engines.held() + " engines are held");
        assertThat(server.handshakes("timeout")).isEqualTo(2);
        server.assertServes();
    }

    /** Until the other end closes, be it with a reset. */
    private static Thread awaitEnd(Socket socket, CompletableFuture<Socket> first) {
        return Thread.ofVirtual().start(() -> {
            try {
                socket.getInputStream().readAllBytes();
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("reset");
            }
            first.complete(socket);
        });
    }

    @Test
    void whoSendsItsHandshakeByteByByteIsCutOff() throws Exception {
        try (Socket slow = new Socket(InetAddress.getLoopbackAddress(), server.port)) {
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 600; i++) {
                            slow.getOutputStream().write(i < BEGINNING.length ? BEGINNING[i] : 0);
                            TimeUnit.MILLISECONDS.sleep(100);
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
        assertThat(server.handshakes("timeout")).isOne();
        server.assertServes();
    }

    @Test
    void whoIsNoClientIsCutOffHoweverBusyItIs() throws Exception {
        try (Stranger stranger = server.tunnel(
                server.authority.credentials(TunnelServer.WEB_ID, "client.other.shop.socketbridge.internal"),
                TunnelServer.DB)) {
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 600; i++) {
                            TunnelServer.await(stranger);
                            TimeUnit.MILLISECONDS.sleep(100);
                        }
                    })
                    .isInstanceOf(IOException.class)
                    .hasMessageNotContaining("timed out");
        }
        server.assertServes();
    }

    @Test
    void thousandsOfHalfOpenHandshakesKeepNobodyOutAndLeaveNothing() throws Exception {
        server.assertServes();
        long descriptors = TunnelServer.openDescriptors();
        List<SocketChannel> halfOpen = new ArrayList<>();
        try (Neighbour neighbour = new Neighbour(server)) {
            for (int i = 0; i < HALF_OPEN; i++) {
                SocketChannel each =
                        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port));
                halfOpen.add(each);
                if (i % 2 == 0) {
                    each.write(ByteBuffer.wrap(BEGINNING));
                }
                if (i % 500 == 0) {
                    neighbour.assertUnharmed();
                }
            }
            server.assertServes();
            Bridge.await(
                    () -> server.handshakes("displaced") >= HALF_OPEN - TunnelPorts.MOST_NEWCOMERS
                            || server.handshakes("timeout") > 0,
                    () -> server.bridge.table.handshakes().toString());
            assertThat(engines.held()).isLessThanOrEqualTo(TunnelPorts.MOST_NEWCOMERS + 1);
            neighbour.assertUnharmed();
        } finally {
            for (SocketChannel each : halfOpen) {
                each.close();
            }
        }
        Bridge.await(() -> engines.held() == 0, () -> engines.held() + " engines are held");
        Bridge.await(
                () -> TunnelServer.openDescriptors() <= descriptors + SPARE_DESCRIPTORS,
                () -> TunnelServer.openDescriptors() + " are open, and before there were " + descriptors);
    }

    private void limit() {
        server.limit(new Limits(MOST_CONNECTIONS, 60_000, 0, 5_000, 60_000, 0));
    }

    /** One more tunnel, of which the server knows that it is a client's. */
    private void come() throws Exception {
        tunnels.add(server.client());
        TunnelServer.await(tunnels.getLast());
    }

    private void connect(Stranger tunnel) throws IOException {
        TunnelServer.open(tunnel);
        assertThat(tunnel.readFrame()).isEqualTo(TunnelServer.ACCEPTED);
        server.end(tunnel);
    }
}
