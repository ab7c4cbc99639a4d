package io.socketbridge.operator.observe;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.ReducedStateItemStore;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * One label of the cluster's objects of one kind. They are watched from when somebody first asks; of each its name and this label are kept,
 * and no more. Safe for use by many threads.
 */
final class LabelWatch<T extends HasMetadata> {

    private static final Logger LOG = Logger.getLogger(LabelWatch.class);

    /** Stands for a label that is not there. */
    private static final String NONE = "";

    private final KubernetesClient client;
    private final Class<T> kind;
    private final String label;
    private final Consumer<String> listener;

    /** By the object's name. */
    private final Map<String, String> values = new ConcurrentHashMap<>();

    /** Set once, by who first asks. */
    private volatile Optional<SharedIndexInformer<T>> informer = Optional.empty();

    /** Whether the API server has refused, as where a Role lacks the right. Then it is asked again. */
    private volatile boolean refused;

    /** @param listener is called with an object's name after its label has become another; it must not block */
    LabelWatch(KubernetesClient client, Class<T> kind, String label, Consumer<String> listener) {
        this.client = client;
        this.kind = kind;
        this.label = label;
        this.listener = listener;
    }

    /** The labels of those objects that have it, as far as is known. */
    Map<String, String> known() {
        watch();
        return values.entrySet().stream()
                .filter(entry -> !entry.getValue().equals(NONE))
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** Whether an object has been seen, and so its label is known, or that it has none. */
    boolean hasSeen(String name) {
        watch();
        return values.containsKey(name);
    }

    /** Whether objects cannot be seen, for want of a right or of an API server. */
    boolean isRefused() {
        return refused;
    }

    /** Whether nobody has asked, or more will not be known soon. */
    boolean isSettled() {
        return refused || informer.filter(running -> !running.hasSynced()).isEmpty();
    }

    void stop() {
        informer.ifPresent(SharedIndexInformer::stop);
    }

    private synchronized void watch() {
        if (informer.isPresent()) {
            return;
        }
        SharedIndexInformer<T> made = client.resources(kind)
                .runnableInformer(0)
                .itemStore(new ReducedStateItemStore<>(
                        ReducedStateItemStore.NAME_KEY_STATE, kind, client.getKubernetesSerialization()))
                .exceptionHandler((_, e) -> isRetried(e))
                .addEventHandler(new Handler());
        informer = Optional.of(made);
        var _ = made.start();
    }

    private boolean isRetried(Throwable e) {
        if (!refused) {
            refused = true;
            LOG.warnf(
                    "objects of the kind %s cannot be watched, trying again; their labels %s are as they were last known: %s",
                    kind.getSimpleName(), label, e.getMessage());
        }
        return true;
    }

    private void put(T object) {
        refused = false;
        String name = object.getMetadata().getName();
        String value = Optional.ofNullable(object.getMetadata().getLabels())
                .map(labels -> labels.get(label))
                .orElse(NONE);
        if (!value.equals(values.put(name, value))) {
            listener.accept(name);
        }
    }

    private final class Handler implements ResourceEventHandler<T> {

        @Override
        public void onAdd(T object) {
            put(object);
        }

        @Override
        public void onUpdate(T old, T object) {
            put(object);
        }

        @Override
        public void onDelete(T object, boolean deletedFinalStateUnknown) {
            String name = object.getMetadata().getName();
            if (values.remove(name) != null) {
                listener.accept(name);
            }
        }
    }
}
