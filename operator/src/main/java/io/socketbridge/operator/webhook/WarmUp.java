package io.socketbridge.operator.webhook;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionReview;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionReviewBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.quarkus.vertx.http.HttpsServerStart;
import io.socketbridge.operator.identity.OperatorIdentity;
import io.socketbridge.operator.observe.World;
import io.socketbridge.operator.resource.InjectionWebhook;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;

/**
 * Not ready before the webhook has answered once, to the operator itself: the first answer of a JVM takes seconds on a
 * busy node, for TLS and for the model of pods, and the API server does not wait that long. A pod would go without its
 * sidecar, for ever if no workload replaces it.
 */
@Readiness
@ApplicationScoped
class WarmUp implements HealthCheck {

    private static final Logger LOG = Logger.getLogger(WarmUp.class);

    /** Longer than any first answer took; the kubelet asks again meanwhile. */
    private static final int TIMEOUT_MILLIS = 30_000;

    private final World world;
    private final OperatorIdentity identity;
    private volatile int port;
    private volatile boolean answered;

    @Inject
    WarmUp(World world, OperatorIdentity identity) {
        this.world = world;
        this.identity = identity;
    }

    void listening(@ObservesAsync HttpsServerStart server) {
        port = server.options().getPort();
    }

    @Override
    public HealthCheckResponse call() {
        if (!answered && port > 0 && world.isComplete()) {
            answered = ask();
        }
        return HealthCheckResponse.named("the webhook answers").status(answered).build();
    }

    private boolean ask() {
        try {
            HttpsURLConnection connection =
                    (HttpsURLConnection) URI.create("https://127.0.0.1:" + port + InjectionWebhook.PATH)
                            .toURL()
                            .openConnection();
            connection.setSSLSocketFactory(trustingOurselves().getSocketFactory());
            // Nobody else has a certificate of our own authority, and none of them is for the loopback address.
            connection.setHostnameVerifier((host, session) -> true);
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            connection.setDoOutput(true);
            connection.setRequestProperty("Content-Type", "application/json");
            try (OutputStream body = connection.getOutputStream()) {
                body.write(Serialization.asJson(review()).getBytes(StandardCharsets.UTF_8));
            }
            return connection.getResponseCode() == 200;
        } catch (IOException | GeneralSecurityException e) {
            LOG.infof("the webhook does not answer yet: %s", e);
            return false;
        }
    }

    private SSLContext trustingOurselves() throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry(
                "socketbridge",
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(
                                new ByteArrayInputStream(identity.trustPem().getBytes(StandardCharsets.US_ASCII))));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    /** About a pod that no bridge selects. */
    private static AdmissionReview review() {
        return new AdmissionReviewBuilder()
                .withNewRequest()
                .withUid("warm-up")
                .withOperation("CREATE")
                .withNamespace("")
                .withName("warm-up")
                .withObject(new PodBuilder()
                        .withNewMetadata()
                        .withName("warm-up")
                        .endMetadata()
                        .withNewSpec()
                        .endSpec()
                        .build())
                .endRequest()
                .build();
    }
}
