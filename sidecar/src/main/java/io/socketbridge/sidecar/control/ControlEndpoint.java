package io.socketbridge.sidecar.control;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.List;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Where the operator is, by which certificates it is known, and by which token this pod is. Token and certificates are files
 * that the kubelet replaces, so they are read anew when they have changed.
 */
public final class ControlEndpoint {

    private final List<URI> urls;
    private final Path tokenFile;
    private final Path trustFile;

    private @Nullable SSLSocketFactory factory;
    private @Nullable FileTime factoryTime;

    /**
     * Reads nothing until it is asked.
     *
     * @param urls of the operator, in the order in which they are tried; at least one
     */
    public ControlEndpoint(List<URI> urls, Path tokenFile, Path trustFile) {
        this.urls = List.copyOf(urls);
        this.tokenFile = tokenFile;
        this.trustFile = trustFile;
    }

    /** The operator's URLs. */
    List<URI> urls() {
        return urls;
    }

    /** A request that has not been sent yet, with this pod's token on it. */
    HttpURLConnection open(URI url) throws IOException, GeneralSecurityException {
        HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection();
        connection.setRequestProperty(
                "Authorization", "Bearer " + Files.readString(tokenFile).strip());
        connection.setInstanceFollowRedirects(false);
        if (connection instanceof HttpsURLConnection https) {
            https.setSSLSocketFactory(socketFactory());
        }
        return connection;
    }

    private synchronized SSLSocketFactory socketFactory() throws IOException, GeneralSecurityException {
        FileTime time = Files.getLastModifiedTime(trustFile);
        if (factory == null || !time.equals(factoryTime)) {
            factory = trusting(trustFile);
            factoryTime = time;
        }
        return factory;
    }

    private static SSLSocketFactory trusting(Path pem) throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream in = Files.newInputStream(pem)) {
            int index = 0;
            for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                trusted.setCertificateEntry("ca-" + index++, each);
            }
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(null, trust.getTrustManagers(), null);
        return context.getSocketFactory();
    }
}
