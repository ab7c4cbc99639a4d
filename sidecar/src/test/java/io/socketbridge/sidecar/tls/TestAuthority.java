package io.socketbridge.sidecar.tls;

import io.socketbridge.sidecar.identity.Credentials;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority that issues what a test asks for, be it good or bad. */
public final class TestAuthority {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final KeyPair keys = newKeys();
    private final X500Name name;
    private final X509Certificate certificate;

    public TestAuthority(String name) {
        this.name = new X500Name("CN=" + name);
        Instant now = Instant.now();
        this.certificate =
                sign(this.name, keys, now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(1)), true, List.of());
    }

    public X509Certificate certificate() {
        return certificate;
    }

    /** Good for a day, and trusting this authority. */
    public Credentials credentials(String spiffeId, String... dnsNames) {
        Instant now = Instant.now();
        return credentials(
                List.of(certificate),
                now.minus(Duration.ofMinutes(5)),
                now.plus(Duration.ofDays(1)),
                spiffeId,
                dnsNames);
    }

    public Credentials credentials(
            List<X509Certificate> trusted, Instant from, Instant to, String spiffeId, String... dnsNames) {
        List<GeneralName> names = new ArrayList<>();
        if (!spiffeId.isEmpty()) {
            names.add(new GeneralName(GeneralName.uniformResourceIdentifier, spiffeId));
        }
        for (String dnsName : dnsNames) {
            names.add(new GeneralName(GeneralName.dNSName, dnsName));
        }
        KeyPair own = newKeys();
        return new Credentials(
                own.getPrivate(), List.of(sign(new X500Name("CN=pod"), own, from, to, false, names)), trusted);
    }

    private X509Certificate sign(
            X500Name subject,
            KeyPair subjectKeys,
            Instant from,
            Instant to,
            boolean authority,
            List<GeneralName> names) {
        try {
            var builder = new JcaX509v3CertificateBuilder(
                            name,
                            new BigInteger(120, RANDOM),
                            Date.from(from),
                            Date.from(to),
                            subject,
                            subjectKeys.getPublic())
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            if (!names.isEmpty()) {
                builder.addExtension(
                        Extension.subjectAlternativeName, false, new GeneralNames(names.toArray(GeneralName[]::new)));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
        } catch (GeneralSecurityException | OperatorCreationException | CertIOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
