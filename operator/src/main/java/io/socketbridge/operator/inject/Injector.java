package io.socketbridge.operator.inject;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.socketbridge.contract.SidecarPod;
import io.socketbridge.operator.plan.PodPlan;
import io.socketbridge.operator.plan.Rollout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Puts sidecar, volumes and variables into a pod. Pure, and the second time changes nothing, so that the API server may
 * call the webhook as often as it likes.
 */
public final class Injector {

    private final SidecarTemplate template;

    /** Injects sidecars made from the template. */
    public Injector(SidecarTemplate template) {
        this.template = template;
    }

    /** The pod as its plan wants it. */
    public Injection inject(Pod pod, PodPlan plan) {
        if (plan.isEmpty()) {
            return new Injection.Done(pod);
        }
        List<String> problems = new ArrayList<>(problemsOf(pod));
        List<SharedDirectory> directories = new ArrayList<>();
        for (String path : plan.directories()) {
            SharedDirectory.Choice choice = SharedDirectory.choose(path, pod.getSpec(), appContainers(pod));
            switch (choice) {
                case SharedDirectory.Chosen chosen -> directories.add(chosen.directory());
                case SharedDirectory.Impossible impossible -> problems.add(impossible.problem());
            }
        }
        problems.addAll(SharedDirectory.clashesAmong(directories));
        return problems.isEmpty()
                ? new Injection.Done(injected(pod, plan, directories))
                : new Injection.Refused(problems);
    }

    private static List<String> problemsOf(Pod pod) {
        List<String> problems = new ArrayList<>();
        if (Boolean.TRUE.equals(pod.getSpec().getHostNetwork())) {
            problems.add(
                    "the pod uses the network of its node (hostNetwork), where its sidecar's ports would clash with"
                            + " those of others: remove hostNetwork, or take the pod out of the bridge's selector");
        }
        boolean namesake = Stream.concat(
                        pod.getSpec().getContainers().stream(),
                        pod.getSpec().getInitContainers().stream().filter(Predicate.not(Injector::isSidecar)))
                .anyMatch(container -> container.getName().equals(SidecarPod.CONTAINER));
        if (namesake) {
            problems.add("the pod has a container named '" + SidecarPod.CONTAINER
                    + "' of its own, which is the sidecar's name: rename it");
        }
        return problems;
    }

    private Pod injected(Pod pod, PodPlan plan, List<SharedDirectory> directories) {
        Pod result = new PodBuilder(pod).build();
        var spec = result.getSpec();
        Container sidecar = spec.getInitContainers().stream()
                .filter(Injector::isSidecar)
                .filter(there -> plan.fingerprint().equals(annotation(pod)))
                .findFirst()
                .orElseGet(() -> Sidecar.container(template, spec, plan.needsRawSockets()));
        List<Container> initContainers = new ArrayList<>();
        boolean placed = false;
        for (Container container : spec.getInitContainers()) {
            if (isSidecar(container)) {
                initContainers.add(withMounts(
                        sidecar,
                        directories.stream().map(SharedDirectory::forSidecar).toList()));
                placed = true;
            } else {
                initContainers.add(forApp(container, plan, directories));
            }
        }
        if (!placed) {
            initContainers.addFirst(withMounts(
                    sidecar,
                    directories.stream().map(SharedDirectory::forSidecar).toList()));
        }
        spec.setInitContainers(initContainers);
        spec.setContainers(spec.getContainers().stream()
                .map(container -> forApp(container, plan, directories))
                .toList());
        List<Volume> volumes = new ArrayList<>(spec.getVolumes());
        Stream.concat(
                        Stream.of(Sidecar.controlVolume()),
                        directories.stream().flatMap(directory -> directory.volume().stream()))
                .filter(volume ->
                        volumes.stream().noneMatch(there -> there.getName().equals(volume.getName())))
                .forEach(volumes::add);
        spec.setVolumes(volumes);
        return new PodBuilder(result)
                .editOrNewMetadata()
                .addToAnnotations(Rollout.INJECTED_ANNOTATION, plan.fingerprint())
                .endMetadata()
                .build();
    }

    private static Container forApp(Container container, PodPlan plan, List<SharedDirectory> directories) {
        Container result = withMounts(
                container,
                directories.stream()
                        .flatMap(directory -> directory.forApp().stream())
                        .toList());
        List<EnvVar> environment = new ArrayList<>(result.getEnv());
        for (Map.Entry<String, String> variable : plan.environment().entrySet()) {
            if (environment.stream().noneMatch(there -> there.getName().equals(variable.getKey()))) {
                environment.add(new EnvVar(variable.getKey(), variable.getValue(), null));
            }
        }
        result.setEnv(environment);
        return result;
    }

    private static Container withMounts(Container container, List<VolumeMount> wanted) {
        List<VolumeMount> mounts = new ArrayList<>(container.getVolumeMounts());
        for (VolumeMount mount : wanted) {
            if (mounts.stream().noneMatch(there -> there.getMountPath().equals(mount.getMountPath()))) {
                mounts.add(mount);
            }
        }
        return new ContainerBuilder(container).withVolumeMounts(mounts).build();
    }

    private static List<Container> appContainers(Pod pod) {
        return Stream.concat(
                        pod.getSpec().getInitContainers().stream().filter(Predicate.not(Injector::isSidecar)),
                        pod.getSpec().getContainers().stream())
                .toList();
    }

    private static boolean isSidecar(Container initContainer) {
        return initContainer.getName().equals(SidecarPod.CONTAINER)
                && "Always".equals(initContainer.getRestartPolicy());
    }

    private static String annotation(Pod pod) {
        Map<String, String> annotations = pod.getMetadata().getAnnotations();
        return annotations == null ? "" : annotations.getOrDefault(Rollout.INJECTED_ANNOTATION, "");
    }
}
