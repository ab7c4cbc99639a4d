package io.socketbridge.sidecar.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socketbridge.contract.Framing;
import io.socketbridge.contract.Overflow;
import io.socketbridge.contract.Oversize;
import io.socketbridge.contract.RecordHeaders;
import io.socketbridge.contract.Records;
import io.socketbridge.contract.RouteState;
import io.socketbridge.sidecar.linux.NativeSeqPacket;
import io.socketbridge.sidecar.relay.ResetReason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A stream at one end, records at the other. */
@Timeout(120)
class FramedStreamIT {

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

    @ParameterizedTest
    @CsvSource({"unix,''", "unix,tcp", "unix,tunnel", "tcp,''"})
    void recordsPassBothWaysBetweenAStreamWithLengthsAndSequencedPackets(String end, String between) throws Exception {
        long seed = new Random().nextLong();
        List<byte[]> there = RecordContract.records(new Random(seed), 1_000);
        List<byte[]> back = RecordContract.records(new Random(~seed), 1_000);
        try (NativeSeqPacket server = NativeSeqPacket.listen(packets());
                SocketChannel client = connect(end, records(Framing.LENGTH_PREFIX), between, packets());
                NativeSeqPacket served = server.accept()) {
            FutureTask<?> asking = start(() -> StreamContract.writeAndEnd(client, prefixed(there)));
            FutureTask<?> answering = start(() -> RecordContract.sendAndEnd(served, back));
            FutureTask<byte[]> atClient = start(() -> StreamContract.readToEnd(client));
            RecordContract.assertSame(RecordContract.receiveToEnd(served), there, seed);
            assertThat(atClient.get(60, TimeUnit.SECONDS)).as("seed %d", seed).isEqualTo(prefixed(back));
            asking.get(60, TimeUnit.SECONDS);
            answering.get(60, TimeUnit.SECONDS);
        }
        bridge.awaitActive("a", 0);
        assertThat(bridge.meter("a").resets()).isEmpty();
    }

    @Test
    void aServerThatIsAStreamGetsLines() throws Exception {
        try (ServerSocketChannel server = StreamContract.unixServer(directory.resolve("s"))) {
            bridge.route("a", records(Framing.NEWLINE), "unix-seqpacket:" + path("a"), "unix:" + path("s"))
                    .awaitState("a", RouteState.READY);
            try (NativeSeqPacket client = NativeSeqPacket.connect("unix-seqpacket:" + path("a"));
                    SocketChannel served = server.accept()) {
                client.send(bytes("one"));
                client.send(bytes(""));
                client.send(bytes("three"));
                client.endOutput();
                assertThat(StreamContract.readToEnd(served)).asString().isEqualTo("one\n\nthree\n");
                StreamContract.writeAndEnd(served, bytes("yes\nno"));
                assertThat(RecordContract.receiveToEnd(client))
                        .extracting(record -> new String(record, StandardCharsets.UTF_8))
                        .containsExactly("yes", "no");
            }
        }
    }

