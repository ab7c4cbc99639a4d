package io.socketbridge.sidecar.health;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import io.socketbridge.sidecar.identity.EnrolmentMeter;
import io.socketbridge.sidecar.identity.Identity;

/** The pod's certificate in Prometheus metrics, read when they are scraped; docs/metrics.md says what each means. */
public final class IdentityMetrics {

    private static final String PREFIX = "socketbridge_certificate_";

    private IdentityMetrics() {}

    /** Adds the metrics to a registry. */
    public static void register(Identity identity, EnrolmentMeter meter, PrometheusRegistry registry) {
        GaugeWithCallback.builder()
                .name(PREFIX + "expiration_timestamp_seconds")
                .unit(Unit.SECONDS)
                .help("When the pod's certificate expires, in seconds since 1970; absent while there is none.")
                .callback(callback -> identity.current()
                        .ifPresent(credentials -> callback.call((double)
                                credentials.leaf().getNotAfter().toInstant().getEpochSecond())))
                .register(registry);
        CounterWithCallback.builder()
                .name(PREFIX + "renewals")
                .help("Certificates obtained, the first among them.")
                .callback(callback -> callback.call((double) meter.obtainedCount()))
                .register(registry);
        CounterWithCallback.builder()
                .name(PREFIX + "failures")
                .help("Attempts to obtain a certificate that failed.")
                .labelNames("reason")
                .callback(callback ->
                        meter.failures().forEach((reason, count) -> callback.call((double) count, reason.label())))
                .register(registry);
    }
}
