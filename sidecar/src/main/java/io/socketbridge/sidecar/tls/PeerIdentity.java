package io.socketbridge.sidecar.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Who is at the other end of a tunnel, by a certificate that was verified.
 *
 * @param spiffeId its one URI name; empty for {@link #ANYBODY}
 * @param dnsNames its DNS names, in lower case
 * @see <a href="https://github.com/spiffe/spiffe/blob/main/standards/X509-SVID.md">X.509-SVID</a>
 */
public record PeerIdentity(String spiffeId, Set<String> dnsNames) {

    /** Nobody was asked who they are. */
    public static final PeerIdentity ANYBODY = new PeerIdentity("", Set.of());

    /** {@code GeneralName} of RFC 5280. */
    private static final int DNS_NAME = 2;

    private static final int URI_NAME = 6;

    public PeerIdentity {
        dnsNames = Set.copyOf(dnsNames);
    }

    /**
     * What a certificate says.
     *
     * @throws CertificateParsingException if it has not exactly one SPIFFE ID
     */
    static PeerIdentity in(X509Certificate certificate) throws CertificateParsingException {
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        Set<String> dnsNames = new HashSet<>();
        Set<String> uris = new HashSet<>();
        if (names != null) {
            for (List<?> name : names) {
                if (name.get(0) instanceof Integer type && name.get(1) instanceof String value) {
                    if (type == DNS_NAME) {
                        dnsNames.add(value.toLowerCase(Locale.ROOT));
                    } else if (type == URI_NAME) {
                        uris.add(value);
                    }
                }
            }
        }
        String id = uris.size() == 1 ? uris.iterator().next() : "";
        if (!id.startsWith("spiffe://")) {
            throw new CertificateParsingException(
                    "a certificate needs exactly one URI name, a SPIFFE ID; it has " + uris);
        }
        return new PeerIdentity(id, dnsNames);
    }
}
