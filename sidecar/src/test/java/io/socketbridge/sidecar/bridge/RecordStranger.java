package io.socketbridge.sidecar.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.sidecar.identity.Credentials;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLParameters;

/** Whoever speaks TLS to a tunnel's port by hand, and changes keys when it wants to. */
final class RecordStranger implements AutoCloseable {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final int ROOM_BYTES = 64 * 1024;

    private static final int PONG_BYTES = 12;

    private final SocketChannel channel;
    private final SSLEngine engine;
    private final ByteBuffer record = ByteBuffer.allocate(ROOM_BYTES);
    private final ByteBuffer received = ByteBuffer.allocate(ROOM_BYTES).flip();

    RecordStranger(int port, Credentials credentials, String serverName) throws IOException, GeneralSecurityException {
        channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        engine = Stranger.context(credentials).createSSLEngine();
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(serverName)));
        parameters.setProtocols(new String[] {"TLSv1.3"});
        parameters.setApplicationProtocols(new String[] {"socketbridge/1"});
        engine.setSSLParameters(parameters);
        engine.beginHandshake();
        shakeHands();
    }

    private void shakeHands() throws IOException {
        for (HandshakeStatus next = engine.getHandshakeStatus();
                next != HandshakeStatus.NOT_HANDSHAKING && next != HandshakeStatus.FINISHED;
                next = engine.getHandshakeStatus()) {
            switch (next) {
                case NEED_WRAP -> send(NOTHING);
                case NEED_TASK -> engine.getDelegatedTask().run();
                default -> receive();
            }
        }
    }

    private void receive() throws IOException {
        var result = engine.unwrap(received, ByteBuffer.allocate(ROOM_BYTES));
        if (result.bytesConsumed() == 0 && result.getHandshakeStatus() == HandshakeStatus.NEED_UNWRAP) {
            received.compact();
            assertThat(channel.read(received)).as("bytes of the handshake").isPositive();
            received.flip();
        }
    }

    /** Waits for so many PONGs. */
    void awaitAnswers(int frames) throws IOException {
        ByteBuffer plain = ByteBuffer.allocate(ROOM_BYTES);
        while (plain.position() < frames * PONG_BYTES) {
            if (engine.unwrap(received, plain).bytesConsumed() == 0) {
                received.compact();
                assertThat(channel.read(received))
                        .as("after %d bytes", plain.position())
                        .isPositive();
                received.flip();
            }
        }
        assertThat(plain.position()).isEqualTo(frames * PONG_BYTES);
    }

    /** Sends a record that carries nothing but news of keys. */
    void changeKeys() throws IOException {
        engine.beginHandshake();
        int bytes = send(NOTHING);
        assertThat(bytes).as("bytes of a record").isPositive();
    }

    void send(byte[] plain) throws IOException {
        send(ByteBuffer.wrap(plain));
    }

    private int send(ByteBuffer plain) throws IOException {
        record.clear();
        int bytes = engine.wrap(plain, record).bytesProduced();
        StreamContract.write(channel, record.flip());
        return bytes;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
