package io.socketbridge.sidecar.identity;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A pod's certificate, and those between it and an authority.
 *
 * @param certificates the pod's own first; not empty
 */
record CertificateChain(List<X509Certificate> certificates) {

    /** A DNS name among the alternative names (RFC 5280, 4.2.1.6). */
    private static final Integer DNS_NAME = 2;

    CertificateChain {
        certificates = List.copyOf(certificates);
    }

    X509Certificate leaf() {
        return certificates.getFirst();
    }

    /** The DNS names that the leaf has. */
    Set<String> names() {
        try {
            return Stream.ofNullable(leaf().getSubjectAlternativeNames())
                    .flatMap(Collection::stream)
                    .filter(name -> DNS_NAME.equals(name.getFirst()))
                    .map(name -> String.valueOf(name.get(1)))
                    .collect(Collectors.toSet());
        } catch (CertificateParsingException e) {
            return Set.of();
        }
    }

    /** Whether one of the authorities vouches for the leaf, whatever the time is. */
    boolean leadsTo(List<X509Certificate> authorities) {
        if (authorities.isEmpty()) {
            return false;
        }
        try {
            PKIXParameters parameters = new PKIXParameters(authorities.stream()
                    .map(authority -> new TrustAnchor(authority, null))
                    .collect(Collectors.toSet()));
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(middle()));
            CertPathValidator.getInstance("PKIX")
                    .validate(CertificateFactory.getInstance("X.509").generateCertPath(certificates), parameters);
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** A moment at which the leaf is valid: what the local clock says is another question. */
    private Instant middle() {
        Instant begin = leaf().getNotBefore().toInstant();
        return begin.plus(
                Duration.between(begin, leaf().getNotAfter().toInstant()).dividedBy(2));
    }
}
