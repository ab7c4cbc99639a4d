package io.socketbridge.operator.identity;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Which authorities there are at one moment.
 *
 * @param signing signs from now on
 * @param trusted all whose word is good: the one that signs (or the root above it), one that is announced, those whose leaves live on
 * @param announced is trusted, and is to sign
 * @param until when this may change by itself
 */
record Standing(
        CertificateAuthority signing,
        List<X509Certificate> trusted,
        Optional<X509Certificate> announced,
        Instant until) {

    Standing {
        trusted = List.copyOf(trusted);
    }

    /** Whether nobody would notice the difference. */
    boolean sameAs(Standing other) {
        return trusted.equals(other.trusted)
                && signing.own().certificate().equals(other.signing.own().certificate())
                && signing.intermediates().equals(other.signing.intermediates());
    }
}
