package io.socketbridge.sidecar.control;

import io.socketbridge.sidecar.identity.Credentials;
import io.socketbridge.sidecar.identity.Identity;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Where the operator is, and as whom it is spoken to: as the holder of this pod's certificate where there is one, else of its token.
 * Token and certificates are files that the kubelet replaces, so they are read anew when they have changed. Any thread may call.
 */
public final class ControlEndpoint {

    private final List<URI> urls;
    private final Path tokenFile;
    private final Identity identity;

    /** The pod shows its certificate. */
    private final OperatorTls known;

    /** The pod shows none. */
    private final OperatorTls unknown;

    /** Which of the URLs answered last. */
    private volatile int preferred;

    /** The certificate that was shown last, and by what; guarded by the object. */
    private @Nullable Shown shown;

    /** A certificate that the operator does not accept: the token goes with requests until there is another. */
    private volatile @Nullable X509Certificate refused;

    private record Shown(X509Certificate leaf, SSLSocketFactory factory) {}

    /**
     * Reads nothing until it is asked.
     *
     * @param urls of the operator, in the order in which they are tried; at least one
     * @param identity this pod's, as soon as it has one
     */
    public ControlEndpoint(List<URI> urls, Path tokenFile, Path trustFile, Identity identity) {
        this.urls = List.copyOf(urls);
        this.tokenFile = tokenFile;
        this.identity = identity;
        this.known = new OperatorTls(trustFile);
        this.unknown = new OperatorTls(trustFile);
    }

    /** The operator's URLs, the one that answered last first. */
    List<URI> urls() {
        List<URI> ordered = new ArrayList<>(urls.subList(preferred, urls.size()));
        ordered.addAll(urls.subList(0, preferred));
        return ordered;
    }

    /** The URL has answered. */
    void answered(URI url) {
        preferred = Math.max(0, urls.indexOf(url));
    }

    /** A request that has not been sent yet, by this pod's certificate or with its token. */
    HttpURLConnection open(URI url) throws IOException, GeneralSecurityException {
        Optional<Credentials> credentials = identity.current();
        HttpURLConnection connection = connection(url);
        if (connection instanceof HttpsURLConnection https
                && credentials.filter(this::isOfUse).isPresent()) {
            SSLSocketFactory factory = known.factory(credentials, true);
            remember(new Shown(credentials.get().leaf(), factory));
            https.setSSLSocketFactory(factory);
            return connection;
        }
        return withToken(connection);
    }

    /** A request that has not been sent yet, with this pod's token, whatever certificate it has. */
    HttpURLConnection openWithToken(URI url) throws IOException, GeneralSecurityException {
        return withToken(connection(url));
    }

    /** The operator has not let the request in: if it was by a certificate, then the next is not by the same. */
    synchronized void refused(HttpURLConnection connection) {
        Shown last = shown;
        if (last != null
                && connection instanceof HttpsURLConnection https
                && https.getSSLSocketFactory().equals(last.factory())) {
            refused = last.leaf();
        }
    }

    private synchronized void remember(Shown now) {
        shown = now;
    }

    private boolean isOfUse(Credentials credentials) {
        return !credentials.leaf().equals(refused)
                && Instant.now().isBefore(credentials.leaf().getNotAfter().toInstant());
    }

    private HttpURLConnection withToken(HttpURLConnection connection) throws IOException, GeneralSecurityException {
        connection.setRequestProperty(
                "Authorization", "Bearer " + Files.readString(tokenFile).strip());
        if (connection instanceof HttpsURLConnection https) {
            https.setSSLSocketFactory(unknown.factory(identity.current(), false));
        }
        return connection;
    }

    private static HttpURLConnection connection(URI url) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection();
        connection.setInstanceFollowRedirects(false);
        return connection;
    }
}
