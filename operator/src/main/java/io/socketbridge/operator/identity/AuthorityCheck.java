package io.socketbridge.operator.identity;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.stream.Collectors;

/** Whether somebody else's authority can be used. */
final class AuthorityCheck {

    /** Where a certificate's key usage says that it may sign others (RFC 5280, 4.2.1.3). */
    private static final int KEY_CERT_SIGN = 5;

    private AuthorityCheck() {}

    /** @throws IllegalArgumentException if it cannot; the message says why, and what to do */
    static void check(KeyAndCertificate own, List<X509Certificate> chain, List<X509Certificate> roots, Instant now) {
        X509Certificate certificate = own.certificate();
        String subject = "the first certificate of tls.crt (" + certificate.getSubjectX500Principal() + ")";
        boolean[] usage = certificate.getKeyUsage();
        if (certificate.getBasicConstraints() < 0 || (usage != null && !usage[KEY_CERT_SIGN])) {
            throw new IllegalArgumentException(
                    subject + " is no CA certificate: set 'isCA: true' on cert-manager's Certificate");
        }
        if (!belong(own.key(), certificate.getPublicKey())) {
            throw new IllegalArgumentException("tls.key does not belong to " + subject);
        }
        if (now.isAfter(certificate.getNotAfter().toInstant())) {
            throw new IllegalArgumentException(
                    subject + " expired at " + certificate.getNotAfter().toInstant() + ": renew it");
        }
        if (now.isBefore(certificate.getNotBefore().toInstant())) {
            throw new IllegalArgumentException(subject + " is not valid before "
                    + certificate.getNotBefore().toInstant() + ", and it is " + now + " by the clock of this node");
        }
        requirePath(chain, roots, now);
    }

    private static boolean belong(PrivateKey key, PublicKey publicKey) {
        try {
            byte[] anything = {1, 2, 3};
            Signature signature = Signature.getInstance(CertificateAuthority.algorithm(key));
            signature.initSign(key);
            signature.update(anything);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(anything);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static void requirePath(List<X509Certificate> chain, List<X509Certificate> roots, Instant now) {
        List<X509Certificate> path =
                chain.stream().filter(each -> !roots.contains(each)).toList();
        if (path.isEmpty()) {
            return; // The root signs itself.
        }
        try {
            PKIXParameters parameters = new PKIXParameters(
                    roots.stream().map(root -> new TrustAnchor(root, null)).collect(Collectors.toSet()));
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(now));
            CertPathValidator.getInstance("PKIX")
                    .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "tls.crt does not lead to a certificate of ca.crt: " + e.getMessage()
                            + "; tls.crt has to have, in order, the authority's certificate and those between it and"
                            + " the root",
                    e);
        }
    }
}
