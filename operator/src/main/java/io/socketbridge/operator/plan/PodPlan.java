package io.socketbridge.operator.plan;

import io.socketbridge.contract.UnixAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What one pod needs: the ends of bridges that are in it, and those that had to be left out.
 *
 * @param ends the ends, older bridges first
 * @param conflicts the ends that were left out, and why
 */
public record PodPlan(List<End> ends, List<Conflict> conflicts) {

    /** The fingerprint of a pod that needs nothing. */
    public static final String NOTHING = "none";

    public PodPlan {
        ends = List.copyOf(ends);
        conflicts = List.copyOf(conflicts);
    }

    /** The plan for a pod with these labels, in the namespace that all these bridges are of. */
    public static PodPlan of(List<Bridge> bridges, Map<String, String> podLabels) {
        List<Bridge> selecting = bridges.stream()
                .filter(Bridge::isAccepted)
                .sorted(Bridge.BY_AGE)
                .toList();
        Claims claims = new Claims(selecting.stream()
                .flatMap(bridge -> demandedPort(bridge, podLabels).stream())
                .toList());
        for (Bridge bridge : selecting) {
            if (bridge.server() instanceof Server.Pods pods && pods.selector().matches(podLabels)) {
                claims.server(bridge, pods);
            }
            for (int i = 0; i < bridge.clients().size(); i++) {
                if (bridge.clients().get(i).selector().matches(podLabels)) {
                    claims.client(new End.ClientEnd(bridge, i));
                }
            }
        }
        return new PodPlan(claims.ends, claims.conflicts);
    }

    private static Optional<Integer> demandedPort(Bridge bridge, Map<String, String> podLabels) {
        return bridge.server() instanceof Server.Pods pods && pods.selector().matches(podLabels)
                ? pods.transport().demand().map(Transport.Demand::port).filter(port -> port > 0)
                : Optional.empty();
    }

    /** Whether the pod needs nothing of us. */
    public boolean isEmpty() {
        return ends.isEmpty();
    }

    /** The directories that app and sidecar have to share, in order. */
    public List<String> directories() {
        TreeSet<String> directories = new TreeSet<>();
        for (End end : ends) {
            directoryOf(end.path()).ifPresent(directories::add);
        }
        return List.copyOf(directories);
    }

    /** The environment variables that the app's containers get. */
    public Map<String, String> environment() {
        Map<String, String> environment = new TreeMap<>();
        for (End end : ends) {
            if (end instanceof End.ClientEnd client) {
                client.client()
                        .pathEnv()
                        .ifPresent(name -> environment.put(name, client.path().name()));
            }
        }
        return environment;
    }

    /** Whether the sidecar has to open raw IP sockets, and so needs the capability {@code NET_RAW}. */
    public boolean needsRawSockets() {
        return ends.stream().anyMatch(end -> end.bridge().needsRawSockets());
    }

    /**
     * Equal for plans that make the same pod of a pod, whatever the sidecar's image and manners: a running pod with
     * another one has to be replaced, and only such a pod.
     */
    public String fingerprint() {
        return isEmpty()
                ? NOTHING
                : Fingerprint.of(directories() + " " + environment() + (needsRawSockets() ? " raw" : ""));
    }

    private static Optional<String> directoryOf(UnixAddress address) {
        return address.isAbstract()
                ? Optional.empty()
                : Optional.of(address.name().substring(0, address.name().lastIndexOf('/')));
    }
}
