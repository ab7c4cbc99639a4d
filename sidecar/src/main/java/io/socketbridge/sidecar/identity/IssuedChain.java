package io.socketbridge.sidecar.identity;

import io.socketbridge.sidecar.identity.EnrolmentException.Reason;
import java.security.KeyPair;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the operator has answered to a request. */
public final class IssuedChain {

    private IssuedChain() {}

    /**
     * The credentials that the answer makes of a key.
     *
     * @throws EnrolmentException if they cannot be used
     */
    public static Credentials accept(String pem, KeyPair keys, LeafDemand demand) throws EnrolmentException {
        List<X509Certificate> chain;
        try {
            chain = PemFiles.certificates(pem);
        } catch (CertificateException e) {
            throw new EnrolmentException(Reason.INVALID, "the operator's answer is no certificate: " + e.getMessage());
        }
        if (!chain.getFirst().getPublicKey().equals(keys.getPublic())) {
            throw new EnrolmentException(Reason.INVALID, "the operator's certificate is for another key");
        }
        if (!new CertificateChain(chain).leadsTo(demand.trusted())) {
            throw new EnrolmentException(
                    Reason.UNTRUSTED,
                    "the operator's certificate is by " + chain.getLast().getIssuerX500Principal()
                            + ", which is not among the authorities that it named");
        }
        return new Credentials(keys.getPrivate(), chain, demand.trusted());
    }

    /**
     * Whether all is well with credentials that are in force.
     *
     * @throws EnrolmentException if it is not
     */
    public static void check(Credentials credentials, LeafDemand demand, Instant now) throws EnrolmentException {
        Instant notBefore = credentials.leaf().getNotBefore().toInstant();
        Instant notAfter = credentials.leaf().getNotAfter().toInstant();
        if (now.isBefore(notBefore) || !now.isBefore(notAfter)) {
            throw new EnrolmentException(
                    Reason.CLOCK,
                    "this node's clock is off: it says " + now + ", and a certificate that the operator has just issued"
                            + " is valid from " + notBefore + " to " + notAfter
                            + "; tunnels may be refused until the clock is right");
        }
        Set<String> missing = new HashSet<>(demand.names());
        missing.removeAll(new CertificateChain(credentials.chain()).names());
        if (!missing.isEmpty()) {
            throw new EnrolmentException(Reason.NAMES, "the operator's certificate does not name " + missing);
        }
    }
}
