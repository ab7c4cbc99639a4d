package io.socketbridge.operator.identity;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.tls.CertificateUpdatedEvent;
import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import org.jboss.logging.Logger;

/** Renews the server's certificate while it serves: connections that are open stay so. */
@ApplicationScoped
class Renewal {

    private static final Logger LOG = Logger.getLogger(Renewal.class);

    private static final Duration RETRY = Duration.ofMinutes(5);

    private final Vertx vertx;
    private final TlsConfigurationRegistry registry;
    private final Event<CertificateUpdatedEvent> updated;

    @Inject
    Renewal(Vertx vertx, TlsConfigurationRegistry registry, Event<CertificateUpdatedEvent> updated) {
        this.vertx = vertx;
        this.registry = registry;
        this.updated = updated;
    }

    void start(@Observes StartupEvent event) {
        schedule(ServingKeyStore.RENEWAL_AGE);
    }

    private void schedule(Duration delay) {
        vertx.setTimer(
                delay.toMillis(),
                _ -> vertx.executeBlocking(this::renew)
                        .onComplete(renewed -> schedule(
                                renewed.succeeded() && renewed.result() ? ServingKeyStore.RENEWAL_AGE : RETRY)));
    }

    /** Whether there is a new certificate in use. */
    boolean renew() {
        TlsConfiguration configuration =
                registry.get(ServingKeyStore.TLS_CONFIGURATION).orElseThrow();
        if (!configuration.reload()) {
            LOG.warnf("the operator's certificate could not be renewed; next attempt in %s", RETRY);
            return false;
        }
        updated.fire(new CertificateUpdatedEvent(ServingKeyStore.TLS_CONFIGURATION, configuration));
        LOG.info("renewed the operator's certificate");
        return true;
    }
}
