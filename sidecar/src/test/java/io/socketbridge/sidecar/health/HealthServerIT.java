package io.socketbridge.sidecar.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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

    @Test
    void answersWhileOthersDoNotFinishTheirRequests() throws Exception {
        try (HealthServer server = HealthServer.start(0, () -> true, new PrometheusRegistry())) {
            List<Socket> silent = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
                socket.getOutputStream().write('G');
                silent.add(socket);
            }
            assertThat(status(server, "/health/live")).isEqualTo(200);
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    private static int status(HealthServer server, String path) throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create("http://127.0.0.1:" + server.port() + path).toURL().openConnection();
        connection.setReadTimeout(20_000);
        return connection.getResponseCode();
    }
}
