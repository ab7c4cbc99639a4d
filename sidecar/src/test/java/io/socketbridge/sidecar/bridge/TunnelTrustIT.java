package io.socketbridge.sidecar.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socketbridge.sidecar.identity.Credentials;
import io.socketbridge.sidecar.tls.TestAuthority;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whoever was believed when a tunnel began is asked again with each connection on it. */
@Timeout(60)
class TunnelTrustIT {

    private static final Duration LIFE = Duration.ofSeconds(5);

    @TempDir
    Path directory = Path.of("");

    private TunnelServer server;

    @BeforeEach
    void start() throws IOException {
        server = new TunnelServer(directory);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void whoseCertificateHasExpiredBeginsNoOtherConnection() throws Exception {
        Instant now = Instant.now();
        Credentials brief = server.authority.credentials(
                List.of(server.authority.certificate()),
                now.minusSeconds(60),
                now.plus(LIFE),
                TunnelServer.WEB_ID,
                "client." + TunnelServer.DB);
        try (Stranger tunnel = server.tunnel(brief, TunnelServer.DB)) {
            int served = 0;
            byte[] answer = open(tunnel);
            while (answer[0] == TunnelServer.ACCEPTED[0] && Instant.now().isBefore(now.plusSeconds(30))) {
                end(tunnel);
                served++;
                answer = open(tunnel);
            }
            assertThat(served).isPositive();
            assertEnded(tunnel, answer);
        }
        assertClientsGoOn();
    }

    @Test
    void whoseAuthorityIsNotTrustedAnyMoreBeginsNoOtherConnection() throws Exception {
        TestAuthority successor = new TestAuthority("its successor");
        try (Stranger tunnel = server.client()) {
            assertThat(open(tunnel)).isEqualTo(TunnelServer.ACCEPTED);
            end(tunnel);
            server.identity.trust(List.of(server.authority.certificate(), successor.certificate()));
            assertThat(open(tunnel)).isEqualTo(TunnelServer.ACCEPTED);
            end(tunnel);
            server.identity.trust(List.of(successor.certificate()));
            assertEnded(tunnel, open(tunnel));
        }
    }

    @Test
    void whoIsNotBelievedAnyMoreIsNotToldWhetherThereIsSuchABridge() throws Exception {
        try (Stranger tunnel = server.tunnel(server.web(), "unknown.shop.socketbridge.internal")) {
            server.identity.trust(List.of(new TestAuthority("another").certificate()));
            assertEnded(tunnel, open(tunnel));
        }
    }

    private static byte[] open(Stranger tunnel) throws IOException {
        TunnelServer.open(tunnel);
        return tunnel.readFrame();
    }

    /** Ends a connection at both ends, which leaves the tunnel to the next. */
    private void end(Stranger tunnel) throws IOException {
        tunnel.send(TunnelServer.END, new byte[0]);
        try (SocketChannel served = server.app.accept()) {
            served.shutdownOutput();
            assertThat(tunnel.readFrame()).isEqualTo(TunnelServer.ENDED);
            assertThat(tunnel.readFrame()).isEqualTo(TunnelServer.DONE);
        }
    }

    private static void assertEnded(Stranger tunnel, byte[] answer) {
        assertThat(answer).isEqualTo(TunnelServer.reset(TunnelServer.DRAIN));
        assertThatThrownBy(tunnel::readFrame).isInstanceOf(IOException.class).hasMessageNotContaining("timed out");
    }

    private void assertClientsGoOn() throws Exception {
        try (Stranger tunnel = server.client()) {
            assertThat(open(tunnel)).isEqualTo(TunnelServer.ACCEPTED);
        }
    }
}
