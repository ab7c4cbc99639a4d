package io.socketbridge.sidecar.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.contract.Framing;
import io.socketbridge.contract.Limits;
import io.socketbridge.contract.Listen;
import io.socketbridge.contract.Overflow;
import io.socketbridge.contract.Oversize;
import io.socketbridge.contract.ProxyProtocol;
import io.socketbridge.contract.RecordHeaders;
import io.socketbridge.contract.Records;
import io.socketbridge.contract.RouteState;
import io.socketbridge.contract.WhenUnavailable;
import io.socketbridge.sidecar.linux.Errno;
import io.socketbridge.sidecar.linux.NativeDatagramSocket;
import io.socketbridge.sidecar.linux.NativeDatagramSocket.Message;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How flows of datagrams begin and end, and what becomes of what nobody takes. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class DatagramFlowIT {

    @TempDir
    private Path directory;

    private final Bridge bridge;

    DatagramFlowIT() throws IOException {
        bridge = new Bridge();
    }

    private String server;
    private String local;

    @BeforeEach
    void name() {
        server = directory.resolve("s").toString();
        local = directory.resolve("a").toString();
    }

    @AfterEach
    void stop() {
        bridge.close();
    }

    private void route(WhenUnavailable whenUnavailable, Limits limits, Records records) {
        bridge.route(
                "a",
                Bridge.listen("unix-dgram:" + local),
                whenUnavailable,
                limits,
                records,
                Bridge.targets("unix-dgram:" + server));
    }

    private static Limits limits(int maxConnections, long idleTimeoutMillis) {
        return new Limits(maxConnections, 10_000, idleTimeoutMillis, 5_000, 60_000, 0);
    }

    private static Records records(int mostBytes, Oversize oversize, Overflow overflow) {
        return new Records(mostBytes, oversize, Framing.LENGTH_PREFIX, overflow, RecordHeaders.HIDDEN);
    }

    private NativeDatagramSocket client(String name) throws IOException {
        return NativeDatagramSocket.boundTo(directory.resolve(name).toString()).connect(local);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static String text(Message message) {
        return new String(message.bytes(), UTF_8);
    }

    private long dropped(String reason) {
        return bridge.meters("a").records().dropped().getOrDefault(reason, 0L);
    }

    private void awaitDropped(String reason, long count) {
        Bridge.await(
                () -> dropped(reason) == count,
                () -> "dropped: " + bridge.meters("a").records().dropped());
    }

    @Test
    void aFlowThatRestsEndsInOrderAndTheNextDatagramBeginsAnother() throws IOException {
        try (NativeDatagramSocket app = NativeDatagramSocket.boundTo(server)) {
            route(WhenUnavailable.REFUSE, limits(0, 300), Records.DEFAULT);
            bridge.awaitState("a", RouteState.READY);
            try (NativeDatagramSocket client = client("c")) {
                client.send(bytes("one"));
                Message first = app.receive();
                bridge.awaitActive("a", 1);
                bridge.awaitActive("a", 0);
                assertThat(bridge.meters("a").flows().agedCount()).isEqualTo(1);
                assertThat(bridge.meter("a").resets()).isEmpty();
                assertThat(app.trySend(bytes("late"), first.sender())).isEqualTo(-Errno.ECONNREFUSED);
                client.send(bytes("two"));
                Message second = app.receive();
                assertThat(text(second)).isEqualTo("two");
                assertThat(second.sender()).isNotEqualTo(first.sender());
            }
        }
    }

    @Test
    void throughATunnelItEndsInOrderAtBothSides() throws IOException {
        try (NativeDatagramSocket app = NativeDatagramSocket.boundTo(server)) {
            between("tunnel:127.0.0.1:");
            try (NativeDatagramSocket client = client("c")) {
                client.send(bytes("one"));
                assertThat(text(app.receive())).isEqualTo("one");
                Bridge.await(
                        () -> bridge.meters("a").flows().agedCount() == 1,
                        () -> "aged: " + bridge.meters("a").flows().agedCount());
                bridge.awaitActive("a", 0);
                bridge.awaitActive("b", 0);
                assertThat(bridge.meter("a").resets()).isEmpty();
                assertThat(bridge.meter("b").resets()).isEmpty();
                client.send(bytes("two"));
                assertThat(text(app.receive())).isEqualTo("two");
            }
        }
    }

    /** Two sidecars' routes, whose flows may rest for half a second. */
    private void between(String network) {
        bridge.route(
                "b",
                Bridge.listen(network + "0"),
                WhenUnavailable.REFUSE,
                limits(0, 500),
                Records.DEFAULT,
                Bridge.targets("unix-dgram:" + server));
        bridge.awaitState("b", RouteState.READY);
        bridge.route(
                "a",
                Bridge.listen("unix-dgram:" + local),
                WhenUnavailable.REFUSE,
                limits(0, 500),
                Records.DEFAULT,
                Bridge.targets(network + bridge.port("b")));
        bridge.awaitState("a", RouteState.READY);
    }

    @Test
    void whatIsSentWhileAServerFarAwayIsGoneIsCounted() throws IOException {
        try (NativeDatagramSocket client = new NativeDatagramSocket()) {
            try (NativeDatagramSocket app = NativeDatagramSocket.boundTo(server)) {
                between("tcp:127.0.0.1:");
                client.connect(local).send(bytes("one"));
                assertThat(text(app.receive())).isEqualTo("one");
            }
            Bridge.await(
                    () -> {
                        client.trySend(bytes("to nobody"));
                        return dropped("refused") > 0;
                    },
                    () -> "dropped: " + bridge.meters("a").records().dropped());
            Files.delete(Path.of(server));
            try (NativeDatagramSocket app = NativeDatagramSocket.boundTo(server)) {
                bridge.awaitState("b", RouteState.READY);
                client.send(bytes("two"));
                assertThat(text(app.receive())).isEqualTo("two");
            }
        }
    }

    @Test
    void flowsEndInOrderWhenTheSidecarDoes() throws IOException {
        try (NativeDatagramSocket app = NativeDatagramSocket.boundTo(server)) {
            route(WhenUnavailable.REFUSE, limits(0, 0), Records.DEFAULT);
            bridge.awaitState("a", RouteState.READY);
            try (NativeDatagramSocket client = client("c")) {
                client.send(bytes("last words"));
                bridge.awaitActive("a", 1);
                assertThat(bridge.table.drain().join()).as("resets").isZero();
                assertThat(text(app.receive())).isEqualTo("last words");
                assertThat(Path.of(local)).doesNotExist();
            }
        }
    }

    @Test
    void atTheMostThereMayBeTheOneThatWasUsedLeastLatelyMakesRoom() throws IOException {
        try (NativeDatagramSocket app = NativeDatagramSocket.boundTo(server)) {
            route(WhenUnavailable.REFUSE, limits(2, 0), Records.DEFAULT);
            bridge.awaitState("a", RouteState.READY);
            try (NativeDatagramSocket first = client("c1");
                    NativeDatagramSocket second = client("c2");
                    NativeDatagramSocket third = client("c3")) {
                first.send(bytes("1"));
                String firstAddress = app.receive().sender();
                second.send(bytes("2"));
                String secondAddress = app.receive().sender();
                first.send(bytes("1 again"));
                assertThat(app.receive().sender()).isEqualTo(firstAddress);
                third.send(bytes("3"));
                assertThat(text(app.receive())).isEqualTo("3");
                assertThat(bridge.meters("a").flows().evictedCount()).isEqualTo(1);
                assertThat(app.trySend(bytes("to 2"), secondAddress)).isEqualTo(-Errno.ECONNREFUSED);
                assertThat(app.trySend(bytes("to 1"), firstAddress)).isEqualTo(1);
                assertThat(text(first.receive())).isEqualTo("to 1");
                second.send(bytes("2 again"));
                assertThat(text(app.receive())).isEqualTo("2 again");
                assertThat(bridge.meter("a").activeCount()).isLessThanOrEqualTo(2);
                assertThat(bridge.meters("a").records().dropped()).isEmpty();
            }
        }
    }

    @Test
    void whileNobodyServesASenderIsRefusedAsOnOneMachine() throws IOException {
        route(WhenUnavailable.REFUSE, Limits.DEFAULT, Records.DEFAULT);
        bridge.awaitState("a", RouteState.SOCKET_MISSING);
        try (NativeDatagramSocket client = new NativeDatagramSocket()) {
            assertThat(client.trySend(bytes("x"), local)).isEqualTo(-Errno.ECONNREFUSED);
            try (NativeDatagramSocket app = NativeDatagramSocket.boundTo(server)) {
                bridge.awaitState("a", RouteState.READY);
                assertThat(client.trySend(bytes("y"), local)).isEqualTo(1);
                assertThat(text(app.receive())).isEqualTo("y");
            }
            bridge.awaitState("a", RouteState.NOT_LISTENING);
            assertThat(client.trySend(bytes("z"), local)).isEqualTo(-Errno.ECONNREFUSED);
        }
    }

    @Test
    void whereTheRouteWaitsDatagramsReachAServerThatComesLater() throws IOException {
        route(WhenUnavailable.WAIT, new Limits(0, 60_000, 0, 5_000, 60_000, 0), Records.DEFAULT);
        bridge.awaitState("a", RouteState.SOCKET_MISSING);
        try (NativeDatagramSocket client = client("c")) {
            client.send(bytes("early"));
            client.send(bytes("bird"));
            try (NativeDatagramSocket app = NativeDatagramSocket.boundTo(server)) {
                assertThat(text(app.receive())).isEqualTo("early");
                assertThat(text(app.receive())).isEqualTo("bird");
            }
        }
    }

    @Test
    void aServerThatMakesItsSocketAnewIsFoundBySendersThatWereThereBefore() throws IOException {
        // Not refused in between, however late the change is seen.
        try (NativeDatagramSocket app = NativeDatagramSocket.boundTo(server)) {
            route(WhenUnavailable.WAIT, Limits.DEFAULT, Records.DEFAULT);
            bridge.awaitState("a", RouteState.READY);
            try (NativeDatagramSocket client = client("c")) {
                client.send(bytes("to the first"));
                assertThat(text(app.receive())).isEqualTo("to the first");
                app.close();
                Files.delete(Path.of(server));
                try (NativeDatagramSocket anew = NativeDatagramSocket.boundTo(server)) {
                    client.send(bytes("to the second"));
                    Message message = anew.receive();
                    assertThat(text(message)).isEqualTo("to the second");
                    assertThat(anew.trySend(bytes("answer"), message.sender())).isEqualTo(1);
                    assertThat(text(client.receive())).isEqualTo("answer");
                }
            }
        }
    }

    @Test
    void theNewestAreDroppedAndCountedWhereTheRouteSaysSo() throws IOException {
        List<Integer> received = overflow(Overflow.DROP_NEWEST);
        assertThat(received.getFirst()).isZero();
        // What came first was kept, up to what there was room for; the last one was not.
        assertThat(received.getLast()).isLessThan(DATAGRAMS - 1);
    }

    @Test
    void theOldestAreDroppedAndCountedWhereTheRouteSaysSo() throws IOException {
        List<Integer> received = overflow(Overflow.DROP_OLDEST);
        assertThat(received.getFirst()).isZero();
        assertThat(received.getLast()).isEqualTo(DATAGRAMS - 1);
    }

    private static final int DATAGRAMS = 5_000;

    /** Sends more than there is room for to a server that reads only then; which ones it got. */
    private List<Integer> overflow(Overflow overflow) throws IOException {
        try (NativeDatagramSocket app = NativeDatagramSocket.boundTo(server)) {
            route(WhenUnavailable.REFUSE, Limits.DEFAULT, records(10_000, Oversize.REJECT, overflow));
            bridge.awaitState("a", RouteState.READY);
            try (NativeDatagramSocket client = client("c")) {
                byte[] bytes = new byte[1_000];
                for (int i = 0; i < DATAGRAMS; i++) {
                    ByteBuffer.wrap(bytes).putInt(i);
                    client.send(bytes);
                }
                Bridge.await(
                        () -> taken(overflow) == DATAGRAMS,
                        () -> "records: " + bridge.meters("a").records().readRecords());
                List<Integer> received = new ArrayList<>();
                long kept = DATAGRAMS - dropped("overflow");
                while (received.size() < kept) {
                    received.add(ByteBuffer.wrap(app.receive().bytes()).getInt());
                }
                assertThat(dropped("overflow")).isPositive();
                assertThat(received).isSorted().doesNotHaveDuplicates();
                assertThat(app.isEmpty()).isTrue();
                return received;
            }
        }
    }

    /** How many the listener has seen; the newest are dropped before they count as read. */
    private long taken(Overflow overflow) {
        long read = bridge.meters("a").records().readRecords();
        return overflow == Overflow.DROP_NEWEST ? read + dropped("overflow") : read;
    }

    @Test
    void aDatagramThatIsTooLargeIsDroppedAndCounted() throws IOException {
        try (NativeDatagramSocket app = NativeDatagramSocket.boundTo(server)) {
            route(WhenUnavailable.REFUSE, Limits.DEFAULT, records(100, Oversize.REJECT, Overflow.BLOCK));
            bridge.awaitState("a", RouteState.READY);
            try (NativeDatagramSocket client = client("c")) {
                client.send(new byte[101]);
                client.send(new byte[100]);
                assertThat(app.receive().bytes()).hasSize(100);
                awaitDropped("too-large", 1);
            }
        }
    }

    @Test
    void orItsBeginningIsPassedOnAndTheCutCounted() throws IOException {
        try (NativeDatagramSocket app = NativeDatagramSocket.boundTo(server)) {
            route(WhenUnavailable.REFUSE, Limits.DEFAULT, records(100, Oversize.TRUNCATE, Overflow.BLOCK));
            bridge.awaitState("a", RouteState.READY);
            try (NativeDatagramSocket client = client("c")) {
                client.send(new byte[250]);
                assertThat(app.receive().bytes()).hasSize(100);
                assertThat(bridge.meters("a").records().truncatedCount()).isEqualTo(1);
            }
        }
    }

    @Test
    void aReplyToASenderThatIsGoneIsCounted() throws IOException {
        try (NativeDatagramSocket app = NativeDatagramSocket.boundTo(server)) {
            route(WhenUnavailable.REFUSE, Limits.DEFAULT, Records.DEFAULT);
            bridge.awaitState("a", RouteState.READY);
            String address;
            try (NativeDatagramSocket client = client("c")) {
                client.send(bytes("question"));
                address = app.receive().sender();
            }
            assertThat(app.trySend(bytes("answer"), address)).isEqualTo(1);
            awaitDropped("receiver-gone", 1);
            bridge.awaitActive("a", 0);
        }
    }

    @Test
    void theSocketsFileHasTheModeThatItShallHaveAndIsRemovedAtTheEnd() throws IOException {
        Path file = Path.of(local);
        try (NativeDatagramSocket app = NativeDatagramSocket.boundTo(server)) {
            bridge.route(
                    "a", new Listen("unix-dgram:" + local, "0620", false, ProxyProtocol.NONE), "unix-dgram:" + server);
            bridge.awaitState("a", RouteState.READY);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw--w----");
            assertThat(app.isEmpty()).isTrue();
        }
        bridge.remove("a");
        assertThat(file).doesNotExist();
    }

    @Test
    void aSocketOfAnotherProcessThatIsAliveIsLeftAlone() throws IOException {
        try (NativeDatagramSocket app = NativeDatagramSocket.boundTo(server);
                NativeDatagramSocket other = NativeDatagramSocket.boundTo(local)) {
            route(WhenUnavailable.REFUSE, Limits.DEFAULT, Records.DEFAULT);
            bridge.awaitState("a", RouteState.ADDRESS_IN_USE);
            assertThat(app.trySend(bytes("still mine"), local)).isEqualTo(1);
            assertThat(text(other.receive())).isEqualTo("still mine");
        }
    }

    @Test
    void whatAStreamFramesIsADatagramAndTheOtherWayRound() throws IOException {
        try (NativeDatagramSocket app = NativeDatagramSocket.boundTo(server)) {
            bridge.route(
                    "a",
                    Bridge.listen("unix:" + local),
                    WhenUnavailable.REFUSE,
                    Limits.DEFAULT,
                    Records.DEFAULT,
                    Bridge.targets("unix-dgram:" + server));
            bridge.awaitState("a", RouteState.READY);
            try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(local))) {
                client.write(ByteBuffer.wrap(new byte[] {0, 0, 0, 2, 'h', 'i', 0, 0, 0, 0, 0, 0, 0, 1, '!'}));
                Message first = app.receive();
                assertThat(text(first)).isEqualTo("hi");
                assertThat(app.receive().bytes()).isEmpty();
                assertThat(text(app.receive())).isEqualTo("!");
                assertThat(app.trySend(bytes("yes"), first.sender())).isEqualTo(1);
                ByteBuffer answer = ByteBuffer.allocate(7);
                while (answer.hasRemaining()) {
                    assertThat(client.read(answer)).isPositive();
                }
                assertThat(answer.array()).containsExactly(0, 0, 0, 3, 'y', 'e', 's');
                client.shutdownOutput();
                assertThat(client.read(ByteBuffer.allocate(1))).isNegative();
            }
        }
        bridge.awaitActive("a", 0);
        assertThat(bridge.meter("a").resets()).isEmpty();
    }

    @Test
    void aStreamIsNotJoinedToWhatMayLoseThingsAndTheReportSaysWhy() {
        bridge.route("a", "unix:" + local, "udp:127.0.0.1:9");
        bridge.awaitState("a", RouteState.NO_TARGET);
        assertThat(bridge.report("a").message()).contains("loses nothing").contains("unix-dgram:");
    }
}