    @Test
    void anotherProgramAtATcpAddressGetsTheFramingOfTheWire() throws Exception {
        Records records = new Records(
                Records.DEFAULT_MOST_BYTES,
                Oversize.REJECT,
                Framing.LENGTH_PREFIX,
                Framing.NEWLINE,
                Overflow.BLOCK,
                RecordHeaders.HIDDEN);
        try (ServerSocketChannel server = StreamContract.tcpServer()) {
            bridge.route("a", records, "unix-seqpacket:" + path("a"), "tcp:127.0.0.1:" + StreamContract.port(server))
                    .awaitState("a", RouteState.READY);
            try (NativeSeqPacket client = NativeSeqPacket.connect("unix-seqpacket:" + path("a"));
                    SocketChannel served = server.accept()) {
                client.send(bytes("a line"));
                client.endOutput();
                assertThat(StreamContract.readToEnd(served)).asString().isEqualTo("a line\n");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"''", "tcp", "tunnel"})
    void anEndWithinARecordIsAReset(String between) throws Exception {
        try (NativeSeqPacket server = NativeSeqPacket.listen(packets());
                SocketChannel client = connect("unix", records(Framing.LENGTH_PREFIX), between, packets());
                NativeSeqPacket served = server.accept()) {
            served.send(bytes("so that it can be told"));
            StreamContract.write(client, new byte[] {0, 0, 0, 1, 'x'});
            assertThat(served.receive()).hasValue(bytes("x"));
            StreamContract.writeAndEnd(client, new byte[] {0, 0, 0, 9, 'y'});
            assertThatThrownBy(served::receive).hasMessageContaining("ECONNRESET");
            awaitReset(ResetReason.RECORD_INCOMPLETE);
            assertThat(bridge.records("a").dropped()).containsEntry("incomplete", 1L);
        }
    }

    @Test
    void whatIsNoRecordIsAReset() throws Exception {
        try (NativeSeqPacket server = NativeSeqPacket.listen(packets());
                SocketChannel client = connect("unix", records(Framing.LENGTH_PREFIX), "", packets());
                NativeSeqPacket served = server.accept()) {
            served.send(bytes("so that it can be told"));
            StreamContract.write(client, bytes("GET / HTTP/1.1\r\n\r\n"));
            assertThatThrownBy(served::receive).hasMessageContaining("ECONNRESET");
            awaitReset(ResetReason.RECORD_INVALID);
        }
    }

    @Test
    void oneThatIsTooLargeIsCutWhereThatIsAskedFor() throws Exception {
        Records records =
                new Records(10, Oversize.TRUNCATE, Framing.LENGTH_PREFIX, Overflow.BLOCK, RecordHeaders.HIDDEN);
        try (NativeSeqPacket server = NativeSeqPacket.listen(packets());
                SocketChannel client = connect("unix", records, "", packets());
                NativeSeqPacket served = server.accept()) {
            StreamContract.writeAndEnd(client, prefixed(List.of(bytes("0123456789abcdef"), bytes("next"))));
            assertThat(RecordContract.receiveToEnd(served))
                    .extracting(record -> new String(record, StandardCharsets.UTF_8))
                    .containsExactly("0123456789", "next");
            assertThat(bridge.records("a").truncatedCount()).isEqualTo(1);
            served.send(new byte[100_000]);
            served.send(bytes("next"));
            served.endOutput();
            assertThat(StreamContract.readToEnd(client)).isEqualTo(prefixed(List.of(new byte[10], bytes("next"))));
        }
    }

    @Test
    void oneEndThatCarriesBytesAndOneThatCarriesRecordsAreToldByBoth() throws Exception {
        try (NativeSeqPacket server = NativeSeqPacket.listen(packets())) {
            bridge.route("b", "tunnel:127.0.0.1:0", packets()).awaitState("b", RouteState.READY);
            bridge.route("a", "unix:" + path("a"), "tunnel:127.0.0.1:" + bridge.port("b"))
                    .awaitState("a", RouteState.READY);
            try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path("a")))) {
                client.write(ByteBuffer.allocate(1));
                assertThatThrownBy(() -> client.read(ByteBuffer.allocate(1))).hasMessageContaining("reset");
            }
            Bridge.await(
                    () -> bridge.meter("a").failures().containsKey("kind"),
                    () -> "failures: " + bridge.meter("a").failures());
            assertThat(bridge.meter("b").denied()).containsKey("kind");
        }
    }

    private void awaitReset(ResetReason reason) {
        Bridge.await(
                () -> bridge.meter("a").resets().containsKey(reason),
                () -> "resets: " + bridge.meter("a").resets());
    }

    private SocketChannel connect(String end, Records records, String between, String target) throws IOException {
        String next = target;
        if (!between.isEmpty()) {
            bridge.route("b", between + ":127.0.0.1:0", target).awaitState("b", RouteState.READY);
            next = between + ":127.0.0.1:" + bridge.port("b");
        }
        if (end.equals("unix")) {
            bridge.route("a", records, "unix:" + path("a"), next).awaitState("a", RouteState.READY);
            return SocketChannel.open(UnixDomainSocketAddress.of(path("a")));
        }
        Records wired = new Records(
                records.mostBytes(),
                records.oversize(),
                records.framing(),
                records.framing(),
                records.overflow(),
                records.headers());
        bridge.route("a", wired, "tcp:127.0.0.1:0", next).awaitState("a", RouteState.READY);
        return SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), bridge.port("a")));
    }

    private static Records records(Framing framing) {
        return new Records(Records.DEFAULT_MOST_BYTES, Oversize.REJECT, framing, Overflow.BLOCK, RecordHeaders.HIDDEN);
    }

    private String packets() {
        return "unix-seqpacket:" + path("s");
    }

    private Path path(String name) {
        return directory.resolve(name);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] prefixed(List<byte[]> records) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] record : records) {
            all.writeBytes(ByteBuffer.allocate(4).putInt(record.length).array());
            all.writeBytes(record);
        }
        return all.toByteArray();
    }

    private static <T> FutureTask<T> start(java.util.concurrent.Callable<T> task) {
        FutureTask<T> future = new FutureTask<>(task);
        Thread.ofPlatform().daemon().start(future);
        return future;
    }
}
