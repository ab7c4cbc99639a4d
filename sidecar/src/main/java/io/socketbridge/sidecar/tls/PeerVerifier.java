package io.socketbridge.sidecar.tls;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Verifies the chains that others show, by the authorities of the credentials (RFC 5280). Which bridge they may use is not its business.
 *
 * <p>A sidecar sees the same few certificates again and again, so what was found good is remembered until it is not any more; that
 * the other end has the key is proven by each handshake. Any thread may call.
 */
final class PeerVerifier extends X509ExtendedTrustManager {

    private static final int MOST_REMEMBERED = 1_024;
    private static final int MOST_CERTIFICATES = 5;
    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

    private final List<X509Certificate> trusted;
    private final Set<TrustAnchor> anchors;
    private final Clock clock;

    /** By a hash of the whole chain and its use; guarded by itself. */
    private final Map<String, Verified> known = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Verified> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    /**
     * What is known of a chain.
     *
     * @param identity of its owner
     * @param until when the first of its certificates expires
     */
    record Verified(PeerIdentity identity, Instant until) {}

    /** @param trusted the authorities' certificates */
    PeerVerifier(List<X509Certificate> trusted, Clock clock) {
        this.trusted = trusted;
        this.anchors = trusted.stream()
                .map(certificate -> new TrustAnchor(certificate, null))
                .collect(Collectors.toUnmodifiableSet());
        this.clock = clock;
    }

    /** Whether it believes by these authorities. */
    boolean believesBy(List<X509Certificate> authorities) {
        return trusted.equals(authorities);
    }

    /** Whether what it has found good earlier is good still. */
    boolean isStillGood(Verified found) {
        return clock.instant().isBefore(found.until());
    }

    /**
     * Who the owner of this chain is.
     *
     * @param chain the owner's certificate, and those between it and an authority
     * @throws CertificateException if it is not to be believed; the message says why
     */
    Verified verify(X509Certificate[] chain, boolean isClient) throws CertificateException {
        if (chain.length == 0 || chain.length > MOST_CERTIFICATES) {
            throw new CertificateException(
                    "a chain of " + chain.length + " certificates; 1 to " + MOST_CERTIFICATES + " are taken");
        }
        String hash = hash(chain, isClient);
        Instant now = clock.instant();
        synchronized (known) {
            Verified there = known.get(hash);
            if (there != null && now.isBefore(there.until())) {
                return there;
            }
        }
        PeerIdentity identity = verifyAnew(chain, isClient, now);
        Instant until = Arrays.stream(chain)
                .map(certificate -> certificate.getNotAfter().toInstant())
                .min(Instant::compareTo)
                .orElse(now);
        Verified found = new Verified(identity, until);
        synchronized (known) {
            known.put(hash, found);
        }
        return found;
    }

    private PeerIdentity verifyAnew(X509Certificate[] chain, boolean isClient, Instant now)
            throws CertificateException {
        X509Certificate leaf = chain[0];
        if (leaf.getBasicConstraints() >= 0) {
            throw new CertificateException("an authority's certificate, " + leaf.getSubjectX500Principal());
        }
        List<String> uses = leaf.getExtendedKeyUsage();
        if (uses != null && !uses.contains(isClient ? CLIENT_AUTH : SERVER_AUTH)) {
            throw new CertificateException("not a certificate for a " + (isClient ? "client" : "server"));
        }
        try {
            PKIXParameters parameters = new PKIXParameters(anchors);
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(now));
            List<X509Certificate> path = Arrays.stream(chain)
                    .filter(certificate -> !trusted.contains(certificate))
                    .toList();
            CertPathValidator.getInstance("PKIX")
                    .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
        } catch (GeneralSecurityException e) {
            throw new CertificateException(e.getMessage(), e);
        }
        return PeerIdentity.in(leaf);
    }

    private static String hash(X509Certificate[] chain, boolean isClient) throws CertificateException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (X509Certificate certificate : chain) {
                digest.update(certificate.getEncoded());
            }
            return HexFormat.of().formatHex(digest.digest()) + isClient;
        } catch (GeneralSecurityException e) {
            throw new CertificateException("certificates cannot be hashed", e);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        verify(chain, true);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        verify(chain, false);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        verify(chain, true);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        verify(chain, false);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        verify(chain, true);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        verify(chain, false);
    }

    /** None is named: whoever asks need not know whom this pod believes. */
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
