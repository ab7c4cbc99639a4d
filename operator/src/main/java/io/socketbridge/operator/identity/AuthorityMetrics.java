package io.socketbridge.operator.identity;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** The authority in the operator's metrics; docs/metrics.md says what each means. */
@ApplicationScoped
class AuthorityMetrics implements MeterBinder {

    private final OperatorIdentity identity;

    @Inject
    AuthorityMetrics(OperatorIdentity identity) {
        this.identity = identity;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder(
                        "socketbridge.authority.expiration.timestamp",
                        () -> identity.expiry().getEpochSecond())
                .baseUnit("seconds")
                .description("When the authority that signs expires, in seconds since 1970.")
                .register(registry);
        Gauge.builder(
                        "socketbridge.authorities.trusted",
                        () -> identity.trusted().size())
                .description("How many authorities are trusted: more than one while one takes another's place.")
                .register(registry);
    }
}
