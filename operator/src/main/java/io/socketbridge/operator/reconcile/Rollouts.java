package io.socketbridge.operator.reconcile;

import io.socketbridge.operator.observe.World;
import io.socketbridge.operator.plan.NamespaceView;
import io.socketbridge.operator.plan.ObservedPod;
import io.socketbridge.operator.plan.Rollout;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Replaces pods that are not as new ones would be, by way of the workloads that make them. Pods that no workload makes
 * anew (bare ones, and those of Jobs) are left alone.
 */
@ApplicationScoped
class Rollouts {

    private static final Logger LOG = Logger.getLogger(Rollouts.class);

    private final World world;
    private final Workloads workloads;
    private final Refusals refusals;
    private final Events events;

    @Inject
    Rollouts(World world, Workloads workloads, Refusals refusals, Events events) {
        this.world = world;
        this.workloads = workloads;
        this.refusals = refusals;
        this.events = events;
    }

    /** What to make of pods with the same labels' plan, of one workload. */
    private record Kind(Workload workload, String desired) {}

    void ensure(NamespaceView view) {
        Map<Kind, List<ObservedPod>> outdated = new HashMap<>();
        for (ObservedPod pod : view.pods()) {
            String desired = view.planFor(pod).fingerprint();
            if (pod.isLive()
                    && !Rollout.isCurrent(pod, desired)
                    && refusals.of(view.namespace(), pod, view).isEmpty()) {
                world.pod(view.namespace(), pod.name())
                        .flatMap(workloads::of)
                        .ifPresent(workload -> outdated.computeIfAbsent(
                                        new Kind(workload, desired), _ -> new ArrayList<>())
                                .add(pod));
            }
        }
        outdated.forEach((kind, pods) -> ensure(view.namespace(), kind, pods));
    }

    private void ensure(String namespace, Kind kind, List<ObservedPod> pods) {
        workloads.template(namespace, kind.workload()).ifPresent(template -> {
            switch (Rollout.next(template.rollout(), pods, kind.desired())) {
                case Rollout.Step.Stay() -> {
                    if (template.waitsForReady()) {
                        Rollout.stuck(template.rollout(), pods, kind.desired())
                                .forEach(pod -> replace(namespace, kind.workload(), pod));
                    }
                }
                case Rollout.Step.Annotate(String value) -> roll(namespace, kind.workload(), Optional.of(value));
                case Rollout.Step.Remove() -> roll(namespace, kind.workload(), Optional.empty());
            }
        });
    }

    private void replace(String namespace, Workload workload, ObservedPod pod) {
        if (workloads.evict(namespace, pod.name())) {
            LOG.infof(
                    "evicted pod %s/%s, which is not ready: %s %s would wait for it",
                    namespace, pod.name(), workload.kind(), workload.name());
        }
    }

    private void roll(String namespace, Workload workload, Optional<String> value) {
        workloads.roll(namespace, workload, value);
        LOG.infof("rolling %s %s/%s: %s", workload.kind(), namespace, workload.name(), value.orElse("no bridge"));
        events.rolled(namespace, workload);
    }
}
