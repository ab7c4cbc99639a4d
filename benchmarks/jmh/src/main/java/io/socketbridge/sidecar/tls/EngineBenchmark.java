package io.socketbridge.sidecar.tls;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.conscrypt.Conscrypt;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the engines that could be had cost: TLS 1.3 with a P-256 certificate at both ends, in memory, in direct buffers. By this, and by the
 * processes' own figures, the default was chosen.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 2,
        jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"})
public class EngineBenchmark {

    private static final String PASSWORD = "benchmark";
    private static final int ROOM_BYTES = 64 * 1024;

    /** All engines make one record of it. */
    private static final int BULK_BYTES = 16_000;

    /** Many more than any handshake has. */
    private static final int MOST_STEPS = 100;

    /** As in {@link TlsEngine}, and Conscrypt. */
    @Param({"boringssl", "conscrypt", "jdk"})
    public String engine;

    private final ByteBuffer nothing = ByteBuffer.allocateDirect(0);
    private final ByteBuffer large = ByteBuffer.allocateDirect(BULK_BYTES);
    private final ByteBuffer small = ByteBuffer.allocateDirect(1024);
    private final ByteBuffer sealed = ByteBuffer.allocateDirect(ROOM_BYTES);
    private final ByteBuffer answer = ByteBuffer.allocateDirect(ROOM_BYTES);
    private final ByteBuffer opened = ByteBuffer.allocateDirect(ROOM_BYTES);

    private Contexts contexts;
    private SSLEngine client;
    private SSLEngine server;

    /** Makes the ends of connections. */
    private interface Contexts {

        SSLEngine make(boolean client);
    }

    @Setup
    public void shakeHands() throws Exception {
        contexts = contexts();
        client = contexts.make(true);
        server = contexts.make(false);
        shakeHands(client, server);
    }

    @TearDown
    public void release() {
        ReferenceCountUtil.release(client);
        ReferenceCountUtil.release(server);
    }

    /** Seals and opens a record of about the largest size. */
    @Benchmark
    public int bulk() throws SSLException {
        return pass(large);
    }

    /** Seals and opens a message of 1 KiB. */
    @Benchmark
    public int message() throws SSLException {
        return pass(small);
    }

    /** Both ends' part of a full handshake. */
    @Benchmark
    public void handshake() throws SSLException {
        SSLEngine one = contexts.make(true);
        SSLEngine other = contexts.make(false);
        shakeHands(one, other);
        ReferenceCountUtil.release(one);
        ReferenceCountUtil.release(other);
    }

    private int pass(ByteBuffer plain) throws SSLException {
        plain.clear();
        sealed.clear();
        client.wrap(plain, sealed);
        sealed.flip();
        opened.clear();
        server.unwrap(sealed, opened);
        if (opened.position() != plain.capacity()) {
            throw new IllegalStateException(opened.position() + " bytes of " + plain.capacity() + " came out");
        }
        return opened.position();
    }

    private void shakeHands(SSLEngine one, SSLEngine other) throws SSLException {
        one.beginHandshake();
        other.beginHandshake();
        sealed.clear().limit(0);
        answer.clear().limit(0);
        for (int steps = 0;
                isShaking(one) || isShaking(other) || sealed.hasRemaining() || answer.hasRemaining();
                steps++) {
            if (steps == MOST_STEPS) {
                throw new IllegalStateException("the handshake goes on and on: " + one.getHandshakeStatus() + " with "
                        + answer + ", " + other.getHandshakeStatus() + " with " + sealed);
            }
            step(one, answer, sealed);
            step(other, sealed, answer);
        }
    }

    private static boolean isShaking(SSLEngine engine) {
        HandshakeStatus status = engine.getHandshakeStatus();
        return status != HandshakeStatus.NOT_HANDSHAKING && status != HandshakeStatus.FINISHED;
    }

    /** Takes what has come, and says what there is to say. */
    private void step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
        opened.clear();
        // Some want to be asked once more when all has come.
        int before;
        do {
            before = in.remaining();
            engine.unwrap(in, opened);
            runTasks(engine);
        } while (in.remaining() < before);
        runTasks(engine);
        out.compact();
        // Some say that they have finished while something is left to be sent.
        while (engine.getHandshakeStatus() != HandshakeStatus.NEED_UNWRAP
                && engine.wrap(nothing, out).bytesProduced() > 0) {
            runTasks(engine);
        }
        out.flip();
    }

    private static void runTasks(SSLEngine engine) {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }

    private Contexts contexts() throws Exception {
        KeyStore keys = keys();
        PrivateKey key = (PrivateKey) keys.getKey("end", PASSWORD.toCharArray());
        X509Certificate certificate = (X509Certificate) keys.getCertificate("end");
        TrustManager trust = new Trust(certificate);
        if (engine.equals("conscrypt")) {
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(keys, PASSWORD.toCharArray());
            SSLContext context = SSLContext.getInstance("TLSv1.3", Conscrypt.newProvider());
            context.init(factory.getKeyManagers(), new TrustManager[] {trust}, null);
            return asClient -> {
                SSLEngine made = context.createSSLEngine();
                made.setUseClientMode(asClient);
                if (!asClient) {
                    made.setNeedClientAuth(true);
                }
                return made;
            };
        }
        SslProvider provider = engine.equals("jdk") ? SslProvider.JDK : SslProvider.OPENSSL_REFCNT;
        SslContext clients = SslContextBuilder.forClient()
                .keyManager(key, certificate)
                .sslProvider(provider)
                .trustManager(trust)
                .protocols("TLSv1.3")
                .endpointIdentificationAlgorithm(null)
                .build();
        SslContext servers = SslContextBuilder.forServer(key, certificate)
                .sslProvider(provider)
                .trustManager(trust)
                .clientAuth(ClientAuth.REQUIRE)
                .protocols("TLSv1.3")
                .build();
        return asClient -> (asClient ? clients : servers).newEngine(UnpooledByteBufAllocator.DEFAULT);
    }

    /** Has the JDK's keytool make a key and its certificate. */
    private static KeyStore keys() throws IOException, InterruptedException, GeneralSecurityException {
        Path directory = Files.createTempDirectory("keys");
        Path file = directory.resolve("end.p12");
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        int status = new ProcessBuilder(
                        keytool.toString(),
                        "-genkeypair",
                        "-alias",
                        "end",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=end",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        PASSWORD)
                .inheritIO()
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException(keytool + " ended with status " + status);
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        Files.delete(file);
        Files.delete(directory);
        return keys;
    }

    /** Believes one certificate, which costs all engines the same. */
    private static final class Trust extends X509ExtendedTrustManager {

        private final X509Certificate believed;

        Trust(X509Certificate believed) {
            this.believed = believed;
        }

        private void check(X509Certificate[] chain) {
            if (!chain[0].equals(believed)) {
                throw new IllegalStateException("another certificate: " + chain[0].getSubjectX500Principal());
            }
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            check(chain);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
