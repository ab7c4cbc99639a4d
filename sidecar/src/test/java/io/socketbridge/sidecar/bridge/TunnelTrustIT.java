package io.socketbridge.sidecar.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.sidecar.identity.Credentials;
import io.socketbridge.sidecar.tls.TestAuthority;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whoever was believed when a tunnel began is asked again with each connection on it. */
@Timeout(60)
class TunnelTrustIT {

    private static final Duration LIFE = Duration.ofSeconds(5);

    @AutoClose
    private final TunnelServer server = new TunnelServer();

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
                server.end(tunnel);
                served++;
                answer = open(tunnel);
            }
            assertThat(served).isPositive();
            assertEnded(tunnel, answer);
        }
        server.assertServes();
    }

    @Test
    void whoseAuthorityIsNotTrustedAnyMoreBeginsNoOtherConnection() throws Exception {
        TestAuthority successor = new TestAuthority("its successor");
        try (Stranger tunnel = server.client()) {
            assertThat(open(tunnel)).isEqualTo(TunnelServer.ACCEPTED);
            server.end(tunnel);
            server.identity.trust(List.of(server.authority.certificate(), successor.certificate()));
            assertThat(open(tunnel)).isEqualTo(TunnelServer.ACCEPTED);
            server.end(tunnel);
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

    private static void assertEnded(Stranger tunnel, byte[] answer) throws IOException {
        assertThat(answer).isEqualTo(TunnelServer.reset(TunnelServer.DRAIN));
        tunnel.awaitEnd();
    }
}
