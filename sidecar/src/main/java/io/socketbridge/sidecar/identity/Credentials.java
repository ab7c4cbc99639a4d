package io.socketbridge.sidecar.identity;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What a pod says who it is by, and what it believes others by. Has no text form of the key, so that no log shows it.
 *
 * @param key belongs to the first certificate of the chain
 * @param chain the pod's own certificate, and those between it and an authority
 * @param trusted the authorities by which others are known; several while one takes another's place
 */
public record Credentials(PrivateKey key, List<X509Certificate> chain, List<X509Certificate> trusted) {

    /** @throws IllegalArgumentException if the chain or the authorities are missing */
    public Credentials {
        chain = List.copyOf(chain);
        trusted = List.copyOf(trusted);
        if (chain.isEmpty() || trusted.isEmpty()) {
            throw new IllegalArgumentException("a certificate and at least one authority's certificate are needed");
        }
    }

    /** The pod's own certificate. */
    public X509Certificate leaf() {
        return chain.getFirst();
    }

    @Override
    public String toString() {
        return "credentials of " + leaf().getSubjectX500Principal() + " until "
                + leaf().getNotAfter().toInstant();
    }
}
