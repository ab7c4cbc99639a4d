package io.socketbridge.sidecar.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HealthServerIT {

    @Test
    void isReadyWhenItIsConfiguredAndLiveBefore() throws Exception {
        AtomicBoolean configured = new AtomicBoolean();
        try (HealthServer server = HealthServer.start(0, configured::get, new PrometheusRegistry())) {
            assertThat(status(server, "/health/live")).isEqualTo(200);
            assertThat(status(server, "/health/started")).isEqualTo(503);
            assertThat(status(server, "/health/ready")).isEqualTo(503);
            configured.set(true);
            assertThat(status(server, "/health/started")).isEqualTo(200);
            assertThat(status(server, "/health/ready")).isEqualTo(200);
            assertThat(status(server, "/metrics")).isEqualTo(200);
            assertThat(status(server, "/nothing")).isEqualTo(404);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "G", "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"})
    void answersHoweverManyOthersSayNothingMore(String said) throws Exception {
        try (HealthServer server = HealthServer.start(0, () -> true, new PrometheusRegistry())) {
            List<Socket> silent = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
                socket.getOutputStream().write(said.getBytes(StandardCharsets.US_ASCII));
                silent.add(socket);
            }
            assertThat(status(server, "/health/live")).isEqualTo(200);
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    @Test
    void answersOnceAndCloses() throws Exception {
        try (HealthServer server = HealthServer.start(0, () -> true, new PrometheusRegistry())) {
            assertThat(exchange(server, "GET /health/live?verbose HTTP/1.1\r\nHost: x\r\n\r\n"))
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .contains("\r\nConnection: close\r\n")
                    .endsWith("{\"status\":\"UP\"}\n");
            assertThat(exchange(server, "HEAD /health/live HTTP/1.0\r\n\r\n")).endsWith("\r\n\r\n");
            assertThat(exchange(server, "POST /health/live HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 405 ");
            assertThat(exchange(server, "\26\3\1")).startsWith("HTTP/1.1 400 ");
            assertThat(exchange(server, "G".repeat(8 * 1024))).startsWith("HTTP/1.1 400 ");
        }
    }

    private static String exchange(HealthServer server, String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private static int status(HealthServer server, String path) throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create("http://127.0.0.1:" + server.port() + path).toURL().openConnection();
        connection.setReadTimeout(20_000);
        return connection.getResponseCode();
    }
}
