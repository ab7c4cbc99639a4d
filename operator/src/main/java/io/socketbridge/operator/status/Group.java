package io.socketbridge.operator.status;

import io.socketbridge.api.v1alpha1.PodCounts;
import io.socketbridge.contract.RouteReport;
import io.socketbridge.contract.RouteState;
import io.socketbridge.operator.plan.Conflict;
import io.socketbridge.operator.plan.NamespaceView;
import io.socketbridge.operator.plan.ObservedPod;
import io.socketbridge.operator.plan.PodPlan;
import io.socketbridge.operator.plan.Rollout;
import io.socketbridge.operator.plan.SidecarReport;
import io.socketbridge.operator.select.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The pods of one end of a bridge.
 *
 * @param counts how many
 * @param outdated those that are not as new ones would be
 * @param notReady those that do not serve the bridge, and why
 * @param conflicts what keeps the bridge out of some of them
 */
record Group(PodCounts counts, List<String> outdated, List<PodProblem> notReady, List<NamedConflict> conflicts) {

    /**
     * A conflict in a pod.
     *
     * @param pod the pod's name
     * @param conflict what it is about
     */
    record NamedConflict(String pod, Conflict conflict) {}

    /** The pods that the selector matches, as to the end with this route. */
    static Group of(Selector selector, String routeId, NamespaceView view) {
        List<String> outdated = new ArrayList<>();
        List<PodProblem> notReady = new ArrayList<>();
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
            problemOf(pod, routeId, view).ifPresent(message -> notReady.add(new PodProblem(pod.name(), message)));
        }
        PodCounts counts = new PodCounts(matched, injected, matched - notReady.size(), outdated.size());
        return new Group(counts, outdated, notReady, conflicts);
    }

    private static Optional<String> problemOf(ObservedPod pod, String routeId, NamespaceView view) {
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
        if (route.isEmpty()) {
            return Optional.of("its sidecar does not serve this bridge yet");
        }
        return route.filter(there -> there.state() != RouteState.READY)
                .map(there -> there.message().isEmpty() ? there.state().name() : there.message());
    }
}
