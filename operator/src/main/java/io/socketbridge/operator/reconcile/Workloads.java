package io.socketbridge.operator.reconcile;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.socketbridge.operator.plan.Rollout;
import io.socketbridge.operator.resource.RolloutPatch;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds the workloads that pods belong to, and reads and writes their rollouts. */
@ApplicationScoped
class Workloads {

    private static final Set<String> ROLLED = Set.of("StatefulSet", "DaemonSet");

    private final KubernetesClient client;

    @Inject
    Workloads(KubernetesClient client) {
        this.client = client;
    }

    /** The workload that makes such pods and can replace them, if one does. */
    Optional<Workload> of(Pod pod) {
        return controllerOf(pod.getMetadata().getOwnerReferences()).flatMap(owner -> {
            if (!Workload.API_VERSION.equals(owner.getApiVersion())) {
                return Optional.empty();
            }
            if (ROLLED.contains(owner.getKind())) {
                return Optional.of(new Workload(owner.getKind(), owner.getName()));
            }
            return owner.getKind().equals("ReplicaSet")
                    ? deploymentOf(pod.getMetadata().getNamespace(), owner.getName())
                    : Optional.empty();
        });
    }

    /**
     * A workload's pod template.
     *
     * @param rollout the rollout that it names, if any
     * @param waitsForReady whether the workload replaces its pods by itself, but not before each is ready
     */
    record Template(Optional<String> rollout, boolean waitsForReady) {}

    /** The workload's template, unless the workload is gone. */
    Optional<Template> template(String namespace, Workload workload) {
        return Optional.ofNullable(client.genericKubernetesResources(Workload.API_VERSION, workload.kind())
                        .inNamespace(namespace)
                        .withName(workload.name())
                        .get())
                .map(Workloads::templateOf);
    }

    private static Template templateOf(GenericKubernetesResource workload) {
        String rollout = workload.get("spec", "template", "metadata", "annotations", Rollout.ANNOTATION);
        String strategy = workload.get("spec", "updateStrategy", "type");
        boolean waits = workload.getKind().equals("StatefulSet") && "RollingUpdate".equals(strategy);
        return new Template(Optional.ofNullable(rollout), waits);
    }

    /** Sets the rollout that the workload's template names, or takes it away. */
    void roll(String namespace, Workload workload, Optional<String> value) {
        GenericKubernetesResource patch =
                RolloutPatch.of(Workload.API_VERSION, workload.kind(), namespace, workload.name(), value);
        client.genericKubernetesResources(Workload.API_VERSION, workload.kind())
                .inNamespace(namespace)
                .resource(patch)
                .patch(Ownership.APPLY);
    }

    /** Asks for a pod to be replaced, as far as its disruption budget allows; whether it will be. */
    boolean evict(String namespace, String pod) {
        return client.pods().inNamespace(namespace).withName(pod).evict();
    }

    private Optional<Workload> deploymentOf(String namespace, String replicaSet) {
        ReplicaSet found = client.apps()
                .replicaSets()
                .inNamespace(namespace)
                .withName(replicaSet)
                .get();
        return Optional.ofNullable(found)
                .flatMap(there -> controllerOf(there.getMetadata().getOwnerReferences()))
                .filter(owner ->
                        owner.getKind().equals("Deployment") && Workload.API_VERSION.equals(owner.getApiVersion()))
                .map(owner -> new Workload(owner.getKind(), owner.getName()));
    }

    private static Optional<OwnerReference> controllerOf(List<OwnerReference> owners) {
        return owners.stream()
                .filter(owner -> Boolean.TRUE.equals(owner.getController()))
                .findFirst();
    }
}
