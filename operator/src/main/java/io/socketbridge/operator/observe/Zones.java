package io.socketbridge.operator.observe;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.ReducedStateItemStore;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * In which zone each node is. Nodes are watched from when somebody first asks; of each its name and its zone are kept, and no more. Safe
 * for use by many threads.
 */
final class Zones {

    private static final Logger LOG = Logger.getLogger(Zones.class);

    private static final String LABEL = "topology.kubernetes.io/zone";

    private final KubernetesClient client;
    private final Runnable listener;

    /** By the node's name. */
    private final Map<String, String> zones = new ConcurrentHashMap<>();

    /** Set once, by who first asks. */
    private volatile Optional<SharedIndexInformer<Node>> nodes = Optional.empty();

    /** Whether the API server has refused, as where a Role lacks the right. Then all nodes are elsewhere, and it is asked again. */
    private volatile boolean refused;

    /** @param listener is called after a node is in another zone than it was; it must not block */
    Zones(KubernetesClient client, Runnable listener) {
        this.client = client;
        this.listener = listener;
    }

    /** The zones of those nodes that are in one, as far as is known. */
    Map<String, String> known() {
        watch();
        return Map.copyOf(zones);
    }

    /** Whether nobody has asked, or more will not be known soon. */
    boolean isSettled() {
        return refused || nodes.filter(running -> !running.hasSynced()).isEmpty();
    }

    void stop() {
        nodes.ifPresent(SharedIndexInformer::stop);
    }

    private synchronized void watch() {
        if (nodes.isPresent()) {
            return;
        }
        SharedIndexInformer<Node> informer = client.nodes()
                .runnableInformer(0)
                .itemStore(new ReducedStateItemStore<>(
                        ReducedStateItemStore.NAME_KEY_STATE, Node.class, client.getKubernetesSerialization()))
                .exceptionHandler((_, e) -> isRetried(e))
                .addEventHandler(new Handler());
        nodes = Optional.of(informer);
        var _ = informer.start();
    }

    private boolean isRetried(Throwable e) {
        if (!refused) {
            refused = true;
            LOG.warnf(
                    "nodes cannot be watched, trying again; their zones are as they were last known: %s",
                    e.getMessage());
        }
        return true;
    }

    private void put(Node node) {
        refused = false;
        String name = node.getMetadata().getName();
        Optional<String> zone =
                Optional.ofNullable(node.getMetadata().getLabels()).map(labels -> labels.get(LABEL));
        Optional<String> before =
                Optional.ofNullable(zone.isPresent() ? zones.put(name, zone.get()) : zones.remove(name));
        if (!before.equals(zone)) {
            listener.run();
        }
    }

    private final class Handler implements ResourceEventHandler<Node> {

        @Override
        public void onAdd(Node node) {
            put(node);
        }

        @Override
        public void onUpdate(Node old, Node node) {
            put(node);
        }

        @Override
        public void onDelete(Node node, boolean deletedFinalStateUnknown) {
            if (zones.remove(node.getMetadata().getName()) != null) {
                listener.run();
            }
        }
    }
}
