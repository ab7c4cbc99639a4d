package io.socketbridge.sidecar.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyPair;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.junit.jupiter.api.Test;

class CertificateRequestTest {

    private final KeyPair keys = TestIssuer.newKeys();

    @Test
    void isARequestForTheKeySignedWithItAndSaysNothingElse() throws Exception {
        var request = new JcaPKCS10CertificationRequest(CertificateRequest.of(keys));
        assertThat(request.getPublicKey()).isEqualTo(keys.getPublic());
        assertThat(request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(keys.getPublic())))
                .isTrue();
        assertThat(request.getSubject().getRDNs()).isEmpty();
        assertThat(request.getAttributes()).isEmpty();
        assertThat(request.getSignatureAlgorithm().getAlgorithm().getId()).isEqualTo("1.2.840.10045.4.3.2");
    }

    @Test
    void isDer() throws Exception {
        byte[] request = CertificateRequest.of(keys);
        assertThat(ASN1Primitive.fromByteArray(request).getEncoded(ASN1Encoding.DER))
                .isEqualTo(request);
    }

    @Test
    void isNotValidForAnotherKey() throws Exception {
        var request = new JcaPKCS10CertificationRequest(CertificateRequest.of(keys));
        KeyPair others = TestIssuer.newKeys();
        assertThat(request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(others.getPublic())))
                .isFalse();
    }
}
