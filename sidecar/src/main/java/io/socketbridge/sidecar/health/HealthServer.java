package io.socketbridge.sidecar.health;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/**
 * Answers {@code /health/live}, {@code /health/ready}, {@code /health/started} and {@code /metrics}, on a port of the pod's
 * address.
 *
 * <p>Live: the process answers. Started and ready: the first configuration is in force, so that an app started after this
 * finds its sockets. Neither waits for an app or for another pod.
 */
public final class HealthServer implements AutoCloseable {

    /** How long a request or its answer may take. */
    private static final int MOST_SECONDS = 5;

    /** How many may ask at once, each on a thread of its own. */
    private static final int MOST_CONNECTIONS = 32;

    private final HttpServer server;
    private final PrometheusRegistry registry;

    private HealthServer(HttpServer server, PrometheusRegistry registry) {
        this.server = server;
        this.registry = registry;
    }

    /**
     * Starts to listen.
     *
     * @param port TCP port; 0 for a free one
     * @throws IOException if the port is taken
     */
    public static HealthServer start(int port, BooleanSupplier configured, PrometheusRegistry registry)
            throws IOException {
        // Before the server's classes are loaded: who connects and says nothing must not keep the kubelet from an
        // answer.
        System.setProperty("sun.net.httpserver.maxReqTime", String.valueOf(MOST_SECONDS));
        System.setProperty("sun.net.httpserver.maxRspTime", String.valueOf(MOST_SECONDS));
        System.setProperty("jdk.httpserver.maxConnections", String.valueOf(MOST_CONNECTIONS));
        HttpServer server;
        try {
            server = HttpServer.create(new InetSocketAddress(port), 16);
        } catch (IOException e) {
            throw new IOException("health port " + port + ": " + e.getMessage(), e);
        }
        HealthServer health = new HealthServer(server, registry);
        server.createContext("/health/live", exchange -> answer(exchange, true));
        server.createContext("/health/started", exchange -> answer(exchange, configured.getAsBoolean()));
        server.createContext("/health/ready", exchange -> answer(exchange, configured.getAsBoolean()));
        server.createContext("/metrics", health::metrics);
        server.setExecutor(Executors.newCachedThreadPool(
                Thread.ofPlatform().name("health-", 0).daemon(true).factory()));
        server.start();
        return health;
    }

    /** The port that it listens on. */
    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private static void answer(HttpExchange exchange, boolean good) throws IOException {
        respond(
                exchange,
                good ? 200 : 503,
                "application/json",
                ("{\"status\":\"" + (good ? "UP" : "DOWN") + "\"}\n").getBytes(StandardCharsets.UTF_8));
    }

    private void metrics(HttpExchange exchange) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream(4096);
        PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
        writer.write(text, registry.scrape());
        respond(exchange, 200, writer.getContentType(), text.toByteArray());
    }

    private static void respond(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
