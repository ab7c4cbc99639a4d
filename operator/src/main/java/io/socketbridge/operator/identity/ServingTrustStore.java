package io.socketbridge.operator.identity;

import io.quarkus.tls.runtime.TrustStoreAndTrustOptions;
import io.quarkus.tls.runtime.TrustStoreProvider;
import io.smallrye.common.annotation.Identifier;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemTrustOptions;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** Whose certificates the operator's server believes, where a client shows one. */
@ApplicationScoped
@Identifier(ServingKeyStore.TLS_CONFIGURATION)
class ServingTrustStore implements TrustStoreProvider {

    private final OperatorIdentity identity;

    @Inject
    ServingTrustStore(OperatorIdentity identity) {
        this.identity = identity;
    }

    @Override
    public TrustStoreAndTrustOptions getTrustStore(Vertx vertx) {
        PemTrustOptions options = new PemTrustOptions();
        identity.trusted().forEach(each -> options.addCertValue(Buffer.buffer(Pem.of(each))));
        try {
            return new TrustStoreAndTrustOptions(options.loadKeyStore(vertx), options);
        } catch (Exception e) {
            throw new IllegalStateException("the certificates that are trusted cannot be used", e);
        }
    }
}
