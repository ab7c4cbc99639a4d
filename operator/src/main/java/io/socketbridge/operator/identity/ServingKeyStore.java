package io.socketbridge.operator.identity;

import io.quarkus.tls.runtime.KeyStoreAndKeyCertOptions;
import io.quarkus.tls.runtime.KeyStoreProvider;
import io.smallrye.common.annotation.Identifier;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** What the operator's server shows: a new key and certificate each time it is asked, which is at start and to renew. */
@ApplicationScoped
@Identifier(ServingKeyStore.TLS_CONFIGURATION)
class ServingKeyStore implements KeyStoreProvider {

    /** The name of the server's TLS configuration. */
    static final String TLS_CONFIGURATION = "serving";

    private final OperatorIdentity identity;

    @Inject
    ServingKeyStore(OperatorIdentity identity) {
        this.identity = identity;
    }

    @Override
    public KeyStoreAndKeyCertOptions getKeyStore(Vertx vertx) {
        OperatorIdentity.Serving serving = identity.issueServing();
        PemKeyCertOptions options = new PemKeyCertOptions()
                .addKeyValue(Buffer.buffer(Pem.of(serving.own().key())))
                .addCertValue(Buffer.buffer(Pem.of(serving.chain())));
        try {
            return new KeyStoreAndKeyCertOptions(options.loadKeyStore(vertx), options);
        } catch (Exception e) {
            throw new IllegalStateException("the operator's own certificate cannot be used", e);
        }
    }
}
