package io.socketbridge.operator.observe;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Which pods have an address of their own, as an index of an informer. */
final class PodAddresses {

    private static final String INDEX = "address";

    private PodAddresses() {}

    /** Has the informer know its pods by their addresses. */
    static void index(SharedIndexInformer<Pod> pods) {
        pods.addIndexers(Map.of(INDEX, PodAddresses::of));
    }

    /** The pods that have an address. */
    static List<Pod> at(String address, SharedIndexInformer<Pod> pods) {
        return pods.getIndexer().byIndex(INDEX, address);
    }

    /** Those of a pod that has ended may be another's by now; those of its node are not its own. */
    private static List<String> of(Pod pod) {
        if (PodReader.isFinished(pod) || Boolean.TRUE.equals(pod.getSpec().getHostNetwork())) {
            return List.of();
        }
        return Optional.ofNullable(pod.getStatus()).map(PodStatus::getPodIPs).stream()
                .flatMap(List::stream)
                .map(PodIP::getIp)
                .flatMap(Stream::ofNullable)
                .toList();
    }
}
