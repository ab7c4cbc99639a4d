package io.socketbridge.operator.identity;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.quarkus.tls.runtime.KeyStoreAndKeyCertOptions;
import io.quarkus.tls.runtime.KeyStoreProvider;
import io.smallrye.common.annotation.Identifier;
import io.socketbridge.operator.resource.Installation;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;

/** By what the operator is known: to the API server, when it calls the webhook, and to sidecars. */
@ApplicationScoped
@Identifier(OperatorIdentity.TLS_CONFIGURATION)
public class OperatorIdentity implements KeyStoreProvider {

    /** The name of the server's TLS configuration. */
    static final String TLS_CONFIGURATION = "serving";

    private final Installation installation;
    private final Clock clock;
    private final CertificateAuthority authority;

    @Inject
    OperatorIdentity(KubernetesClient client, Installation installation, Clock clock) {
        this.installation = installation;
        this.clock = clock;
        this.authority = new AuthoritySecret(client, installation.namespace()).loadOrCreate(clock.instant());
    }

    /** What others have to trust, in PEM. */
    public String trustPem() {
        return Pem.of(authority.own().certificate());
    }

    /** A new key and certificate at every call: the server calls it when it starts, and to renew. */
    @Override
    public KeyStoreAndKeyCertOptions getKeyStore(Vertx vertx) {
        KeyAndCertificate serving =
                authority.issueServer(installation.dnsNames(), installation.ipAddresses(), clock.instant());
        PemKeyCertOptions options = new PemKeyCertOptions()
                .addKeyValue(Buffer.buffer(Pem.of(serving.key())))
                .addCertValue(Buffer.buffer(Pem.of(serving.certificate())));
        try {
            return new KeyStoreAndKeyCertOptions(options.loadKeyStore(vertx), options);
        } catch (Exception e) {
            throw new IllegalStateException("the operator's own certificate cannot be used", e);
        }
    }

    /** At which age a certificate is renewed. */
    static Duration renewalAge() {
        return CertificateAuthority.LEAF_LIFETIME.multipliedBy(2).dividedBy(3);
    }
}
