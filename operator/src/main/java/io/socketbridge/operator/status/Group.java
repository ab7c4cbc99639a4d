package io.socketbridge.operator.status;

import io.socketbridge.api.v1alpha1.PodCounts;
import io.socketbridge.contract.RouteReport;
import io.socketbridge.contract.RouteState;
import io.socketbridge.operator.plan.Conflict;
import io.socketbridge.operator.plan.Endpoints;
import io.socketbridge.operator.plan.NamespaceView;
import io.socketbridge.operator.plan.ObservedPod;
import io.socketbridge.operator.plan.PodPlan;
import io.socketbridge.operator.plan.Rollout;
import io.socketbridge.operator.plan.Server;
import io.socketbridge.operator.plan.SidecarReport;
import io.socketbridge.operator.select.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The pods of one end of a bridge.
 *
 * @param counts how many
 * @param outdated those that are not as new ones would be
 * @param notReady those that do not serve the bridge, and why
 * @param remarks what a person should know of those that do
 * @param conflicts what keeps the bridge out of some of them
 */
record Group(
        PodCounts counts,
        List<String> outdated,
        List<PodProblem> notReady,
        List<PodProblem> remarks,
        List<NamedConflict> conflicts) {

    static final Group EMPTY = new Group(new PodCounts(0, 0, 0, 0), List.of(), List.of(), List.of(), List.of());

    /**
     * A conflict in a pod.
     *
     * @param pod the pod's name
     * @param conflict what it is about
     */
    record NamedConflict(String pod, Conflict conflict) {}

    /** The pods that the selector matches, as to the client's end with this route. */
    static Group ofClients(Selector selector, String routeId, NamespaceView view) {
        return of(selector, routeId, view, _ -> true);
    }

    /** The server's pods, as to the end with this route. */
    static Group ofServers(Server.Pods server, String routeId, NamespaceView view) {
        return of(server.selector(), routeId, view, route -> Endpoints.listens(route, server.transport()));
    }

    /**
     * The pods.
     *
     * @param applies whether a route that serves is the bridge's as it is now
     */
    private static Group of(Selector selector, String routeId, NamespaceView view, Predicate<RouteReport> applies) {
        List<String> outdated = new ArrayList<>();
        List<PodProblem> notReady = new ArrayList<>();
        List<PodProblem> remarks = new ArrayList<>();
        List<NamedConflict> conflicts = new ArrayList<>();
        int matched = 0;
        int injected = 0;
        for (ObservedPod pod : view.pods()) {
            if (!pod.isLive() || !selector.matches(pod.labels())) {
                continue;
            }
            matched++;
            injected += pod.injected().isPresent() ? 1 : 0;
            PodPlan plan = view.planFor(pod);
            plan.conflicts().stream()
                    .filter(conflict -> conflict.loser().id().equals(routeId))
                    .forEach(conflict -> conflicts.add(new NamedConflict(pod.name(), conflict)));
            if (!Rollout.isCurrent(pod, plan.fingerprint())) {
                outdated.add(pod.name());
            }
            Optional<String> problem = problemOf(pod, routeId, view, applies);
            problem.or(() -> wordOf(pod, routeId, view))
                    .map(message -> new PodProblem(pod.name(), message))
                    .ifPresent(problem.isPresent() ? notReady::add : remarks::add);
        }
        PodCounts counts = new PodCounts(matched, injected, matched - notReady.size(), outdated.size());
        return new Group(counts, outdated, notReady, remarks, conflicts);
    }

    private static Optional<String> problemOf(
            ObservedPod pod, String routeId, NamespaceView view, Predicate<RouteReport> applies) {
        if (pod.injected().isEmpty()) {
            return Optional.of("it has no sidecar");
        }
        Optional<SidecarReport> report = view.reportOf(pod);
        if (report.isEmpty()) {
            return Optional.of("its sidecar has not reported yet");
        }
        if (!report.get().fresh() && !pod.ready()) {
            return Optional.of("its sidecar has fallen silent");
        }
        Optional<RouteReport> route = report.get().route(routeId);
        if (route.isEmpty() || (route.get().state().serves() && !applies.test(route.get()))) {
            return Optional.of("its sidecar does not serve this bridge yet");
        }
        return route.filter(there -> !there.state().serves()).flatMap(Group::wordOf);
    }

    private static Optional<String> wordOf(ObservedPod pod, String routeId, NamespaceView view) {
        return view.reportOf(pod).flatMap(report -> report.route(routeId)).flatMap(Group::wordOf);
    }

    /** What the sidecar has to say of a route; nothing if all is well. */
    private static Optional<String> wordOf(RouteReport route) {
        if (!route.message().isEmpty()) {
            return Optional.of(route.message());
        }
        return route.state() == RouteState.READY
                ? Optional.empty()
                : Optional.of(route.state().name());
    }
}
