package io.socketbridge.sidecar.identity;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keys and certificates as text (RFC 7468). */
public final class PemFiles {

    private static final Pattern PKCS8 =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    private PemFiles() {}

    /**
     * Reads credentials.
     *
     * @param certificate the own one, and behind it those between it and an authority
     * @param key PKCS #8
     * @param authorities one or more
     * @throws IOException if a file cannot be read or is not what it should be; the message names it
     */
    public static Credentials read(Path certificate, Path key, Path authorities) throws IOException {
        List<X509Certificate> chain = certificatesIn(certificate);
        return new Credentials(keyIn(key, chain.getFirst().getPublicKey()), chain, certificatesIn(authorities));
    }

    /**
     * The certificates in a text.
     *
     * @throws CertificateException if it has none, or something else
     */
    public static List<X509Certificate> certificates(String pem) throws CertificateException {
        byte[] bytes = pem.getBytes(StandardCharsets.US_ASCII);
        List<X509Certificate> certificates =
                CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(bytes)).stream()
                        .map(X509Certificate.class::cast)
                        .toList();
        if (certificates.isEmpty()) {
            throw new CertificateException("there is no certificate in it");
        }
        return certificates;
    }

    private static List<X509Certificate> certificatesIn(Path file) throws IOException {
        try {
            return certificates(Files.readString(file, StandardCharsets.US_ASCII));
        } catch (CertificateException e) {
            throw new IOException(file + ": not X.509 certificates in PEM: " + e.getMessage(), e);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static PrivateKey keyIn(Path file, PublicKey other) throws IOException {
        String text;
        try {
            text = Files.readString(file, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        Matcher pem = PKCS8.matcher(text);
        if (!pem.find()) {
            throw new IOException(
                    file + ": no private key in PKCS #8 and PEM ('BEGIN PRIVATE KEY'); to convert another:"
                            + " openssl pkcs8 -topk8 -nocrypt");
        }
        try {
            return KeyFactory.getInstance(other.getAlgorithm())
                    .generatePrivate(
                            new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1))));
        } catch (GeneralSecurityException e) {
            throw new IOException(file + ": not a key of the certificate's kind, " + other.getAlgorithm(), e);
        }
    }

    private static IOException unreadable(Path file, IOException e) {
        return new IOException(file + " cannot be read: " + e, e);
    }
}
