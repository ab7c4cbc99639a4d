package io.socketbridge.sidecar.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socketbridge.contract.RouteState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One end reads no more ({@code shutdown(SHUT_RD)}), and writes on. */
@Timeout(60)
class RefusedInputIT {

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
    void aLocalSocketTellsTheWriterAndLeavesTheOtherDirectionAlone() throws Exception {
        try (ServerSocketChannel server = StreamContract.unixServer(directory.resolve("s"));
                SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(directory.resolve("s")));
                SocketChannel served = server.accept()) {
            assertWriterIsTold(client, served);
        }
    }

    @Test
    void aBridgeBetweenUnixSocketsDoesTheSame() throws Exception {
        try (ServerSocketChannel server = StreamContract.unixServer(directory.resolve("s"))) {
            bridge.route("a", "unix:" + directory.resolve("a"), "unix:" + directory.resolve("s"))
                    .awaitState("a", RouteState.READY);
            try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(directory.resolve("a")));
                    SocketChannel served = server.accept()) {
                assertWriterIsTold(client, served);
            }
        }
    }

    /** TCP has no way to tell, nor does it keep the writer waiting. */
    @Test
    void aBridgeFromTcpReadsOn() throws Exception {
        try (ServerSocketChannel server = StreamContract.unixServer(directory.resolve("s"))) {
            bridge.route("a", "tcp:127.0.0.1:0", "unix:" + directory.resolve("s"))
                    .awaitState("a", RouteState.READY);
            try (SocketChannel client = SocketChannel.open(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), bridge.port("a")));
                    SocketChannel served = server.accept()) {
                served.shutdownInput();
                StreamContract.write(client, StreamContract.random(1, 30_000_000));
                StreamContract.write(served, new byte[] {7});
                assertThat(readByte(client)).isEqualTo((byte) 7);
                StreamContract.write(client, StreamContract.random(1, 30_000_000));
            }
            bridge.awaitActive("a", 0);
        }
    }

    private static void assertWriterIsTold(SocketChannel reader, SocketChannel writer) throws IOException {
        reader.shutdownInput();
        assertThatThrownBy(() -> StreamContract.write(writer, new byte[64_000_000]))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Broken pipe");
        for (byte i = 0; i < 10; i++) {
            StreamContract.write(reader, new byte[] {i});
            assertThat(readByte(writer)).isEqualTo(i);
        }
    }

    private static byte readByte(SocketChannel from) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        assertThat(from.read(one)).isEqualTo(1);
        return one.get(0);
    }
}
