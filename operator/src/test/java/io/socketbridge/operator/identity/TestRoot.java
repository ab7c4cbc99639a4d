package io.socketbridge.operator.identity;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A root that somebody else has, and what such an authority's Secret holds.
 *
 * @param keys its key
 * @param certificate its certificate
 */
public record TestRoot(KeyPair keys, X509Certificate certificate) {

    private static final SecureRandom RANDOM = new SecureRandom();

    /** A root of this name. */
    public static TestRoot create(String name) {
        KeyPair keys = newKeys("EC", 256);
        return new TestRoot(keys, certificate(name, keys.getPrivate(), name, keys, true, Instant.now()));
    }

    /** A Secret with an intermediate authority below it, as cert-manager writes it. */
    public Map<String, String> intermediate(String name) {
        return secret(newKeys("EC", 256), name, true, Instant.now());
    }

    Map<String, String> secret(KeyPair key, String name, boolean authority, Instant now) {
        X509Certificate below = certificate(commonName(), keys.getPrivate(), name, key, authority, now);
        return Map.of("tls.key", Pem.of(key.getPrivate()), "tls.crt", Pem.of(below), "ca.crt", Pem.of(certificate));
    }

    static KeyPair newKeys(String algorithm, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Its certificate, in PEM. */
    public String pem() {
        return Pem.of(certificate);
    }

    /** Certificates in PEM. */
    public static List<X509Certificate> certificates(String pem) {
        return Pem.certificates(pem);
    }

    private String commonName() {
        return certificate.getSubjectX500Principal().getName().substring("CN=".length());
    }

    private static X509Certificate certificate(
            String issuer, PrivateKey signer, String subject, KeyPair keys, boolean authority, Instant now) {
        try {
            var builder = new JcaX509v3CertificateBuilder(
                            new X500Name("CN=" + issuer),
                            new BigInteger(64, RANDOM),
                            Date.from(now.minus(Duration.ofHours(1))),
                            Date.from(now.plus(Duration.ofDays(90))),
                            new X500Name("CN=" + subject),
                            keys.getPublic())
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(authority))
                    .addExtension(
                            Extension.subjectKeyIdentifier,
                            false,
                            new JcaX509ExtensionUtils().createSubjectKeyIdentifier(keys.getPublic()));
            if (authority) {
                builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(
                            new JcaContentSignerBuilder(CertificateAuthority.algorithm(signer)).build(signer)));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
