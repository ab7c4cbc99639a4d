package io.socketbridge.sidecar.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socketbridge.sidecar.identity.EnrolmentException.Reason;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class IssuedChainTest {

    private static final String DB = "client.db.shop.socketbridge.internal";

    private final TestIssuer issuer = TestIssuer.root("one");
    private final KeyPair keys = TestIssuer.newKeys();
    private final Instant now = Instant.now();
    private final LeafDemand demand = new LeafDemand(true, Set.of(DB), List.of(issuer.certificate()));

    @Test
    void aCertificateForTheKeyByATrustedAuthorityIsTaken() throws Exception {
        Credentials credentials = IssuedChain.accept(issued(issuer, keys), keys, demand);
        assertThat(credentials.key()).isEqualTo(keys.getPrivate());
        assertThat(credentials.trusted()).containsExactly(issuer.certificate());
        assertThatCode(() -> IssuedChain.check(credentials, demand, now)).doesNotThrowAnyException();
    }

    @Test
    void soIsOneThroughAnIntermediate() throws Exception {
        assertThat(IssuedChain.accept(issued(issuer.intermediate("between"), keys), keys, demand)
                        .chain())
                .hasSize(2);
    }

    @Test
    void anythingElseIsNot() {
        assertRefused(Reason.INVALID, () -> IssuedChain.accept("no certificate", keys, demand));
        assertRefused(Reason.INVALID, () -> IssuedChain.accept(issued(issuer, TestIssuer.newKeys()), keys, demand));
        assertRefused(Reason.UNTRUSTED, () -> IssuedChain.accept(issued(TestIssuer.root("one"), keys), keys, demand));
    }

    @Test
    void aClockThatIsOffIsSaidWithBothTimes() throws Exception {
        Credentials credentials = IssuedChain.accept(issued(issuer, keys), keys, demand);
        for (Instant wrong : List.of(now.minus(Duration.ofHours(3)), now.plus(Duration.ofDays(2)))) {
            assertThatThrownBy(() -> IssuedChain.check(credentials, demand, wrong))
                    .hasMessageContaining("clock is off")
                    .hasMessageContaining(wrong.toString())
                    .hasMessageContaining(
                            credentials.leaf().getNotAfter().toInstant().toString());
        }
    }

    @Test
    void anEndThatTheCertificateDoesNotNameIsSaid() throws Exception {
        Credentials credentials = IssuedChain.accept(issued(issuer, keys), keys, demand);
        LeafDemand more = new LeafDemand(true, Set.of(DB, "server.x"), demand.trusted());
        assertRefused(Reason.NAMES, () -> IssuedChain.check(credentials, more, now));
    }

    private String issued(TestIssuer by, KeyPair forKeys) throws Exception {
        return by.issue(
                CertificateRequest.of(forKeys), List.of(DB), now.minusSeconds(300), now.plus(Duration.ofDays(1)));
    }

    private static void assertRefused(Reason reason, ThrowingCallable what) {
        assertThatThrownBy(what)
                .isInstanceOfSatisfying(
                        EnrolmentException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
