package io.socketbridge.sidecar.health;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import io.socketbridge.sidecar.control.ActiveRoute;
import io.socketbridge.sidecar.control.RouteTable;
import io.socketbridge.sidecar.record.RecordMeter;
import java.util.function.BiConsumer;
import java.util.function.ToLongFunction;

/** What became of the routes' records as Prometheus metrics, read when they are scraped; docs/metrics.md says what each means. */
final class RecordMetrics {

    private static final String PREFIX = "socketbridge_record";

    private final RouteTable routes;
    private final PrometheusRegistry registry;

    private RecordMetrics(RouteTable routes, PrometheusRegistry registry) {
        this.routes = routes;
        this.registry = registry;
    }

    /** Adds the metrics of these routes to a registry. */
    static void register(RouteTable routes, PrometheusRegistry registry) {
        RecordMetrics metrics = new RecordMetrics(routes, registry);
        metrics.byDirection(
                CounterWithCallback.builder().name(PREFIX + "s").help("Records read from apps, and written to them."),
                RecordMeter::readRecords,
                RecordMeter::writtenRecords);
        metrics.byDirection(
                CounterWithCallback.builder()
                        .name(PREFIX + "_bytes")
                        .unit(Unit.BYTES)
                        .help("Their payloads' bytes."),
                RecordMeter::readBytes,
                RecordMeter::writtenBytes);
        metrics.truncated();
        metrics.dropped();
    }

    private void byDirection(
            CounterWithCallback.Builder counter,
            ToLongFunction<RecordMeter> read,
            ToLongFunction<RecordMeter> written) {
        counter.labelNames(RouteMetrics.with("direction"))
                .callback(callback -> each((meter, labels) -> {
                    callback.call((double) read.applyAsLong(meter), RouteMetrics.with(labels, "from_app"));
                    callback.call((double) written.applyAsLong(meter), RouteMetrics.with(labels, "to_app"));
                }))
                .register(registry);
    }

    private void truncated() {
        CounterWithCallback.builder()
                .name(PREFIX + "s_truncated")
                .help("Records that were cut to the size that they may have.")
                .labelNames(RouteMetrics.labelNames())
                .callback(callback -> each((meter, labels) -> callback.call((double) meter.truncatedCount(), labels)))
                .register(registry);
    }

    private void dropped() {
        CounterWithCallback.builder()
                .name(PREFIX + "s_dropped")
                .help("Records that were not passed on.")
                .labelNames(RouteMetrics.with("reason"))
                .callback(callback -> each((meter, labels) -> meter.dropped()
                        .forEach((reason, count) -> callback.call(count, RouteMetrics.with(labels, reason)))))
                .register(registry);
    }

    private void each(BiConsumer<RecordMeter, String[]> measured) {
        for (ActiveRoute route : routes.routes()) {
            measured.accept(route.meters().records(), RouteMetrics.labels(route));
        }
    }
}
