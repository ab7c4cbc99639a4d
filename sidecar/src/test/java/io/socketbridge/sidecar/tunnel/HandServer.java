package io.socketbridge.sidecar.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.contract.TcpAddress;
import io.socketbridge.contract.TunnelAddress;
import io.socketbridge.sidecar.frame.FrameType;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A server's sidecar by hand, without protection: the test says what it does with each tunnel. */
final class HandServer implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 20_000;

    private final ServerSocketChannel listening;

    HandServer() throws IOException {
        listening = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        socket().setSoTimeout(TIMEOUT_MILLIS);
    }

    private ServerSocket socket() {
        return listening.socket();
    }

    /** Where it is, by this host's name or address. */
    TunnelAddress address(String host) {
        return new TunnelAddress(new TcpAddress(host, socket().getLocalPort()));
    }

    /** The next that was begun; waits for it. */
    Accepted accept() throws IOException {
        return new Accepted(socket().accept());
    }

    /** Whether there is one that was begun and not accepted. */
    boolean hasMore() throws IOException {
        listening.configureBlocking(false);
        try (SocketChannel more = listening.accept()) {
            return more != null;
        } finally {
            listening.configureBlocking(true);
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }

    /** Waits until something has come on one of them, and gives that one. */
    static Accepted firstToSpeak(Accepted... all) {
        return Awaitility.await()
                .atMost(Duration.ofMillis(TIMEOUT_MILLIS))
                .until(() -> Stream.of(all).filter(Accepted::hasMore).findFirst(), Optional::isPresent)
                .orElseThrow();
    }

    /** The server's end of a tunnel. */
    static final class Accepted implements AutoCloseable {

        private final Socket socket;
        private final DataInputStream in;

        Accepted(Socket socket) throws IOException {
            this.socket = socket;
            socket.setSoTimeout(TIMEOUT_MILLIS);
            this.in = new DataInputStream(socket.getInputStream());
        }

        /** Takes what a cleartext tunnel begins with. */
        Accepted greet() throws IOException {
            int next;
            do {
                next = in.read();
                assertThat(next).as("of the greeting").isPositive();
            } while (next != '\n');
            return this;
        }

        private boolean hasMore() {
            try {
                return in.available() > 0;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Waits for a frame of this type. */
        Accepted expect(FrameType type) throws IOException {
            int header = in.readInt();
            assertThat(header >>> 24).as("the frame's type").isEqualTo(type.code());
            in.readNBytes(header & 0xFF_FFFF);
            return this;
        }

        void send(FrameType type, byte... payload) throws IOException {
            byte[] frame = new byte[4 + payload.length];
            frame[0] = (byte) type.code();
            frame[3] = (byte) payload.length;
            System.arraycopy(payload, 0, frame, 4, payload.length);
            socket.getOutputStream().write(frame);
        }

        /** Ends it, and waits until the client has closed its end. */
        void hangUp() throws IOException {
            socket.shutdownOutput();
            awaitEnd();
            socket.close();
        }

        /** Waits until the client has closed its end, be it with a reset. */
        void awaitEnd() throws IOException {
            try {
                in.readAllBytes();
            } catch (SocketException e) {
                assertThat(e).hasMessageContaining("reset");
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
