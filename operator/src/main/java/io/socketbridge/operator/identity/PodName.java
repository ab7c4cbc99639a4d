package io.socketbridge.operator.identity;

import io.socketbridge.contract.TunnelNames;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;

/**
 * Which pod a certificate names.
 *
 * @param namespace its namespace
 * @param serviceAccount its service account
 * @param commonName its name, or the beginning of it
 * @param uid its unique id
 */
public record PodName(String namespace, String serviceAccount, String commonName, String uid) {

    /** The longest common name (RFC 5280, upper bounds). */
    private static final int MOST_CHARACTERS = 64;

    /** A uniform resource identifier among the alternative names (RFC 5280, 4.2.1.6). */
    private static final Integer URI = 6;

    /** Whether a pod's certificate would have this common name. */
    public boolean isNameOf(String pod) {
        return commonName.equals(cut(pod));
    }

    /** The subject of a pod's certificate. */
    static X500Name of(PodSubject subject) {
        return new X500NameBuilder()
                .addRDN(BCStyle.CN, cut(subject.pod()))
                .addRDN(BCStyle.UID, subject.uid())
                .build();
    }

    /** The pod of a certificate that has been verified; empty if it is not a pod's of this trust domain. */
    static Optional<PodName> in(X509Certificate certificate, String trustDomain) {
        X500Name subject =
                X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
        Pattern spiffeId = Pattern.compile(TunnelNames.spiffeId(Pattern.quote(trustDomain), "([^/]+)", "([^/]+)"));
        List<Matcher> ids = uris(certificate).map(spiffeId::matcher).toList();
        Optional<String> name = value(subject, BCStyle.CN);
        Optional<String> uid = value(subject, BCStyle.UID);
        if (ids.size() != 1 || !ids.getFirst().matches() || name.isEmpty() || uid.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new PodName(ids.getFirst().group(1), ids.getFirst().group(2), name.get(), uid.get()));
    }

    private static Stream<String> uris(X509Certificate certificate) {
        try {
            return Stream.ofNullable(certificate.getSubjectAlternativeNames())
                    .flatMap(Collection::stream)
                    .filter(name -> URI.equals(name.getFirst()))
                    .map(name -> String.valueOf(name.get(1)));
        } catch (CertificateParsingException e) {
            return Stream.empty();
        }
    }

    private static Optional<String> value(X500Name name, ASN1ObjectIdentifier type) {
        RDN[] found = name.getRDNs(type);
        return found.length == 1
                ? Optional.of(IETFUtils.valueToString(found[0].getFirst().getValue()))
                : Optional.empty();
    }

    private static String cut(String pod) {
        return pod.length() > MOST_CHARACTERS ? pod.substring(0, MOST_CHARACTERS) : pod;
    }
}
