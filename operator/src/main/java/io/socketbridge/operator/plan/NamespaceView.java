package io.socketbridge.operator.plan;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * All that is known of one namespace at one moment.
 *
 * @param namespace its name
 * @param bridges its bridges
 * @param pods its pods
 * @param reports the last report of each sidecar, by its pod's unique id
 * @param zones the zone of each node that is in one, by the node's name; empty where no bridge asks who is near
 * @param trustDomain that of its pods' SPIFFE IDs
 */
public record NamespaceView(
        String namespace,
        List<Bridge> bridges,
        List<ObservedPod> pods,
        Map<String, SidecarReport> reports,
        Map<String, String> zones,
        String trustDomain) {

    public NamespaceView {
        bridges = List.copyOf(bridges);
        pods = List.copyOf(pods);
        reports = Map.copyOf(reports);
        zones = Map.copyOf(zones);
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
        return serversOf(bridge, ObservedPod::isLive);
    }

    /** The pods that serve a bridge, and are going away. */
    List<ObservedPod> endingServersOf(Bridge bridge) {
        return serversOf(bridge, ObservedPod::isEnding);
    }

    private List<ObservedPod> serversOf(Bridge bridge, Predicate<ObservedPod> which) {
        return bridge.server() instanceof Server.Pods server
                ? pods.stream()
                        .filter(which)
                        .filter(pod -> server.selector().matches(pod.labels()))
                        .toList()
                : List.of();
    }
}
