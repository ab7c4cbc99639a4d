package io.socketbridge.operator.identity;

import java.security.KeyPair;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/** Signing requests, good ones and others. */
public final class TestRequest {

    private TestRequest() {}

    /** A new key as a pod has one. */
    public static KeyPair newKeys() {
        return TestRoot.newKeys("EC", 256);
    }

    /** A request for the key. */
    public static byte[] of(KeyPair keys) {
        return of("CN=whoever", keys, keys);
    }

    /** A request that claims to be somebody's. */
    public static byte[] claiming(String subject, KeyPair keys) {
        return of(subject, keys, keys);
    }

    /** A request for a key of RSA. */
    public static byte[] ofRsa() {
        KeyPair keys = TestRoot.newKeys("RSA", 2_048);
        return of("CN=whoever", keys, keys);
    }

    /** A request for a key on another curve. */
    public static byte[] ofLongerCurve() {
        KeyPair keys = TestRoot.newKeys("EC", 384);
        return of("CN=whoever", keys, keys);
    }

    /** A request for somebody's key, signed with another. */
    public static byte[] signedByAnother() {
        return of("CN=whoever", newKeys(), newKeys());
    }

    private static byte[] of(String subject, KeyPair keys, KeyPair signer) {
        try {
            return new JcaPKCS10CertificationRequestBuilder(new X500Name(subject), keys.getPublic())
                    .build(new JcaContentSignerBuilder(CertificateAuthority.algorithm(signer.getPrivate()))
                            .build(signer.getPrivate()))
                    .getEncoded();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
