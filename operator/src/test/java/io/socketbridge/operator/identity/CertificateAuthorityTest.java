package io.socketbridge.operator.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.Test;

class CertificateAuthorityTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private final CertificateAuthority authority = CertificateAuthority.create(NOW);

    @Test
    void itIsAnAuthorityForLeavesOnly() throws Exception {
        X509Certificate own = authority.own().certificate();

        own.verify(own.getPublicKey());
        assertThat(own.getBasicConstraints()).isZero();
        assertThat(own.getKeyUsage()[5]).as("may sign certificates").isTrue();
        assertThat(own.getPublicKey().getAlgorithm()).isEqualTo("EC");
    }

    @Test
    void aServersCertificateHasItsNamesAndAddressesForADay() throws Exception {
        X509Certificate leaf = authority
                .issueServer(List.of("a.svc", "b"), List.of("10.0.0.1", "fd00::1"), NOW)
                .certificate();

        leaf.verify(authority.own().certificate().getPublicKey());
        assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
        assertThat(leaf.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(leaf.getSubjectAlternativeNames().stream().map(name -> String.valueOf(name.get(1))))
                .containsExactly("a.svc", "b", "10.0.0.1", "fd00:0:0:0:0:0:0:1");
        assertThat(leaf.getNotAfter()).isEqualTo(Date.from(NOW.plusSeconds(86_400)));
        assertThat(leaf.getNotBefore()).as("clocks differ").isEqualTo(Date.from(NOW.minusSeconds(300)));
    }

    @Test
    void itSurvivesBeingWrittenDown() throws Exception {
        KeyAndCertificate own = authority.own();
        CertificateAuthority again = new CertificateAuthority(Pem.parse(Pem.of(own.key()), Pem.of(own.certificate())));

        again.issueServer(List.of("a"), List.of(), NOW)
                .certificate()
                .verify(own.certificate().getPublicKey());
    }

    @Test
    void noTextFormShowsAKey() {
        assertThat(authority.own().toString())
                .doesNotContain("PRIVATE")
                .startsWith("certificate CN=SocketBridge until");
    }
}
