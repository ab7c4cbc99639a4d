package io.socketbridge.operator.identity;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/**
 * A private key and the certificate of its public half. Has no text form, so that no log shows the key.
 *
 * @param key the private key
 * @param certificate the certificate
 */
record KeyAndCertificate(PrivateKey key, X509Certificate certificate) {

    @Override
    public String toString() {
        return "certificate " + certificate.getSubjectX500Principal() + " until "
                + certificate.getNotAfter().toInstant();
    }
}
