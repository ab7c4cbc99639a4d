package io.socketbridge.sidecar.control;

import io.socketbridge.contract.ControlStream;
import io.socketbridge.sidecar.identity.EnrolmentException;
import io.socketbridge.sidecar.identity.EnrolmentException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Asks the operator for a certificate. */
final class CertificateClient {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    /** Many times what a chain of three has. */
    private static final int MOST_ANSWER_BYTES = 64 * 1024;

    private final ControlEndpoint endpoint;
    private final InstantSource clock;

    CertificateClient(ControlEndpoint endpoint, InstantSource clock) {
        this.endpoint = endpoint;
        this.clock = clock;
    }

    /**
     * Answers what the operator answers: certificates in PEM. Blocks.
     *
     * @param request PKCS #10, DER
     * @throws EnrolmentException if there is no answer, or another
     */
    String request(byte[] request) throws EnrolmentException {
        EnrolmentException last = new EnrolmentException(Reason.UNREACHABLE, "no operator is known");
        for (URI url : endpoint.urls()) {
            try {
                return request(url.resolve(ControlStream.CERTIFICATES_PATH), request);
            } catch (IOException | GeneralSecurityException e) {
                last = unreached(url, e);
            }
        }
        throw last;
    }

    private String request(URI url, byte[] request) throws IOException, GeneralSecurityException, EnrolmentException {
        HttpURLConnection connection = endpoint.openWithToken(url);
        connection.setConnectTimeout((int) TIMEOUT.toMillis());
        connection.setReadTimeout((int) TIMEOUT.toMillis());
        connection.setDoOutput(true);
        connection.setRequestMethod("POST");
        connection.setRequestProperty("Content-Type", "application/pkcs10");
        connection.setFixedLengthStreamingMode(request.length);
        try (OutputStream out = connection.getOutputStream()) {
            out.write(request);
        }
        int status = connection.getResponseCode();
        if (status != HttpURLConnection.HTTP_OK) {
            throw refused(status, said(connection.getErrorStream()));
        }
        try (InputStream in = connection.getInputStream()) {
            return new String(in.readNBytes(MOST_ANSWER_BYTES), StandardCharsets.US_ASCII);
        }
    }

    private static EnrolmentException refused(int status, String said) {
        return switch (status) {
            case 401 -> new EnrolmentException(Reason.TOKEN, "the operator does not accept this pod's token");
            case 403 -> new EnrolmentException(Reason.NO_BRIDGE, "no SocketBridge selects this pod");
            case 429 -> new EnrolmentException(Reason.TOO_SOON, "the operator says that this pod asked a moment ago");
            default ->
                new EnrolmentException(Reason.REFUSED, "the operator answered with HTTP status " + status + said);
        };
    }

    private static String said(@Nullable InputStream body) throws IOException {
        if (body == null) {
            return "";
        }
        try (body) {
            String text = new String(body.readNBytes(200), StandardCharsets.UTF_8).strip();
            return text.isEmpty() ? "" : ": " + text;
        }
    }

    private EnrolmentException unreached(URI url, Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateExpiredException || cause instanceof CertificateNotYetValidException) {
                return new EnrolmentException(
                        Reason.CLOCK,
                        "the operator's certificate is not valid at " + clock.instant()
                                + ", which is the time by this node's clock (" + cause.getMessage()
                                + "): one of the two clocks is off");
            }
        }
        return new EnrolmentException(Reason.UNREACHABLE, url + ": " + e);
    }
}
