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

/**
 * Renews the server's certificate while it serves, in time and when the authorities are others; and with it whose certificates it
 * believes. Connections that are open stay so.
 */
@ApplicationScoped
class Renewal {

    private static final Logger LOG = Logger.getLogger(Renewal.class);

    private static final Duration LONGEST_RETRY = Duration.ofMinutes(5);

    private final Vertx vertx;
    private final TlsConfigurationRegistry registry;
    private final Event<CertificateUpdatedEvent> updated;
    private final OperatorIdentity identity;
    private final Duration age;
    private final Duration retry;

    @Inject
    Renewal(
            Vertx vertx,
            TlsConfigurationRegistry registry,
            Event<CertificateUpdatedEvent> updated,
            OperatorIdentity identity,
            IssuingTerms terms) {
        this.vertx = vertx;
        this.registry = registry;
        this.updated = updated;
        this.identity = identity;
        this.age = terms.renewalAge();
        Duration often = terms.leafLifetime().dividedBy(50);
        this.retry = often.compareTo(LONGEST_RETRY) < 0 ? often.plusMillis(1) : LONGEST_RETRY;
    }

    void start(@Observes StartupEvent event) {
        identity.onChange(this::attempt);
        vertx.setPeriodic(age.toMillis(), _ -> attempt());
    }

    private void attempt() {
        vertx.executeBlocking(this::renew).onComplete(renewed -> {
            if (renewed.failed() || !renewed.result()) {
                vertx.setTimer(retry.toMillis(), _ -> attempt());
            }
        });
    }

    /** Whether there is a new certificate in use. */
    synchronized boolean renew() {
        TlsConfiguration configuration =
                registry.get(ServingKeyStore.TLS_CONFIGURATION).orElseThrow();
        try {
            if (configuration.reload()) {
                updated.fire(new CertificateUpdatedEvent(ServingKeyStore.TLS_CONFIGURATION, configuration));
                LOG.info("renewed the operator's certificate");
                return true;
            }
        } catch (IllegalStateException e) {
            LOG.warnf("the operator's certificate could not be renewed, trying again: %s", e.getMessage());
            return false;
        }
        LOG.warnf("the operator's certificate could not be renewed; next attempt in %s", retry);
        return false;
    }
}
