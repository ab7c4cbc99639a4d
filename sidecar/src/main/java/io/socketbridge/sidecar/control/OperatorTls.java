package io.socketbridge.sidecar.control;

import io.socketbridge.sidecar.identity.Credentials;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Connections to the operator. It is known by the certificates of a file, which the kubelet replaces some time after they have changed,
 * and by those of the last snapshot, which are there at once. Any thread may call.
 */
final class OperatorTls {

    private static final char[] NO_PASSWORD = {};

    private final Path trustFile;

    /** What was made last; guarded by the object. */
    private @Nullable Made made;

    OperatorTls(Path trustFile) {
        this.trustFile = trustFile;
    }

    /**
     * A factory, and what it was made of.
     *
     * @param trustFileTime of the file
     * @param credentials of the pod
     * @param shown whether the pod shows its certificate
     */
    private record Made(
            FileTime trustFileTime, Optional<Credentials> credentials, boolean shown, SSLSocketFactory factory) {

        boolean isOf(FileTime time, Optional<Credentials> others, boolean show) {
            return trustFileTime.equals(time) && credentials.equals(others) && shown == show;
        }
    }

    /**
     * Makes connections; always the same one as long as nothing has changed, so that connections are used again.
     *
     * @param show whether to show the certificate
     */
    synchronized SSLSocketFactory factory(Optional<Credentials> credentials, boolean show)
            throws IOException, GeneralSecurityException {
        FileTime time = Files.getLastModifiedTime(trustFile);
        Made last = made;
        if (last == null || !last.isOf(time, credentials, show)) {
            last = new Made(time, credentials, show, make(credentials, show));
            made = last;
        }
        return last.factory();
    }

    private SSLSocketFactory make(Optional<Credentials> credentials, boolean show)
            throws IOException, GeneralSecurityException {
        List<Certificate> trusted = new ArrayList<>();
        try (InputStream in = Files.newInputStream(trustFile)) {
            trusted.addAll(CertificateFactory.getInstance("X.509").generateCertificates(in));
        }
        credentials.ifPresent(known -> trusted.addAll(known.trusted()));
        KeyStore store = emptyStore();
        for (int i = 0; i < trusted.size(); i++) {
            store.setCertificateEntry("ca-" + i, trusted.get(i));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        KeyManager[] keys = show && credentials.isPresent() ? keys(credentials.get()) : new KeyManager[0];
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(keys, trust.getTrustManagers(), null);
        return context.getSocketFactory();
    }

    private static KeyManager[] keys(Credentials credentials) throws IOException, GeneralSecurityException {
        KeyStore store = emptyStore();
        store.setKeyEntry(
                "pod", credentials.key(), NO_PASSWORD, credentials.chain().toArray(Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
