package io.socketbridge.sidecar.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.sidecar.identity.Credentials;
import io.socketbridge.sidecar.identity.Identity;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import javax.net.ssl.SSLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who was believed in the handshake is not believed for ever. */
class StillTrustedTest {

    private static final String DB = "db.shop.socketbridge.internal";
    private static final Duration LIFE = Duration.ofHours(1);

    private final Instant start = Instant.now();
    private final MovableClock clock = new MovableClock(start);
    private final TestAuthority authority = new TestAuthority("old");
    private final TestAuthority successor = new TestAuthority("new");
    private final Identity web = new Identity(leaf("web", LIFE.multipliedBy(2)));
    private final Identity db = new Identity(leaf("db", LIFE));

    @ParameterizedTest
    @EnumSource
    void untilItsCertificateExpires(TlsEngine engine) throws SSLException {
        try (ShakenHands ends = ends(engine)) {
            clock.now = start.plus(LIFE).minusSeconds(2);
            assertThat(ends.client.isStillTrusted()).as("the server").isTrue();
            clock.now = start.plus(LIFE).plusSeconds(2);
            assertThat(ends.client.isStillTrusted()).as("the server").isFalse();
            assertThat(ends.server.isStillTrusted()).as("the client").isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void untilItsAuthorityIsNotTrustedAnyMore(TlsEngine engine) throws SSLException {
        try (ShakenHands ends = ends(engine)) {
            web.trust(List.of(authority.certificate(), successor.certificate()));
            assertThat(ends.client.isStillTrusted()).as("the server").isTrue();
            web.trust(List.of(successor.certificate()));
            assertThat(ends.client.isStillTrusted()).as("the server").isFalse();
            assertThat(ends.server.isStillTrusted()).as("the client").isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void butNotBeforeTheHandshakeIsOver(TlsEngine engine) throws SSLException {
        Protection client = new Tls(web, engine, clock).client(DB);
        assertThat(client.isStillTrusted()).isFalse();
        client.release();
    }

    private ShakenHands ends(TlsEngine engine) throws SSLException {
        return new ShakenHands(new Tls(web, engine, clock).client(DB), new Tls(db, engine, clock).server());
    }

    private Credentials leaf(String account, Duration life) {
        return authority.credentials(
                List.of(authority.certificate()),
                start.minus(Duration.ofMinutes(5)),
                start.plus(life),
                "spiffe://cluster.local/ns/shop/sa/" + account);
    }

    /** Stands still but for when it is moved. */
    private static final class MovableClock extends Clock {

        private Instant now;

        MovableClock(Instant now) {
            this.now = now;
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }
}
