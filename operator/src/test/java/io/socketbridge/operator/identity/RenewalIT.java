package io.socketbridge.operator.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.socketbridge.operator.OperatorOnApiServer;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** The operator's certificate while it serves. */
@QuarkusTest
@QuarkusTestResource(OperatorOnApiServer.class)
@SuppressWarnings("NullAway.Init") // Quarkus sets the fields.
class RenewalIT {

    @Inject
    Renewal renewal;

    @Inject
    OperatorIdentity identity;

    @ConfigProperty(name = "socketbridge.webhook.url")
    URI url;

    @Test
    void aRenewedCertificateIsShownToNewConnectionsAndTheOldOnesGoOn() throws Exception {
        try (SSLSocket before = connect()) {
            assertThat(renewal.renew()).isTrue();

            try (SSLSocket after = connect()) {
                assertThat(certificate(after).getSerialNumber())
                        .isNotEqualTo(certificate(before).getSerialNumber());
            }
            before.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(before.getInputStream().read()).isEqualTo('H');
        }
    }

    private static X509Certificate certificate(SSLSocket socket) throws Exception {
        return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }

    private SSLSocket connect() throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry(
                "ca",
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(
                                new ByteArrayInputStream(identity.trustPem().getBytes(StandardCharsets.US_ASCII))));
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(url.getHost(), url.getPort());
        socket.startHandshake();
        return socket;
    }
}
