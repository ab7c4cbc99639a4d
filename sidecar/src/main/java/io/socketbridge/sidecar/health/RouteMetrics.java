package io.socketbridge.sidecar.health;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.socketbridge.sidecar.control.ActiveRoute;
import io.socketbridge.sidecar.control.RouteTable;
import io.socketbridge.sidecar.relay.Meter;
import java.util.Locale;
import java.util.function.ToLongFunction;

/** The routes' meters as Prometheus metrics, read when they are scraped. */
public final class RouteMetrics {

    private static final String[] LABELS = {"bridge", "role", "route"};

    private RouteMetrics() {}

    /** Adds the metrics of these routes to a registry. */
    public static void register(RouteTable routes, PrometheusRegistry registry) {
        counter(registry, routes, "connections_opened", "Connections accepted.", Meter::openedCount);
        counter(registry, routes, "to_target_bytes", "Bytes carried to the target.", Meter::bytesToTarget);
        counter(registry, routes, "from_target_bytes", "Bytes carried from the target.", Meter::bytesFromTarget);
        GaugeWithCallback.builder()
                .name("socketbridge_connections_active")
                .help("Connections open now.")
                .labelNames(LABELS)
                .callback(callback -> routes.routes()
                        .forEach(route -> callback.call(route.meter().activeCount(), labels(route))))
                .register(registry);
        CounterWithCallback.builder()
                .name("socketbridge_connections_reset")
                .help("Connections ended by a reset, by reason.")
                .labelNames("bridge", "role", "route", "reason")
                .callback(callback -> routes.routes()
                        .forEach(route -> route.meter()
                                .resets()
                                .forEach((reason, count) -> callback.call(
                                        (double) count.sum(),
                                        route.route().bridge(),
                                        role(route),
                                        route.route().id(),
                                        reason.label()))))
                .register(registry);
        CounterWithCallback.builder()
                .name("socketbridge_connections_failed")
                .help("Connections for which no target was reached, by reason.")
                .labelNames("bridge", "role", "route", "reason")
                .callback(callback -> routes.routes()
                        .forEach(route -> route.meter()
                                .failures()
                                .forEach((reason, count) -> callback.call(
                                        (double) count.sum(),
                                        route.route().bridge(),
                                        role(route),
                                        route.route().id(),
                                        reason))))
                .register(registry);
        GaugeWithCallback.builder()
                .name("socketbridge_route_ready")
                .help("1 where connections are taken, else 0.")
                .labelNames(LABELS)
                .callback(callback ->
                        routes.routes().forEach(route -> callback.call(route.isReady() ? 1 : 0, labels(route))))
                .register(registry);
    }

    private static void counter(
            PrometheusRegistry registry, RouteTable routes, String name, String help, ToLongFunction<Meter> value) {
        CounterWithCallback.builder()
                .name("socketbridge_" + name)
                .help(help)
                .labelNames(LABELS)
                .callback(callback -> routes.routes()
                        .forEach(route -> callback.call((double) value.applyAsLong(route.meter()), labels(route))))
                .register(registry);
    }

    private static String[] labels(ActiveRoute route) {
        return new String[] {route.route().bridge(), role(route), route.route().id()};
    }

    private static String role(ActiveRoute route) {
        return route.route().role().name().toLowerCase(Locale.ROOT);
    }
}
