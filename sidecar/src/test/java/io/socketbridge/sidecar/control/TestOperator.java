package io.socketbridge.sidecar.control;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.socketbridge.contract.ControlStream;
import io.socketbridge.sidecar.identity.TestIssuer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** The operator's side of the control stream over real TLS, without a cluster; the real one is in the end-to-end tests. */
final class TestOperator implements AutoCloseable {

    private static final char[] PASSWORD = "password".toCharArray();

    final BlockingQueue<String> reports = new LinkedBlockingQueue<>();

    /** How each request that came said who it is: {@code token}, {@code certificate}, or {@code nobody}; by path. */
    final BlockingQueue<String> speakers = new LinkedBlockingQueue<>();

    /** The names of each certificate that was asked for with success. */
    final BlockingQueue<List<String>> issued = new LinkedBlockingQueue<>();

    private final HttpsServer server;
    private final List<HttpExchange> followers = new CopyOnWriteArrayList<>();
    final AtomicInteger asked = new AtomicInteger();
    private volatile String acceptedToken;
    private volatile String snapshot = "";

    /** Whose certificates are accepted, and who issues them. */
    private volatile List<TestIssuer> accepted = List.of();

    private volatile Terms terms = Terms.NONE;

    /**
     * How certificates are issued.
     *
     * @param issuer who signs; its root is accepted
     * @param names what they name
     * @param begin how long ago they begin
     * @param life how long they live from now on
     */
    record Terms(Optional<TestIssuer> issuer, List<String> names, Duration begin, Duration life) {

        static final Terms NONE = new Terms(Optional.empty(), List.of(), Duration.ZERO, Duration.ZERO);

        Terms(TestIssuer issuer, Duration life, String... names) {
            this(Optional.of(issuer), List.of(names), Duration.ofMinutes(5), life);
        }
    }

    TestOperator(Path directory, int port, String acceptedToken) throws Exception {
        this.acceptedToken = acceptedToken;
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context(directory, new Accepted())) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters ssl = getSSLContext().getDefaultSSLParameters();
                ssl.setWantClientAuth(true);
                parameters.setSSLParameters(ssl);
            }
        });
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext(ControlStream.SNAPSHOTS_PATH, this::follow);
        server.createContext(ControlStream.REPORTS_PATH, this::report);
        server.createContext(ControlStream.CERTIFICATES_PATH, this::certificate);
        server.start();
    }

    URI url() {
        return URI.create("https://localhost:" + port());
    }

    int port() {
        return server.getAddress().getPort();
    }

    void accept(String token) {
        acceptedToken = token;
    }

    /** Issues certificates like this, or none. */
    void issue(Terms how) {
        terms = how;
    }

    /** Lets pods in whose certificates are by one of these. */
    void accept(TestIssuer... issuers) {
        accepted = List.of(issuers);
    }

    /** Ends the streams, so that they are opened anew. */
    void endStreams() {
        followers.forEach(HttpExchange::close);
        followers.clear();
    }

    void push(String json) throws IOException {
        snapshot = json;
        for (HttpExchange follower : followers) {
            send(follower, json);
        }
    }

    private void follow(HttpExchange exchange) throws IOException {
        asked.incrementAndGet();
        if (!authorized(exchange)) {
            exchange.sendResponseHeaders(401, -1);
            exchange.close();
            return;
        }
        exchange.sendResponseHeaders(200, 0);
        if (!snapshot.isEmpty()) {
            send(exchange, snapshot);
        }
        followers.add(exchange);
    }

    private void report(HttpExchange exchange) throws IOException {
        try (exchange;
                InputStream body = exchange.getRequestBody()) {
            String text = new String(body.readAllBytes(), StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(authorized(exchange) ? 204 : 401, -1);
            reports.add(text);
        }
    }

    private void certificate(HttpExchange exchange) throws IOException {
        try (exchange;
                InputStream body = exchange.getRequestBody()) {
            byte[] request = body.readAllBytes();
            Terms how = terms;
            if (!hasToken(exchange)) {
                exchange.sendResponseHeaders(401, -1);
            } else if (how.issuer().isEmpty()) {
                exchange.sendResponseHeaders(403, -1);
            } else {
                Instant now = Instant.now();
                byte[] answer = how.issuer()
                        .get()
                        .issue(request, how.names(), now.minus(how.begin()), now.plus(how.life()))
                        .getBytes(StandardCharsets.US_ASCII);
                exchange.sendResponseHeaders(200, answer.length);
                exchange.getResponseBody().write(answer);
                issued.add(how.names());
            }
        }
    }

    private boolean authorized(HttpExchange exchange) {
        String speaker = hasCertificate(exchange) ? "certificate" : hasToken(exchange) ? "token" : "nobody";
        boolean both = hasCertificate(exchange) && exchange.getRequestHeaders().containsKey("Authorization");
        speakers.add(exchange.getRequestURI().getPath() + " " + (both ? "certificate and token" : speaker));
        return !speaker.equals("nobody");
    }

    private boolean hasToken(HttpExchange exchange) {
        return ("Bearer " + acceptedToken).equals(exchange.getRequestHeaders().getFirst("Authorization"));
    }

    /** Looked at with each request, as a session that is resumed has nobody look at its certificate. */
    private boolean hasCertificate(HttpExchange exchange) {
        try {
            Certificate[] chain = ((HttpsExchange) exchange).getSSLSession().getPeerCertificates();
            return isVouchedFor((X509Certificate) chain[chain.length - 1]);
        } catch (SSLPeerUnverifiedException e) {
            return false;
        }
    }

    private boolean isVouchedFor(X509Certificate certificate) {
        return accepted.stream().map(TestIssuer::certificate).anyMatch(issuer -> isBy(issuer, certificate));
    }

    private static boolean isBy(X509Certificate issuer, X509Certificate certificate) {
        try {
            certificate.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** Pods' certificates by those who are accepted at the moment. */
    private final class Accepted implements X509TrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            for (X509Certificate each : chain) {
                each.checkValidity();
            }
            if (!isVouchedFor(chain[chain.length - 1])) {
                throw new CertificateException("nobody vouches for it");
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("not a client");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0]; // So that clients show what they have.
        }
    }

    private static void send(HttpExchange exchange, String line) throws IOException {
        exchange.getResponseBody().write((line.replace("\n", "") + "\n\n").getBytes(StandardCharsets.UTF_8));
        exchange.getResponseBody().flush();
    }

    /** A key pair in {@code server.p12} and its certificate in {@code ca.crt}, made once for each directory. */
    static SSLContext context(Path directory, TrustManager... trust) throws Exception {
        Path store = directory.resolve("server.p12");
        if (!Files.exists(store)) {
            keytool(
                    "-genkeypair",
                    "-keyalg",
                    "EC",
                    "-dname",
                    "CN=localhost",
                    "-ext",
                    "san=dns:localhost",
                    "-keystore",
                    store);
            keytool("-exportcert", "-rfc", "-keystore", store, "-file", directory.resolve("ca.crt"));
        }
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD);
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), trust.length == 0 ? null : trust, null);
        return context;
    }

    private static void keytool(Object... arguments) throws Exception {
        List<String> command = new java.util.ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        command.addAll(List.of("-alias", "server", "-storepass", new String(PASSWORD)));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(output);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
