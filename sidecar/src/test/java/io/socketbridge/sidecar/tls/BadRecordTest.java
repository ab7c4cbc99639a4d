package io.socketbridge.sidecar.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socketbridge.sidecar.identity.Identity;
import java.nio.ByteBuffer;
import java.time.Clock;
import javax.net.ssl.SSLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A record that was changed on its way is noticed at once, and not with the next. */
class BadRecordTest {

    private static final byte[] GOOD = {1, 2, 3};

    private final Identity identity =
            new Identity(new TestAuthority("test").credentials("spiffe://cluster.local/ns/shop/sa/db"));

    @ParameterizedTest
    @EnumSource
    void byTheServer(TlsEngine engine) throws SSLException {
        try (ShakenHands ends = ends(engine)) {
            assertNoticed(ends.client, ends.server);
        }
    }

    @ParameterizedTest
    @EnumSource
    void byTheClient(TlsEngine engine) throws SSLException {
        try (ShakenHands ends = ends(engine)) {
            assertNoticed(ends.server, ends.client);
        }
    }

    private ShakenHands ends(TlsEngine engine) throws SSLException {
        Tls tls = new Tls(identity, engine, Clock.systemUTC());
        return new ShakenHands(tls.client("db.test"), tls.server());
    }

    private static void assertNoticed(Protection sender, Protection receiver) throws SSLException {
        ByteBuffer first = ShakenHands.sealed(sender, GOOD);
        ByteBuffer second = ShakenHands.sealed(sender, GOOD);
        second.put(second.limit() - 1, (byte) ~second.get(second.limit() - 1));
        ByteBuffer came = ShakenHands.room().put(first).put(second).flip();
        ByteBuffer plain = ShakenHands.room();
        ByteBuffer answer = ShakenHands.room();
        assertThatThrownBy(() -> receiver.open(came, plain, answer))
                .isInstanceOf(SSLException.class)
                .hasMessageMatching("(?i).*(bad_decrypt|tag mismatch).*");
        assertThat(plain.position()).as("bytes that came before it").isEqualTo(GOOD.length);
        assertThat(answer.position()).as("bytes of the alert").isPositive();
    }
}
