package io.socketbridge.operator.identity;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Where the authority rests: a Secret in the operator's namespace, made by whichever replica comes first. */
final class AuthoritySecret {

    static final String NAME = "socketbridge-authority";

    private static final Logger LOG = Logger.getLogger(AuthoritySecret.class);

    private static final String KEY = "tls.key";
    private static final String CERTIFICATE = "tls.crt";

    private final KubernetesClient client;
    private final String namespace;

    AuthoritySecret(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    /** The authority, new if there was none. */
    CertificateAuthority loadOrCreate(Instant now) {
        return load().orElseGet(() -> create(now));
    }

    private CertificateAuthority create(Instant now) {
        CertificateAuthority authority = CertificateAuthority.create(now);
        try {
            client.resource(secret(authority)).create();
            LOG.infof("made a certificate authority, kept in Secret %s/%s", namespace, NAME);
            return authority;
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
            return load().orElseThrow(() -> e); // Another replica was faster.
        }
    }

    private Optional<CertificateAuthority> load() {
        return Optional.ofNullable(
                        client.secrets().inNamespace(namespace).withName(NAME).get())
                .map(secret -> new CertificateAuthority(Pem.parse(text(secret, KEY), text(secret, CERTIFICATE))));
    }

    private String text(Secret secret, String key) {
        String value = secret.getData() == null ? null : secret.getData().get(key);
        if (value == null) {
            throw new IllegalStateException("Secret " + namespace + "/" + NAME + " has no " + key
                    + ": delete it, and the operator makes a new authority");
        }
        return new String(Base64.getDecoder().decode(value), StandardCharsets.US_ASCII);
    }

    private Secret secret(CertificateAuthority authority) {
        return new SecretBuilder()
                .withNewMetadata()
                .withName(NAME)
                .withNamespace(namespace)
                .addToLabels("app.kubernetes.io/managed-by", "socketbridge")
                .endMetadata()
                .withType("kubernetes.io/tls")
                .withStringData(Map.of(
                        KEY, Pem.of(authority.own().key()),
                        CERTIFICATE, Pem.of(authority.own().certificate())))
                .build();
    }
}
