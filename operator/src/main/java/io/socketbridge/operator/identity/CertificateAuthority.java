package io.socketbridge.operator.identity;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Issues certificates (RFC 5280). What it makes itself is on the curve P-256; an existing authority may have another key. */
final class CertificateAuthority {

    private static final int SERIAL_BITS = 127;

    /** P-384 and longer want a longer hash. */
    private static final int LONG_KEY_BITS = 384;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final KeyAndCertificate own;
    private final List<X509Certificate> intermediates;
    private final IssuingTerms terms;

    /**
     * An authority.
     *
     * @param own what it signs with
     * @param intermediates what is sent behind a leaf: none where {@code own} is a root
     */
    CertificateAuthority(KeyAndCertificate own, List<X509Certificate> intermediates, IssuingTerms terms) {
        this.own = own;
        this.intermediates = List.copyOf(intermediates);
        this.terms = terms;
    }

    /** A new authority, by its own word. Its name is its own, so that two of them are not taken for one another. */
    static CertificateAuthority create(IssuingTerms terms, Instant now) {
        try {
            KeyPair keys = newKeys();
            byte[] unique = new byte[4];
            RANDOM.nextBytes(unique);
            X500Name name = new X500Name("CN=SocketBridge " + HexFormat.of().formatHex(unique));
            X509v3CertificateBuilder builder = builder(
                            name,
                            name,
                            keys.getPublic(),
                            now.minus(terms.clockSkew()),
                            now.plus(terms.authorityLifetime()))
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            return new CertificateAuthority(
                    new KeyAndCertificate(keys.getPrivate(), sign(builder, keys.getPrivate())), List.of(), terms);
        } catch (GeneralSecurityException | OperatorCreationException | CertIOException e) {
            throw new IllegalStateException("creating the certificate authority failed", e);
        }
    }

    KeyAndCertificate own() {
        return own;
    }

    List<X509Certificate> intermediates() {
        return intermediates;
    }

    /** A new key with a certificate for a server of these names. */
    KeyAndCertificate issueServer(List<String> dnsNames, List<String> ipAddresses, Instant now) {
        List<GeneralName> names = new ArrayList<>();
        dnsNames.forEach(name -> names.add(new GeneralName(GeneralName.dNSName, name)));
        ipAddresses.forEach(address -> names.add(new GeneralName(GeneralName.iPAddress, address)));
        try {
            KeyPair keys = newKeys();
            X500Name subject = new X500Name("CN=" + dnsNames.getFirst());
            return new KeyAndCertificate(
                    keys.getPrivate(),
                    leaf(keys.getPublic(), subject, names, List.of(KeyPurposeId.id_kp_serverAuth), now));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("making a key failed", e);
        }
    }

    /** A certificate for a pod, whose key this is. */
    X509Certificate issuePod(PodSubject subject, PublicKey key, Instant now) {
        List<GeneralName> names = new ArrayList<>();
        names.add(new GeneralName(GeneralName.uniformResourceIdentifier, subject.spiffeId(terms.trustDomain())));
        subject.grants().forEach(grant -> names.add(new GeneralName(GeneralName.dNSName, grant)));
        return leaf(
                key,
                PodName.of(subject),
                names,
                List.of(KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_serverAuth),
                now);
    }

    /** With what an authority of this key signs. */
    static String algorithm(Key key) {
        return switch (key.getAlgorithm()) {
            case "EC" ->
                key instanceof ECKey curve && curve.getParams().getOrder().bitLength() >= LONG_KEY_BITS
                        ? "SHA384withECDSA"
                        : "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default ->
                throw new IllegalArgumentException(
                        "keys of the kind " + key.getAlgorithm() + " are not supported: use ECDSA or RSA");
        };
    }

    private X509Certificate leaf(
            PublicKey key, X500Name subject, List<GeneralName> names, List<KeyPurposeId> purposes, Instant now) {
        Instant end = own.certificate().getNotAfter().toInstant();
        if (!now.isBefore(end)) {
            throw new IllegalStateException("the authority, " + own + ", has expired");
        }
        Instant wanted = now.plus(terms.leafLifetime());
        try {
            X500Name issuer = X500Name.getInstance(
                    own.certificate().getSubjectX500Principal().getEncoded());
            X509v3CertificateBuilder builder = builder(
                            issuer, subject, key, now.minus(terms.clockSkew()), wanted.isBefore(end) ? wanted : end)
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                    .addExtension(
                            Extension.extendedKeyUsage,
                            false,
                            new ExtendedKeyUsage(purposes.toArray(KeyPurposeId[]::new)))
                    .addExtension(
                            Extension.subjectAlternativeName,
                            false,
                            GeneralNames.getInstance(new DERSequence(names.toArray(ASN1Encodable[]::new))));
            addAuthorityKey(builder);
            return sign(builder, own.key());
        } catch (GeneralSecurityException | OperatorCreationException | CertIOException e) {
            throw new IllegalStateException("issuing a certificate for " + subject + " failed", e);
        }
    }

    /** The authority's own word on its key's name, as there are several ways to make one. */
    private void addAuthorityKey(X509v3CertificateBuilder builder) throws CertIOException {
        byte[] named = own.certificate().getExtensionValue(Extension.subjectKeyIdentifier.getId());
        if (named != null) {
            byte[] identifier = ASN1OctetString.getInstance(
                            ASN1OctetString.getInstance(named).getOctets())
                    .getOctets();
            builder.addExtension(Extension.authorityKeyIdentifier, false, new AuthorityKeyIdentifier(identifier));
        }
    }

    private static KeyPair newKeys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
        return generator.generateKeyPair();
    }

    private static X509v3CertificateBuilder builder(
            X500Name issuer, X500Name subject, PublicKey key, Instant notBefore, Instant notAfter)
            throws GeneralSecurityException, CertIOException {
        return new JcaX509v3CertificateBuilder(
                        issuer,
                        new BigInteger(SERIAL_BITS, RANDOM).add(BigInteger.ONE),
                        Date.from(notBefore),
                        Date.from(notAfter),
                        subject,
                        key)
                .addExtension(
                        Extension.subjectKeyIdentifier,
                        false,
                        new JcaX509ExtensionUtils().createSubjectKeyIdentifier(key));
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey signer)
            throws GeneralSecurityException, OperatorCreationException {
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder(algorithm(signer)).build(signer)));
    }
}
