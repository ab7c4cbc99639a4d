package io.socketbridge.operator.plan;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that is known of one namespace at one moment.
 *
 * @param namespace its name
 * @param bridges its bridges
 * @param pods its pods
 * @param reports the last report of each sidecar, by its pod's unique id
 * @param trustDomain that of its pods' SPIFFE IDs
 */
public record NamespaceView(
        String namespace,
        List<Bridge> bridges,
        List<ObservedPod> pods,
        Map<String, SidecarReport> reports,
        String trustDomain) {

    public NamespaceView {
        bridges = List.copyOf(bridges);
        pods = List.copyOf(pods);
        reports = Map.copyOf(reports);
    }

    /** What a pod needs. */
    public PodPlan planFor(ObservedPod pod) {
        return PodPlan.of(bridges, pod.labels());
    }

    /** What the pod's sidecar last said. */
    public Optional<SidecarReport> reportOf(ObservedPod pod) {
        return Optional.ofNullable(reports.get(pod.uid()));
    }

    /** The live pods that serve a bridge. */
    public List<ObservedPod> serversOf(Bridge bridge) {
        return bridge.server() instanceof Server.Pods server
                ? pods.stream()
                        .filter(pod -> pod.isLive() && server.selector().matches(pod.labels()))
                        .toList()
                : List.of();
    }
}
