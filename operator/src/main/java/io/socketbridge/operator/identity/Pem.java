package io.socketbridge.operator.identity;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;

/** Keys and certificates as text (RFC 7468). */
final class Pem {

    private Pem() {}

    static String of(X509Certificate certificate) {
        return write(certificate);
    }

    static String of(PrivateKey key) {
        try {
            return write(new JcaPKCS8Generator(key, null));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws IllegalArgumentException if the texts are not a private key and a certificate */
    static KeyAndCertificate parse(String key, String certificate) {
        try {
            if (read(key) instanceof PrivateKeyInfo keyInfo
                    && read(certificate) instanceof X509CertificateHolder holder) {
                return new KeyAndCertificate(
                        new JcaPEMKeyConverter().getPrivateKey(keyInfo),
                        new JcaX509CertificateConverter().getCertificate(holder));
            }
            throw new IllegalArgumentException("not a PKCS #8 private key and an X.509 certificate in PEM");
        } catch (IOException | CertificateException e) {
            throw new IllegalArgumentException("not a PKCS #8 private key and an X.509 certificate in PEM", e);
        }
    }

    private static Object read(String text) throws IOException {
        try (PEMParser parser = new PEMParser(new StringReader(text))) {
            Object read = parser.readObject();
            return read == null ? "" : read;
        }
    }

    private static String write(Object object) {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }
}
