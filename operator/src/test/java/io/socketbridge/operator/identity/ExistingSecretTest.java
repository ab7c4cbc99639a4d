package io.socketbridge.operator.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExistingSecretTest {

    private final Instant now = Instant.now();

    private final TestRoot root = TestRoot.create("root");

    @Test
    void anIntermediateSignsAndItsRootIsTrusted() throws Exception {
        ExistingSecret.Content content = read(root.intermediate("between"));

        assertThat(content.roots()).containsExactly(root.certificate());
        assertThat(content.intermediates()).containsExactly(content.own().certificate());
        X509Certificate leaf = new CertificateAuthority(content.own(), content.intermediates(), TestTerms.DEFAULT)
                .issueServer(List.of("a"), List.of(), now)
                .certificate();
        leaf.verify(content.own().certificate().getPublicKey());
    }

    @Test
    void itsKeyMayBeOfRsa() throws Exception {
        KeyPair rsa = TestRoot.newKeys("RSA", 2_048);
        ExistingSecret.Content content = read(root.secret(rsa, "between", true, now));

        new CertificateAuthority(content.own(), content.intermediates(), TestTerms.DEFAULT)
                .issueServer(List.of("a"), List.of(), now)
                .certificate()
                .verify(rsa.getPublic());
    }

    @Test
    void aRootMaySignItself() {
        Map<String, String> self = Map.of(
                "tls.key", Pem.of(root.keys().getPrivate()),
                "tls.crt", Pem.of(root.certificate()),
                "ca.crt", Pem.of(root.certificate()));

        assertThat(read(self).intermediates()).isEmpty();
    }

    @Test
    void whatCannotBeUsedIsSaidInASentence() {
        Map<String, String> good = root.intermediate("between");
        KeyPair keys = TestRoot.newKeys("EC", 256);

        assertRefused(without(good, "tls.key"), "tls.key: it is missing");
        assertRefused(without(good, "ca.crt"), "ca.crt: it is missing");
        assertRefused(with(good, "tls.crt", "nonsense"), "tls.crt: not X.509 certificates in PEM");
        assertRefused(with(good, "tls.key", "nonsense"), "tls.key: not a private key in PEM");
        assertRefused(with(good, "tls.key", Pem.of(keys.getPrivate())), "tls.key does not belong to the first");
        assertRefused(root.secret(keys, "leaf", false, now), "is no CA certificate: set 'isCA: true'");
        assertRefused(root.secret(keys, "old", true, now.minus(Duration.ofDays(100))), "expired at");
        assertRefused(root.secret(keys, "new", true, now.plus(Duration.ofDays(100))), "is not valid before");
        assertRefused(with(good, "ca.crt", TestRoot.create("other").pem()), "does not lead to a certificate of ca.crt");
    }

    private void assertRefused(Map<String, String> secret, String why) {
        assertThatThrownBy(() -> read(secret))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    private ExistingSecret.Content read(Map<String, String> texts) {
        Map<String, String> data = new HashMap<>(texts);
        data.replaceAll((_, text) -> Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII)));
        return ExistingSecret.content(data, now);
    }

    private static Map<String, String> without(Map<String, String> secret, String field) {
        Map<String, String> data = new HashMap<>(secret);
        data.remove(field);
        return data;
    }

    private static Map<String, String> with(Map<String, String> secret, String field, String text) {
        Map<String, String> data = new HashMap<>(secret);
        data.put(field, text);
        return data;
    }
}
