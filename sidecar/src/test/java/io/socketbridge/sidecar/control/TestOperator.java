package io.socketbridge.sidecar.control;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.socketbridge.contract.ControlStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** The operator's side of the control stream over real TLS, without a cluster; the real one is in the end-to-end tests. */
final class TestOperator implements AutoCloseable {

    private static final char[] PASSWORD = "password".toCharArray();

    final BlockingQueue<String> reports = new LinkedBlockingQueue<>();
    private final HttpsServer server;
    private final List<HttpExchange> followers = new CopyOnWriteArrayList<>();
    final AtomicInteger asked = new AtomicInteger();
    private volatile String acceptedToken;
    private volatile String snapshot = "";

    TestOperator(Path directory, int port, String acceptedToken) throws Exception {
        this.acceptedToken = acceptedToken;
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context(directory)));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext(ControlStream.SNAPSHOTS_PATH, this::follow);
        server.createContext(ControlStream.REPORTS_PATH, this::report);
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

    private boolean authorized(HttpExchange exchange) {
        return ("Bearer " + acceptedToken).equals(exchange.getRequestHeaders().getFirst("Authorization"));
    }

    private static void send(HttpExchange exchange, String line) throws IOException {
        exchange.getResponseBody().write((line.replace("\n", "") + "\n\n").getBytes(StandardCharsets.UTF_8));
        exchange.getResponseBody().flush();
    }

    /** A key pair in {@code server.p12} and its certificate in {@code ca.crt}, made once for each directory. */
    static SSLContext context(Path directory) throws Exception {
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
        context.init(factory.getKeyManagers(), null, null);
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
