package io.socketbridge.sidecar.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.contract.RouteState;
import io.socketbridge.sidecar.linux.NativeDatagramSocket;
import io.socketbridge.sidecar.linux.NativeDatagramSocket.Message;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** UDP as any program speaks it, at either end of a route. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class UdpIT {

    private static final int DEADLINE_MILLIS = 60_000;

    @TempDir
    private Path directory;

    private final Bridge bridge;

    UdpIT() throws IOException {
        bridge = new Bridge();
    }

    @AfterEach
    void stop() {
        bridge.close();
    }

    private static DatagramSocket udp(String host) throws IOException {
        DatagramSocket socket = new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral(host), 0));
        socket.setSoTimeout(DEADLINE_MILLIS);
        return socket;
    }

    private static String address(DatagramSocket socket, String host) {
        return "udp:" + (host.contains(":") ? "[" + host + "]" : host) + ":" + socket.getLocalPort();
    }

    private static DatagramPacket receive(DatagramSocket socket) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[65_536], 65_536);
        socket.receive(packet);
        return packet;
    }

    private static String text(DatagramPacket packet) {
        return new String(packet.getData(), 0, packet.getLength(), UTF_8);
    }

    private static DatagramPacket packet(String text, InetSocketAddress to) {
        byte[] bytes = text.getBytes(UTF_8);
        return new DatagramPacket(bytes, bytes.length, to);
    }

    private NativeDatagramSocket client() throws IOException {
        return NativeDatagramSocket.boundTo(directory.resolve("c").toString())
                .connect(directory.resolve("a").toString());
    }

    private void routeTo(String target) {
        bridge.route("a", "unix-dgram:" + directory.resolve("a"), target).awaitState("a", RouteState.READY);
    }

    private void awaitDropped(String reason) {
        Bridge.await(
                () -> bridge.meters("a").records().dropped().getOrDefault(reason, 0L) >= 1,
                () -> "dropped: " + bridge.meters("a").records().dropped());
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void anAppsDatagramIsAPacketAndThePacketThatAnswersIsADatagram(String host) throws IOException {
        try (DatagramSocket server = udp(host)) {
            routeTo(address(server, host));
            try (NativeDatagramSocket client = client()) {
                client.send("question".getBytes(UTF_8));
                DatagramPacket question = receive(server);
                assertThat(text(question)).isEqualTo("question");
                server.send(packet("answer", (InetSocketAddress) question.getSocketAddress()));
                assertThat(new String(client.receive().bytes(), UTF_8)).isEqualTo("answer");
                client.send(new byte[0]);
                assertThat(receive(server).getLength()).isZero();
            }
        }
    }

    @Test
    void aHostsNameIsLookedUp() throws IOException {
        try (DatagramSocket server = udp("127.0.0.1")) {
            routeTo("udp:localhost:" + server.getLocalPort());
            try (NativeDatagramSocket client = client()) {
                client.send("x".getBytes(UTF_8));
                assertThat(text(receive(server))).isEqualTo("x");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void aPacketFromTheNetworkReachesTheAppAndItsAnswerTheOneThatAsked(String host) throws IOException {
        Path serving = directory.resolve("s");
        try (NativeDatagramSocket server = NativeDatagramSocket.boundTo(serving.toString())) {
            String listen = host.contains(":") ? "udp:[" + host + "]:0" : "udp:" + host + ":0";
            bridge.route("a", listen, "unix-dgram:" + serving).awaitState("a", RouteState.READY);
            InetSocketAddress to = new InetSocketAddress(InetAddress.ofLiteral(host), bridge.port("a"));
            try (DatagramSocket first = udp(host);
                    DatagramSocket second = udp(host)) {
                first.send(packet("one", to));
                Message one = server.receive();
                second.send(packet("two", to));
                Message two = server.receive();
                assertThat(two.bytes()).isEqualTo("two".getBytes(UTF_8));
                assertThat(server.trySend("to two".getBytes(UTF_8), two.sender()))
                        .isEqualTo(1);
                assertThat(server.trySend("to one".getBytes(UTF_8), one.sender()))
                        .isEqualTo(1);
                assertThat(text(receive(first))).isEqualTo("to one");
                DatagramPacket answer = receive(second);
                assertThat(text(answer)).isEqualTo("to two");
                assertThat(answer.getPort()).isEqualTo(bridge.port("a"));
            }
        }
    }

    @Test
    void whatIsTooLargeForAPacketIsDroppedAndCountedAndNeverCut() throws IOException {
        try (DatagramSocket server = udp("127.0.0.1")) {
            routeTo(address(server, "127.0.0.1"));
            try (NativeDatagramSocket client = client()) {
                client.send(new byte[65_508]);
                client.send(new byte[65_507]);
                assertThat(receive(server).getLength()).isEqualTo(65_507);
                awaitDropped("too-large");
            }
        }
    }

    @Test
    void thatNobodyListensIsCounted() throws IOException {
        String address;
        try (DatagramSocket gone = udp("127.0.0.1")) {
            address = address(gone, "127.0.0.1");
        }
        routeTo(address);
        try (NativeDatagramSocket client = client()) {
            client.send("to nobody".getBytes(UTF_8));
            awaitDropped("refused");
        }
    }

    @Test
    void whateverIsLostOnTheWayIntoAnAppThatDoesNotReadIsCounted() throws IOException {
        Path serving = directory.resolve("s");
        int count = 60_000;
        try (NativeDatagramSocket server = NativeDatagramSocket.boundTo(serving.toString())) {
            bridge.route("a", "udp:127.0.0.1:0", "unix-dgram:" + serving).awaitState("a", RouteState.READY);
            InetSocketAddress to = new InetSocketAddress(InetAddress.getLoopbackAddress(), bridge.port("a"));
            try (DatagramSocket client = udp("127.0.0.1")) {
                byte[] bytes = new byte[1_000];
                for (int i = 0; i < count; i++) {
                    client.send(new DatagramPacket(bytes, bytes.length, to));
                }
                awaitDropped("receive-buffer");
                // What was not dropped is there, once it is read.
                long arrived = 0;
                while (arrived + dropped() < count) {
                    server.receive();
                    arrived++;
                    if (server.isEmpty()) {
                        awaitMore(server, arrived, count);
                    }
                }
                assertThat(arrived + dropped()).isEqualTo(count);
            }
        }
    }

    private long dropped() {
        return bridge.meters("a").records().dropped().values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    private void awaitMore(NativeDatagramSocket server, long arrived, int count) {
        Bridge.await(
                () -> !server.isEmpty() || arrived + dropped() >= count,
                () -> arrived + " arrived, and dropped: "
                        + bridge.meters("a").records().dropped());
    }

    @Test
    void whileNobodyServesAPacketIsRefused() throws IOException {
        bridge.route("a", "udp:127.0.0.1:0", "unix-dgram:" + directory.resolve("s"))
                .awaitState("a", RouteState.SOCKET_MISSING);
        assertThat(bridge.report("a").listening()).startsWith("udp:127.0.0.1:");
    }
}
