package io.socketbridge.operator.identity;

import java.io.ByteArrayInputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * A pod's key and certificate.
 *
 * @param keys the key
 * @param chain its certificate first
 */
public record TestLeaf(KeyPair keys, List<X509Certificate> chain) {

    /** By an authority whose key and certificate are these, at this time by its clock. */
    public static TestLeaf by(String keyPem, String certificatePem, PodSubject subject, Instant at) {
        KeyPair keys = TestRoot.newKeys("EC", 256);
        CertificateAuthority authority = new CertificateAuthority(
                new KeyAndCertificate(
                        Pem.key(keyPem), Pem.certificates(certificatePem).getFirst()),
                List.of(),
                TestTerms.DEFAULT);
        return new TestLeaf(keys, List.of(authority.issuePod(subject, keys.getPublic(), at)));
    }

    /** By an authority that nobody knows. */
    public static TestLeaf byStranger(PodSubject subject) {
        KeyAndCertificate stranger =
                CertificateAuthority.create(TestTerms.DEFAULT, Instant.now()).own();
        return by(Pem.of(stranger.key()), Pem.of(stranger.certificate()), subject, Instant.now());
    }

    /** The pod's certificate. */
    public X509Certificate leaf() {
        return chain.getFirst();
    }

    /** Whether one of the authorities has signed the last certificate of the chain. */
    public boolean isVouchedForBy(String trustPem) {
        return Pem.certificates(trustPem).stream().anyMatch(authority -> {
            try {
                chain.getLast().verify(authority.getPublicKey());
                return true;
            } catch (GeneralSecurityException e) {
                return false;
            }
        });
    }

    /** TLS that trusts these authorities, and shows the leaf if there is one. */
    public static SSLContext context(String trustPem, Optional<TestLeaf> leaf) {
        try {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            int index = 0;
            for (Certificate each : CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(trustPem.getBytes(StandardCharsets.US_ASCII)))) {
                trusted.setCertificateEntry("ca-" + index++, each);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(leaf.map(Shown::new).stream().toArray(KeyManager[]::new), trust.getTrustManagers(), null);
            return context;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Shows the leaf to whoever asks, also to one who says that it knows only others. */
    private static final class Shown extends X509ExtendedKeyManager {

        private static final String ALIAS = "pod";

        private final TestLeaf leaf;

        Shown(TestLeaf leaf) {
            this.leaf = leaf;
        }

        @Override
        public String chooseEngineClientAlias(String[] types, Principal[] issuers, SSLEngine engine) {
            return ALIAS;
        }

        @Override
        public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
            return ALIAS;
        }

        @Override
        public String[] getClientAliases(String type, Principal[] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
            return ALIAS;
        }

        @Override
        public String[] getServerAliases(String type, Principal[] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return leaf.chain().toArray(X509Certificate[]::new);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return leaf.keys().getPrivate();
        }
    }
}
