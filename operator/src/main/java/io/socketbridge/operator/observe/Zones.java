package io.socketbridge.operator.observe;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;

/** In which zone each node is. Nodes that cannot be seen are elsewhere. Safe for use by many threads. */
final class Zones {

    private final LabelWatch<Node> nodes;

    /** @param listener is called after a node is in another zone than it was; it must not block */
    Zones(KubernetesClient client, Runnable listener) {
        this.nodes = new LabelWatch<>(client, Node.class, "topology.kubernetes.io/zone", _ -> listener.run());
    }

    /** The zones of those nodes that are in one, as far as is known. */
    Map<String, String> known() {
        return nodes.known();
    }

    /** Whether nobody has asked, or more will not be known soon. */
    boolean isSettled() {
        return nodes.isSettled();
    }

    void stop() {
        nodes.stop();
    }
}
