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
import io.socketbridge.sidecar.record.RecordPrefix;
import io.socketbridge.sidecar.relay.ResetReason;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A sidecar that goes away in the middle of a record leaves neither a part of one nor an end of file. */
@Timeout(120)
class RecordCrashIT {

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

    /** The other sidecar is played by the test, down to its last byte. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theServerIsToldWhenItsClientsSidecarGoesAwayInMidRecord(boolean inOrder) throws Exception {
        try (NativeSeqPacket server = NativeSeqPacket.listen(packets("s"))) {
            bridge.route("b", "tcp:127.0.0.1:0", packets("s")).awaitState("b", RouteState.READY);
            for (int last : new int[] {1, 7, 8, 9, 100}) {
                try (SocketChannel sidecar = SocketChannel.open(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), bridge.port("b")));
                        NativeSeqPacket served = server.accept()) {
                    served.send(new byte[] {9});
                    assertThat(sidecar.read(ByteBuffer.allocate(9))).isEqualTo(9);
                    StreamContract.write(sidecar, prefixed(50));
                    assertThat(served.receive()).hasValue(new byte[50]);
                    StreamContract.write(sidecar, ByteBuffer.wrap(prefixed(100), 0, last));
                    leave(sidecar, inOrder);
                    assertThatThrownBy(served::receive)
                            .as("after %d bytes", last)
                            .hasMessageContaining("ECONNRESET");
                }
            }
            if (inOrder) {
                assertThat(bridge.meter("b").resets()).containsEntry(ResetReason.RECORD_INCOMPLETE, 5L);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theClientIsToldWhenItsServersSidecarGoesAwayInMidRecord(boolean inOrder) throws Exception {
        try (ServerSocketChannel sidecar = StreamContract.tcpServer()) {
            bridge.route("a", packets("a"), "tcp:127.0.0.1:" + StreamContract.port(sidecar))
                    .awaitState("a", RouteState.READY);
            try (NativeSeqPacket client = NativeSeqPacket.connect(packets("a"));
                    SocketChannel served = sidecar.accept()) {
                client.send(new byte[] {9});
                assertThat(served.read(ByteBuffer.allocate(9))).isEqualTo(9);
                StreamContract.write(served, prefixed(50));
                assertThat(client.receive()).hasValue(new byte[50]);
                StreamContract.write(served, ByteBuffer.wrap(prefixed(100), 0, 60));
                leave(served, inOrder);
                assertThatThrownBy(client::receive).hasMessageContaining("ECONNRESET");
            }
        }
    }

    @Test
    void theAppIsToldWhenItsOwnSidecarIsKilled() throws Exception {
        try (ServerSocketChannel server = StreamContract.tcpServer()) {
            Process sidecar = relay(packets("a"), "tcp:127.0.0.1:" + StreamContract.port(server));
            try (NativeSeqPacket client = Awaitility.await()
                            .atMost(Bridge.DEADLINE)
                            .ignoreExceptions()
                            .until(() -> NativeSeqPacket.connect(packets("a")), connected -> true);
                    SocketChannel served = server.accept()) {
                client.send(new byte[1_000]);
                client.send(new byte[0]);
                ByteBuffer both = ByteBuffer.allocate(1_016);
                while (both.hasRemaining()) {
                    assertThat(served.read(both)).isPositive();
                }
                sidecar.destroyForcibly();
                assertThatThrownBy(client::receive).hasMessageContaining("ECONNRESET");
                assertThatThrownBy(() -> served.read(ByteBuffer.allocate(1))).hasMessageContaining("reset");
            } finally {
                sidecar.destroyForcibly();
            }
        }
    }

    @Test
    void whatIsNoRecordIsAReset() throws Exception {
        Records records =
                new Records(1_000, Oversize.TRUNCATE, Framing.LENGTH_PREFIX, Overflow.BLOCK, RecordHeaders.HIDDEN);
        try (NativeSeqPacket server = NativeSeqPacket.listen(packets("s"))) {
            bridge.route("b", records, "tcp:127.0.0.1:0", packets("s")).awaitState("b", RouteState.READY);
            try (SocketChannel stranger = SocketChannel.open(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), bridge.port("b")));
                    NativeSeqPacket served = server.accept()) {
                StreamContract.write(stranger, "GET / HTTP/1.1\r\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
                assertThatThrownBy(() -> stranger.read(ByteBuffer.allocate(1))).hasMessageContaining("reset");
                Bridge.await(
                        () -> bridge.meter("b").resets().containsKey(ResetReason.RECORD_INVALID),
                        () -> "resets: " + bridge.meter("b").resets());
            }
        }
    }

    private static void leave(SocketChannel sidecar, boolean inOrder) throws IOException {
        if (!inOrder) {
            sidecar.setOption(StandardSocketOptions.SO_LINGER, 0);
        }
        sidecar.close();
    }

    private static byte[] prefixed(int length) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment record = arena.allocate(RecordPrefix.BYTES + (long) length);
            RecordPrefix.write(record, 0, length, 0);
            return record.toArray(ValueLayout.JAVA_BYTE);
        }
    }

    private String packets(String name) {
        return "unix-seqpacket:" + directory.resolve(name);
    }

    private static Process relay(String listen, String connect) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of("..", "bin", "socketbridge").toString(), "relay", "--threads", "1", listen, connect)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return builder.start();
    }
}
