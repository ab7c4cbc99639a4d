package io.socketbridge.sidecar.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.sidecar.identity.Credentials;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Whoever speaks TLS to a tunnel's port by hand, and believes anybody. */
final class Stranger implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 40_000;

    private final HeldSocket tcp;
    private final SSLSocket socket;

    private Stranger(HeldSocket tcp, SSLSocket socket) {
        this.tcp = tcp;
        this.socket = socket;
    }

    /** Connects, and is not through its handshake yet. */
    static Stranger connect(
            int port, @Nullable Credentials credentials, String serverName, String version, String applicationProtocol)
            throws IOException, GeneralSecurityException {
        SSLContext context = context(credentials);
        HeldSocket tcp = new HeldSocket();
        tcp.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(tcp, serverName, port, true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(serverName)));
        parameters.setProtocols(new String[] {version});
        parameters.setApplicationProtocols(new String[] {applicationProtocol});
        socket.setSSLParameters(parameters);
        return new Stranger(tcp, socket);
    }

    /** Shows these credentials, and takes any. */
    static SSLContext context(@Nullable Credentials credentials) throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(credentials == null ? null : keyManagers(credentials), new TrustManager[] {new Anybody()}, null);
        return context;
    }

    private static javax.net.ssl.KeyManager[] keyManagers(Credentials credentials)
            throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "own", credentials.key(), new char[0], credentials.chain().toArray(X509Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, new char[0]);
        return factory.getKeyManagers();
    }

    /** Ends the handshake; in TLS 1.3 the server may think otherwise afterwards. */
    void shakeHands() throws IOException {
        socket.startHandshake();
    }

    void send(int type, byte[] payload) throws IOException {
        sendRaw(ByteBuffer.allocate(4 + payload.length)
                .putInt(type << 24 | payload.length)
                .put(payload)
                .array());
    }

    void sendRaw(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    /** Has what is sent from now on wait for {@link #release}. */
    void hold() {
        tcp.held = new ByteArrayOutputStream();
    }

    /** Puts bytes behind what is held that are no records of this end. */
    void sendBesideTls(byte[] bytes) throws IOException {
        tcp.getOutputStream().write(bytes);
    }

    /** Sends what is held, in one piece. */
    void release() throws IOException {
        ByteArrayOutputStream all = tcp.held;
        tcp.held = null;
        if (all != null) {
            tcp.getOutputStream().write(all.toByteArray());
        }
    }

    /** The next frame, with its header. */
    byte[] readFrame() throws IOException {
        byte[] header = read(4);
        byte[] payload = read(ByteBuffer.wrap(header).getInt() & 0xFF_FFFF);
        return ByteBuffer.allocate(4 + payload.length).put(header).put(payload).array();
    }

    /** Reads until the other end closes, be it with a reset. */
    void awaitEnd() throws IOException {
        try {
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            assertThat(e).hasMessageMatching("(?i).*(reset|broken pipe|closed|alert|terminated).*");
        }
    }

    private byte[] read(int count) throws IOException {
        InputStream in = socket.getInputStream();
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("the other end closed after " + bytes.length + " bytes");
        }
        return bytes;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** Can hold back what is written. */
    private static final class HeldSocket extends Socket {

        private @Nullable ByteArrayOutputStream held;

        @Override
        public OutputStream getOutputStream() throws IOException {
            OutputStream own = super.getOutputStream();
            return new OutputStream() {
                @Override
                public void write(int one) throws IOException {
                    write(new byte[] {(byte) one}, 0, 1);
                }

                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    ByteArrayOutputStream holding = held;
                    (holding == null ? own : holding).write(bytes, offset, length);
                }
            };
        }
    }

    /** Takes any certificate. */
    private static final class Anybody implements X509TrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
