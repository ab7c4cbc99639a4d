package io.socketbridge.sidecar.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class IdentityTest {

    private final TestIssuer issuer = TestIssuer.root("one");
    private final TestIssuer other = TestIssuer.root("other");

    @Test
    void otherAuthoritiesAreBelievedWithoutAnotherCertificate() {
        Credentials credentials = issuer.credentials("a");
        Identity identity = new Identity(credentials);
        identity.trust(List.of(issuer.certificate(), other.certificate()));
        assertThat(identity.current()).hasValueSatisfying(now -> {
            assertThat(now.key()).isEqualTo(credentials.key());
            assertThat(now.chain()).isEqualTo(credentials.chain());
            assertThat(now.trusted()).containsExactly(issuer.certificate(), other.certificate());
        });
    }

    @Test
    void whoHasNoCertificateIsNobodyWhomeverItTrusts() {
        Identity identity = new Identity();
        identity.trust(List.of(issuer.certificate()));
        assertThat(identity.current()).isEmpty();
    }
}
