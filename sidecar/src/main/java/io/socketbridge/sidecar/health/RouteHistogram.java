package io.socketbridge.sidecar.health;

import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.Unit;
import io.socketbridge.sidecar.control.RouteTable;
import io.socketbridge.sidecar.relay.Histogram;
import io.socketbridge.sidecar.relay.Meter;
import java.util.function.Function;

/**
 * A histogram of durations of each route.
 *
 * @param name without its unit
 * @param help one sentence
 * @param routes that are measured
 * @param histogram of a route's meter
 */
record RouteHistogram(String name, String help, RouteTable routes, Function<Meter, Histogram> histogram)
        implements Collector {

    @Override
    public MetricSnapshot collect() {
        HistogramSnapshot.Builder snapshot = HistogramSnapshot.builder()
                .name(name + "_" + Unit.SECONDS)
                .unit(Unit.SECONDS)
                .help(help);
        routes.routes().forEach(route -> {
            Histogram measured = histogram.apply(route.meter());
            snapshot.dataPoint(HistogramDataPointSnapshot.builder()
                    .labels(Labels.of(RouteMetrics.labelNames(), RouteMetrics.labels(route)))
                    .classicHistogramBuckets(ClassicHistogramBuckets.of(Histogram.boundsSeconds(), measured.counts()))
                    .sum(measured.sumSeconds())
                    .build());
        });
        return snapshot.build();
    }
}
