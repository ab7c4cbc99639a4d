package io.socketbridge.operator.reconcile;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.socketbridge.operator.identity.OperatorIdentity;
import io.socketbridge.operator.observe.World;
import io.socketbridge.operator.plan.Bridge;
import io.socketbridge.operator.plan.NamespaceView;
import io.socketbridge.operator.plan.ObservedPod;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Makes a namespace be as its bridges want it: trust first, then admission, then the pods that were there before. It goes
 * by what is there and not by what happened, so a bridge needs no finalizer: what one has left behind is found by its
 * traces, also after a restart, and deleting in any order gets stuck nowhere.
 */
@ApplicationScoped
class NamespaceReconciler {

    private static final Logger LOG = Logger.getLogger(NamespaceReconciler.class);

    /** A rollout of a hundred pods makes hundreds of changes, of which many can be looked at together. */
    private static final Duration GATHERING = Duration.ofMillis(20);

    private static final Duration RETRY = Duration.ofSeconds(2);

    /** What others have done to our objects is put right so often. */
    private static final Duration RESYNC = Duration.ofMinutes(10);

    private final World world;
    private final OperatorIdentity identity;
    private final Trust trust;
    private final Admission admission;
    private final Rollouts rollouts;
    /** Whether there are other authorities that not everybody has been told of yet; owned by the worker. */
    private boolean distributing;

    private final Set<String> waiting = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService worker = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("namespaces").factory());

    @Inject
    NamespaceReconciler(World world, OperatorIdentity identity, Trust trust, Admission admission, Rollouts rollouts) {
        this.world = world;
        this.identity = identity;
        this.trust = trust;
        this.admission = admission;
        this.rollouts = rollouts;
    }

    void start(@Observes @Priority(200) StartupEvent event) {
        world.onChange(namespace -> reconcile(namespace, GATHERING));
        identity.onChange(() -> later(this::trustOthers, Duration.ZERO));
        worker.execute(this::resync);
    }

    void stop(@Observes ShutdownEvent event) {
        worker.shutdownNow();
    }

    private void resync() {
        try {
            admission.forget();
            trust.discover();
            admission.ensure(world.bridgedNamespaces());
            world.bridgedNamespaces().forEach(namespace -> reconcile(namespace, Duration.ZERO));
            world.injectedNamespaces().forEach(namespace -> reconcile(namespace, Duration.ZERO));
            trust.namespaces().forEach(namespace -> reconcile(namespace, Duration.ZERO));
            later(this::resync, RESYNC);
        } catch (RuntimeException e) {
            if (!worker.isShutdown()) {
                LOG.errorf(e, "taking stock of the cluster failed; next attempt in %s", RETRY);
                later(this::resync, RETRY);
            }
        }
    }

    /** There are other authorities than there were. */
    private void trustOthers() {
        admission.forget();
        trust.forget();
        distributing = true;
        trust.namespaces().forEach(namespace -> reconcile(namespace, Duration.ZERO));
        tellIfDistributed();
    }

    private void tellIfDistributed() {
        boolean nobody = trust.namespaces().isEmpty();
        if (distributing && (nobody || (trust.isEverywhere() && admission.isWritten()))) {
            distributing = false;
            identity.distributed();
        }
    }

    private void reconcile(String namespace, Duration delay) {
        if (!worker.isShutdown() && waiting.add(namespace)) {
            later(() -> attempt(namespace), delay);
        }
    }

    /** The task sees to its own failures. */
    private void later(Runnable task, Duration delay) {
        if (worker.isShutdown()) {
            return;
        }
        var _ = worker.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void attempt(String namespace) {
        waiting.remove(namespace);
        try {
            reconcile(world.view(namespace));
            tellIfDistributed();
        } catch (RuntimeException e) {
            if (!worker.isShutdown() && !isTerminating(e)) {
                LOG.warnf(e, "namespace %s: reconciliation failed; next attempt in %s", namespace, RETRY);
                reconcile(namespace, RETRY);
            }
        }
    }

    /** Nothing can be made any more in a namespace that goes away, and nothing needs to. */
    private static boolean isTerminating(RuntimeException e) {
        return e instanceof KubernetesClientException refused
                && refused.getStatus() != null
                && refused.getStatus().getDetails() != null
                && refused.getStatus().getDetails().getCauses().stream()
                        .anyMatch(cause -> "NamespaceTerminating".equals(cause.getReason()));
    }

    private void reconcile(NamespaceView view) {
        boolean bridged = view.bridges().stream().anyMatch(Bridge::isAccepted);
        boolean inUse = view.pods().stream()
                .filter(pod -> !pod.finished())
                .map(ObservedPod::injected)
                .anyMatch(injected -> injected.isPresent());
        if (bridged || inUse) {
            trust.ensure(view.namespace());
        }
        admission.ensure(world.bridgedNamespaces());
        rollouts.ensure(view);
        if (!bridged && !inUse) {
            trust.remove(view.namespace());
        }
    }
}
