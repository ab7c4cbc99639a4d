package io.socketbridge.sidecar.identity;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/**
 * An authority, as the operator has one.
 *
 * @param certificate its own
 * @param keys its key
 * @param parents those between it and a root, and where it is a root, none
 */
public record TestIssuer(X509Certificate certificate, KeyPair keys, List<X509Certificate> parents) {

    private static final SecureRandom RANDOM = new SecureRandom();

    /** A root. */
    public static TestIssuer root(String name) {
        KeyPair keys = newKeys();
        X500Name subject = new X500Name("CN=" + name);
        return new TestIssuer(
                certificate(subject, keys, subject, keys.getPublic(), year(), true, List.of()), keys, List.of());
    }

    /** One below this one. */
    public TestIssuer intermediate(String name) {
        KeyPair under = newKeys();
        X509Certificate made =
                certificate(issuer(), keys, new X500Name("CN=" + name), under.getPublic(), year(), true, List.of());
        return new TestIssuer(
                made, under, Stream.concat(Stream.of(made), parents.stream()).toList());
    }

    /** A leaf for the request's key, and those between it and the root, in PEM. */
    public String issue(byte[] request, Collection<String> names, Instant from, Instant to) {
        try {
            var parsed = new JcaPKCS10CertificationRequest(request);
            if (!parsed.isSignatureValid(new JcaContentVerifierProviderBuilder().build(parsed.getPublicKey()))) {
                throw new IllegalArgumentException("the request is not signed with its key");
            }
            List<X509Certificate> chain = new ArrayList<>(List.of(leaf(parsed.getPublicKey(), names, from, to)));
            chain.addAll(parents);
            return pem(chain);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException(e);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Credentials with a leaf of these names, of a day. */
    public Credentials credentials(String... names) {
        KeyPair pod = newKeys();
        Instant now = Instant.now();
        X509Certificate leaf =
                leaf(pod.getPublic(), List.of(names), now.minus(Duration.ofMinutes(5)), now.plus(Duration.ofDays(1)));
        return new Credentials(
                pod.getPrivate(),
                Stream.concat(Stream.of(leaf), parents.stream()).toList(),
                List.of(certificate));
    }

    /** Its certificate, in PEM. */
    public String trustPem() {
        return pem(List.of(certificate));
    }

    /** A key as a pod has one. */
    public static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private X509Certificate leaf(PublicKey key, Collection<String> names, Instant from, Instant to) {
        return certificate(issuer(), keys, new X500Name("CN=pod"), key, new Instant[] {from, to}, false, names);
    }

    private X500Name issuer() {
        return X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
    }

    private static Instant[] year() {
        Instant now = Instant.now();
        return new Instant[] {now.minus(Duration.ofDays(365)), now.plus(Duration.ofDays(365))};
    }

    private static X509Certificate certificate(
            X500Name issuer,
            KeyPair signer,
            X500Name subject,
            PublicKey key,
            Instant[] life,
            boolean authority,
            Collection<String> names) {
        try {
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                            issuer, new BigInteger(64, RANDOM), Date.from(life[0]), Date.from(life[1]), subject, key)
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            if (!names.isEmpty()) {
                GeneralName[] dns = names.stream()
                        .map(name -> new GeneralName(GeneralName.dNSName, name))
                        .toArray(GeneralName[]::new);
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(dns));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer.getPrivate())));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(List<X509Certificate> certificates) {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            for (X509Certificate each : certificates) {
                writer.writeObject(each);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return text.toString();
    }
}
