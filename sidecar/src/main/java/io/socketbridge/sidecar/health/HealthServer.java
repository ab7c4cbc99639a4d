package io.socketbridge.sidecar.health;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.socketbridge.sidecar.health.HttpPort.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;

/**
 * Answers {@code /health/live}, {@code /health/ready}, {@code /health/started} and {@code /metrics}, on a port of the pod's
 * address.
 *
 * <p>Live: the process answers. Started and ready: the first configuration is in force, so that an app started after this
 * finds its sockets. Neither waits for an app or for another pod.
 */
public final class HealthServer implements AutoCloseable {

    private final HttpPort port;

    private HealthServer(HttpPort port) {
        this.port = port;
    }

    /**
     * Starts to listen.
     *
     * @param port TCP port; 0 for a free one
     * @throws IOException if the port is taken
     */
    public static HealthServer start(int port, BooleanSupplier configured, PrometheusRegistry registry)
            throws IOException {
        try {
            return new HealthServer(HttpPort.open(port, path -> switch (path) {
                case "/health/live" -> health(true);
                case "/health/started", "/health/ready" -> health(configured.getAsBoolean());
                case "/metrics" -> metrics(registry);
                default -> HttpConnection.plain("404 Not Found");
            }));
        } catch (IOException e) {
            throw new IOException("health port " + port + ": " + e.getMessage(), e);
        }
    }

    /** The port that it listens on. */
    public int port() {
        return port.port();
    }

    @Override
    public void close() {
        port.close();
    }

    private static Answer health(boolean good) {
        return new Answer(
                good ? "200 OK" : "503 Service Unavailable",
                "application/json",
                "{\"status\":\"" + (good ? "UP" : "DOWN") + "\"}\n");
    }

    private static Answer metrics(PrometheusRegistry registry) {
        ByteArrayOutputStream text = new ByteArrayOutputStream(4096);
        PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
        try {
            writer.write(text, registry.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Answer("200 OK", writer.getContentType(), text.toString(StandardCharsets.UTF_8));
    }
}
