package io.socketbridge.operator.observe;

import io.socketbridge.contract.ControlStream;
import io.socketbridge.contract.Report;
import io.socketbridge.contract.RouteReport;
import io.socketbridge.operator.plan.SidecarReport;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** The last report of each sidecar. Safe for use by many threads. */
final class Reports {

    /** Three missed ones. */
    static final Duration FRESHNESS = ControlStream.REPORT_INTERVAL.multipliedBy(3);

    /** By the pod's unique id. */
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();

    private record Entry(String namespace, SidecarReport report, Instant received) {}

    /** Takes a report; answers whether it says anything new, other than counts of connections. */
    boolean put(String namespace, String podUid, Report report, Instant now) {
        Entry old = entries.put(podUid, new Entry(namespace, new SidecarReport(report, true), now));
        return old == null
                || !old.report().fresh()
                || !states(old.report().report()).equals(states(report))
                || !old.report().report().certificate().equals(report.certificate());
    }

    void remove(String podUid) {
        entries.remove(podUid);
    }

    Map<String, SidecarReport> of(String namespace) {
        Map<String, SidecarReport> reports = new HashMap<>();
        entries.forEach((uid, entry) -> {
            if (entry.namespace().equals(namespace)) {
                reports.put(uid, entry.report());
            }
        });
        return reports;
    }

    /** Marks the reports of sidecars that have fallen silent; answers the namespaces in which there were any. */
    Set<String> age(Instant now) {
        return entries.entrySet().stream()
                .filter(entry -> entry.getValue().report().fresh()
                        && entry.getValue().received().plus(FRESHNESS).isBefore(now))
                .filter(entry -> entries.replace(entry.getKey(), entry.getValue(), stale(entry.getValue())))
                .map(entry -> entry.getValue().namespace())
                .collect(Collectors.toSet());
    }

    private static Entry stale(Entry entry) {
        return new Entry(entry.namespace(), new SidecarReport(entry.report().report(), false), entry.received());
    }

    private static List<RouteReport> states(Report report) {
        return report.routes().stream()
                .map(route -> new RouteReport(route.id(), route.listening(), route.state(), route.message(), 0, 0))
                .toList();
    }
}
