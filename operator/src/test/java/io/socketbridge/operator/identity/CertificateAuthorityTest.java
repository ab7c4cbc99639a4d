package io.socketbridge.operator.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class CertificateAuthorityTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private static final PodSubject POD = new PodSubject(
            "shop",
            "web",
            "web-0",
            "9d1f",
            List.of("client.db.shop.socketbridge.internal", "server.web.shop.socketbridge.internal"));

    private final CertificateAuthority authority = CertificateAuthority.create(TestTerms.DEFAULT, NOW);

    @Test
    void itIsAnAuthorityForLeavesOnly() throws Exception {
        X509Certificate own = authority.own().certificate();

        own.verify(own.getPublicKey());
        assertThat(own.getBasicConstraints()).isZero();
        assertThat(own.getKeyUsage()[5]).as("may sign certificates").isTrue();
        assertThat(own.getPublicKey().getAlgorithm()).isEqualTo("EC");
        assertThat(own.getNotAfter().toInstant()).isEqualTo(NOW.plus(Duration.ofDays(365)));
    }

    @Test
    void noTwoAuthoritiesHaveOneName() {
        assertThat(CertificateAuthority.create(TestTerms.DEFAULT, NOW)
                        .own()
                        .certificate()
                        .getSubjectX500Principal())
                .isNotEqualTo(authority.own().certificate().getSubjectX500Principal());
    }

    @Test
    void aServersCertificateHasItsNamesAndAddressesForADay() throws Exception {
        X509Certificate leaf = authority
                .issueServer(List.of("a.svc", "b"), List.of("10.0.0.1", "fd00::1"), NOW)
                .certificate();

        leaf.verify(authority.own().certificate().getPublicKey());
        assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
        assertThat(leaf.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(names(leaf)).containsExactly("a.svc", "b", "10.0.0.1", "fd00:0:0:0:0:0:0:1");
        assertThat(leaf.getNotAfter().toInstant()).isEqualTo(NOW.plusSeconds(86_400));
        assertThat(leaf.getNotBefore().toInstant()).as("clocks differ").isEqualTo(NOW.minusSeconds(300));
    }

    @Test
    void aPodsCertificateSaysWhoItIsAndWhichEndsItMayBe() throws Exception {
        PublicKey key = newKeys().getPublic();
        X509Certificate leaf = authority.issuePod(POD, key, NOW);

        leaf.verify(authority.own().certificate().getPublicKey());
        assertThat(leaf.getPublicKey()).isEqualTo(key);
        assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
        assertThat(leaf.getKeyUsage()).containsExactly(true, false, false, false, false, false, false, false, false);
        assertThat(leaf.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.1");
        assertThat(names(leaf))
                .containsExactly(
                        "spiffe://cluster.local/ns/shop/sa/web",
                        "client.db.shop.socketbridge.internal",
                        "server.web.shop.socketbridge.internal");
        assertThat(leaf.getNotAfter().toInstant()).isEqualTo(NOW.plusSeconds(86_400));
        assertThat(leaf.getNotBefore().toInstant()).isEqualTo(NOW.minusSeconds(300));
        assertThat(leaf.getSerialNumber().signum()).isPositive();
        assertThat(PodName.in(leaf, "cluster.local")).contains(new PodName("shop", "web", "web-0", "9d1f"));
        assertThat(PodName.in(leaf, "other.domain")).isEmpty();
    }

    @Test
    void aLongPodNameIsCutAndKnownAgain() throws Exception {
        String name = "web-" + "x".repeat(90);
        X509Certificate leaf = authority.issuePod(
                new PodSubject("shop", "web", name, "9d1f", List.of()),
                newKeys().getPublic(),
                NOW);

        assertThat(PodName.in(leaf, "cluster.local")).hasValueSatisfying(pod -> {
            assertThat(pod.commonName()).hasSize(64);
            assertThat(pod.isNameOf(name)).isTrue();
            assertThat(pod.isNameOf("web-0")).isFalse();
        });
    }

    @Test
    void aServersCertificateIsNoPods() {
        assertThat(PodName.in(
                        authority.issueServer(List.of("a"), List.of(), NOW).certificate(), "cluster.local"))
                .isEmpty();
    }

    @Test
    void noLeafOutlivesItsAuthority() throws Exception {
        Instant end = authority.own().certificate().getNotAfter().toInstant();
        PublicKey key = newKeys().getPublic();

        assertThat(authority
                        .issuePod(POD, key, end.minusSeconds(60))
                        .getNotAfter()
                        .toInstant())
                .isEqualTo(end);
        assertThatThrownBy(() -> authority.issuePod(POD, key, end)).hasMessageContaining("has expired");
    }

    @Test
    void itSurvivesBeingWrittenDown() throws Exception {
        KeyAndCertificate own = authority.own();
        KeyAndCertificate read = new KeyAndCertificate(
                Pem.key(Pem.of(own.key())),
                Pem.certificates(Pem.of(own.certificate())).getFirst());

        new CertificateAuthority(read, List.of(), TestTerms.DEFAULT)
                .issueServer(List.of("a"), List.of(), NOW)
                .certificate()
                .verify(own.certificate().getPublicKey());
    }

    @Test
    void noTextFormShowsAKey() {
        assertThat(authority.own().toString()).doesNotContain("PRIVATE").startsWith("certificate CN=SocketBridge ");
    }

    private static List<String> names(X509Certificate leaf) throws Exception {
        return leaf.getSubjectAlternativeNames().stream()
                .map(name -> String.valueOf(name.get(1)))
                .toList();
    }

    private static KeyPair newKeys() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }
}
