package io.socketbridge.operator.identity;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMKeyPair;
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

    static String of(List<X509Certificate> certificates) {
        return certificates.stream().map(Pem::of).collect(Collectors.joining());
    }

    static String of(PrivateKey key) {
        try {
            return write(new JcaPKCS8Generator(key, null));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws IllegalArgumentException if the text is no private key: PKCS #8, PKCS #1 or SEC 1, not encrypted */
    static PrivateKey key(String text) {
        try {
            for (Object each : read(text)) {
                switch (each) {
                    case PrivateKeyInfo info -> {
                        return new JcaPEMKeyConverter().getPrivateKey(info);
                    }
                    case PEMKeyPair pair -> {
                        return new JcaPEMKeyConverter().getKeyPair(pair).getPrivate();
                    }
                    default -> {} // Such as the curve's parameters, which some write before the key.
                }
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("not a private key in PEM", e);
        }
        throw new IllegalArgumentException("not a private key in PEM");
    }

    /** @throws IllegalArgumentException if the text is not one or more certificates */
    static List<X509Certificate> certificates(String text) {
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            for (Object each : read(text)) {
                if (!(each instanceof X509CertificateHolder holder)) {
                    throw new IllegalArgumentException("there is something else than X.509 certificates in it");
                }
                certificates.add(new JcaX509CertificateConverter().getCertificate(holder));
            }
        } catch (IOException | CertificateException e) {
            throw new IllegalArgumentException("not X.509 certificates in PEM", e);
        }
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException("not X.509 certificates in PEM");
        }
        return certificates;
    }

    private static List<Object> read(String text) throws IOException {
        List<Object> objects = new ArrayList<>();
        try (PEMParser parser = new PEMParser(new StringReader(text))) {
            for (Object next = parser.readObject(); next != null; next = parser.readObject()) {
                objects.add(next);
            }
        }
        return objects;
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
