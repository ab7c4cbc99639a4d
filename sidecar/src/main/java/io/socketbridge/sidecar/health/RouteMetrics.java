package io.socketbridge.sidecar.health;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import io.socketbridge.contract.RouteState;
import io.socketbridge.sidecar.control.ActiveRoute;
import io.socketbridge.sidecar.control.RouteTable;
import io.socketbridge.sidecar.relay.Meter;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** The routes' meters as Prometheus metrics, read when they are scraped; docs/metrics.md says what each means. */
public final class RouteMetrics {

    private static final String PREFIX = "socketbridge_";
    private static final String[] LABELS = {"bridge", "role", "route"};

    private final RouteTable routes;
    private final PrometheusRegistry registry;

    private RouteMetrics(RouteTable routes, PrometheusRegistry registry) {
        this.routes = routes;
        this.registry = registry;
    }

    /** Adds the metrics of these routes to a registry. */
    public static void register(RouteTable routes, PrometheusRegistry registry) {
        RouteMetrics metrics = new RouteMetrics(routes, registry);
        metrics.connections();
        metrics.traffic();
        metrics.flows();
        metrics.trouble();
        metrics.states();
        metrics.handshakes();
        RecordMetrics.register(routes, registry);
    }

    private void connections() {
        counter("connections_opened", "Connections accepted.", Meter::openedCount);
        gauge("connections_active", "Connections open now.", Meter::activeCount);
        counters("connections_failed", "reason", "Connections that were never joined to a target.", Meter::failures);
        counters(
                "connections_reset",
                "reason",
                "Connections ended by a reset of both sides.",
                meter -> meter.resets().entrySet().stream()
                        .collect(Collectors.toMap(each -> each.getKey().label(), Map.Entry::getValue)));
        counters(
                "connections_denied",
                "reason",
                "Connections through tunnels from somebody who may not connect.",
                Meter::denied);
        gauge(
                "connections_at_limit",
                "1 while as many connections are open as may be, and others wait in the backlog; else 0.",
                meter -> meter.isAtLimit() ? 1 : 0);
        counter(
                "connections_limit_reached",
                "How often as many connections were open as may be.",
                Meter::limitReachedCount);
        registry.register(new RouteHistogram(
                PREFIX + "connect_duration",
                "From the acceptance of a connection to its being joined to a target.",
                routes,
                Meter::connectTime));
        registry.register(new RouteHistogram(
                PREFIX + "connection_duration",
                "From the acceptance of a connection to its end.",
                routes,
                Meter::duration));
    }

    private void traffic() {
        byDirection("bytes", Unit.BYTES, "Bytes carried.", Meter::bytesToTarget, Meter::bytesFromTarget);
        byDirection(
                "backpressure_seconds",
                Unit.SECONDS,
                "Time for which connections waited for a side that took no more.",
                Meter::blockedToTargetSeconds,
                Meter::blockedFromTargetSeconds);
    }

    private void flows() {
        perRoute(
                "flows_aged",
                "Flows of datagrams that ended since nothing was sent either way for as long as they may rest.",
                route -> route.meters().flows().agedCount());
        perRoute(
                "flows_evicted",
                "Flows of datagrams that ended to make room for another, when there were as many as may be.",
                route -> route.meters().flows().evictedCount());
    }

    private void trouble() {
        counters("dial_failures", "reason", "Attempts to connect to a target that failed.", Meter::dialFailures);
        counter(
                "target_ejections",
                "How often a target was passed over for a while, as connecting to it failed again and again.",
                Meter::targetsEjectedCount);
        counters("accept_errors", "errno", "Connections that could not be accepted.", Meter::acceptErrors);
        counters(
                "proxy_headers_rejected",
                "reason",
                "Connections reset since they did not begin with a PROXY protocol header as they have to.",
                Meter::headersRejected);
        counter("app_socket_recreated", "How often the app made its socket anew.", Meter::socketsRecreatedCount);
    }

    private void handshakes() {
        CounterWithCallback.builder()
                .name(PREFIX + "tunnel_handshakes")
                .help("Those who have connected to begin a tunnel to this pod, by what became of it.")
                .labelNames("result")
                .callback(callback -> routes.handshakes().forEach((result, count) -> callback.call(count, result)))
                .register(registry);
    }

    private void states() {
        GaugeWithCallback.builder()
                .name(PREFIX + "route_state")
                .help("1 for the state that the route is in, 0 for the others.")
                .labelNames(with("state"))
                .callback(callback -> each((route, labels) -> {
                    RouteState now = route.state();
                    for (RouteState state : RouteState.values()) {
                        callback.call(state == now ? 1 : 0, with(labels, word(state)));
                    }
                }))
                .register(registry);
    }

    private void counter(String name, String help, ToDoubleFunction<Meter> value) {
        perRoute(name, help, route -> value.applyAsDouble(route.meter()));
    }

    private void perRoute(String name, String help, ToDoubleFunction<ActiveRoute> value) {
        CounterWithCallback.builder()
                .name(PREFIX + name)
                .help(help)
                .labelNames(LABELS)
                .callback(callback -> each((route, labels) -> callback.call(value.applyAsDouble(route), labels)))
                .register(registry);
    }

    private void counters(String name, String label, String help, Function<Meter, Map<String, Long>> values) {
        CounterWithCallback.builder()
                .name(PREFIX + name)
                .help(help)
                .labelNames(with(label))
                .callback(callback -> each((route, labels) ->
                        values.apply(route.meter()).forEach((key, count) -> callback.call(count, with(labels, key)))))
                .register(registry);
    }

    private void byDirection(
            String name, Unit unit, String help, ToDoubleFunction<Meter> toTarget, ToDoubleFunction<Meter> fromTarget) {
        CounterWithCallback.builder()
                .name(PREFIX + name)
                .unit(unit)
                .help(help)
                .labelNames(with("direction"))
                .callback(callback -> each((route, labels) -> {
                    callback.call(toTarget.applyAsDouble(route.meter()), with(labels, "to_target"));
                    callback.call(fromTarget.applyAsDouble(route.meter()), with(labels, "from_target"));
                }))
                .register(registry);
    }

    private void gauge(String name, String help, ToDoubleFunction<Meter> value) {
        GaugeWithCallback.builder()
                .name(PREFIX + name)
                .help(help)
                .labelNames(LABELS)
                .callback(
                        callback -> each((route, labels) -> callback.call(value.applyAsDouble(route.meter()), labels)))
                .register(registry);
    }

    private void each(BiConsumer<ActiveRoute, String[]> measured) {
        routes.routes().forEach(route -> measured.accept(route, labels(route)));
    }

    static String[] labelNames() {
        return LABELS.clone();
    }

    static String[] labels(ActiveRoute route) {
        return new String[] {
            route.route().bridge(), word(route.route().role()), route.route().id()
        };
    }

    static String[] with(String label) {
        return with(LABELS, label);
    }

    static String[] with(String[] labels, String last) {
        String[] all = Arrays.copyOf(labels, labels.length + 1);
        all[labels.length] = last;
        return all;
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
