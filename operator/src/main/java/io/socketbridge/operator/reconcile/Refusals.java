package io.socketbridge.operator.reconcile;

import io.socketbridge.operator.inject.Injection;
import io.socketbridge.operator.inject.Injector;
import io.socketbridge.operator.observe.World;
import io.socketbridge.operator.plan.NamespaceView;
import io.socketbridge.operator.plan.ObservedPod;
import io.socketbridge.operator.status.PodProblem;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;

/** Why pods run without a sidecar that they should have: the webhook's own reasons, found again. */
@ApplicationScoped
class Refusals {

    private final World world;
    private final Injector injector;

    @Inject
    Refusals(World world, Injector injector) {
        this.world = world;
        this.injector = injector;
    }

    List<PodProblem> of(String namespace, ObservedPod pod, NamespaceView view) {
        if (pod.injected().isPresent()) {
            return List.of();
        }
        return world.pod(namespace, pod.name())
                .map(full -> injector.inject(full, view.planFor(pod)))
                .map(injection -> switch (injection) {
                    case Injection.Done _ -> List.<PodProblem>of();
                    case Injection.Refused refused ->
                        refused.problems().stream()
                                .map(problem -> new PodProblem(pod.name(), problem))
                                .toList();
                })
                .orElse(List.of());
    }
}
