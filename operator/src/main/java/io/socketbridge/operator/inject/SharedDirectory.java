package io.socketbridge.operator.inject;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.socketbridge.operator.plan.Fingerprint;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A directory that app and sidecar both see, at the same path.
 *
 * @param forSidecar the sidecar's mount
 * @param forApp the mount of each of the app's containers, unless they have their own
 * @param volume the volume to add to the pod, unless it has it
 */
record SharedDirectory(VolumeMount forSidecar, Optional<VolumeMount> forApp, Optional<Volume> volume) {

    private static final String OWN_VOLUMES = "socketbridge-";

    /** What can be done for a directory. */
    sealed interface Choice {}

    /** It can be shared so. */
    record Chosen(SharedDirectory directory) implements Choice {}

    /** It cannot be shared, and this is why. */
    record Impossible(String problem) implements Choice {}

    /**
     * Takes the volume that the app mounts there, over the directory or one above it, or else a new one.
     *
     * @param path the directory
     * @param spec the pod
     * @param apps all its containers but the sidecar
     */
    static Choice choose(String path, PodSpec spec, List<Container> apps) {
        List<VolumeMount> covering = apps.stream()
                .flatMap(container -> covering(path, container).stream())
                .toList();
        if (covering.isEmpty()
                || covering.stream().allMatch(mount -> mount.getName().equals(ownVolume(path)))) {
            return new Chosen(own(path));
        }
        Optional<String> problem = problemOf(path, spec, covering);
        return problem.isPresent() ? new Impossible(problem.get()) : new Chosen(reused(covering.getFirst()));
    }

    /** Two directories that would need different volumes at one mount point of the sidecar. */
    static List<String> clashesAmong(List<SharedDirectory> directories) {
        Map<String, VolumeMount> byPath = new HashMap<>();
        return directories.stream()
                .map(SharedDirectory::forSidecar)
                .filter(mount -> {
                    VolumeMount there = byPath.putIfAbsent(mount.getMountPath(), mount);
                    return there != null && !isSame(there, mount);
                })
                .map(mount -> "the pod's containers mount different volumes at " + mount.getMountPath()
                        + ", of which the sidecar can have only one: mount the same one there")
                .toList();
    }

    private static Optional<VolumeMount> covering(String path, Container container) {
        return container.getVolumeMounts().stream()
                .filter(mount -> (path + "/").startsWith(withSlash(mount.getMountPath())))
                .max(Comparator.comparingInt(
                        mount -> withSlash(mount.getMountPath()).length()));
    }

    private static String withSlash(String mountPath) {
        return mountPath.endsWith("/") ? mountPath : mountPath + "/";
    }

    private static Optional<String> problemOf(String path, PodSpec spec, List<VolumeMount> covering) {
        VolumeMount first = covering.getFirst();
        String volumeName = "volume '" + first.getName() + "', which the app mounts at " + first.getMountPath() + ",";
        if (covering.stream().anyMatch(mount -> !isSame(mount, first))) {
            return Optional.of("the pod's containers mount different volumes over " + path
                    + ", so that no sidecar can share it with all: mount the same one there");
        }
        if (covering.stream().allMatch(mount -> Boolean.TRUE.equals(mount.getReadOnly()))) {
            return Optional.of(volumeName + " is mounted read-only, so that no socket can be made in " + path
                    + ": mount it writable, or choose a path outside of it");
        }
        if (first.getSubPathExpr() != null) {
            return Optional.of(volumeName + " is mounted with subPathExpr, which only the app's container can expand:"
                    + " use subPath, or choose a path outside of it");
        }
        if (ImageDirectories.hides(first.getMountPath())) {
            return Optional.of(
                    volumeName + " would hide files that the sidecar's image needs: mount it deeper, or choose"
                            + " a path outside of it");
        }
        return spec.getVolumes().stream()
                .filter(volume -> volume.getName().equals(first.getName()))
                .filter(SharedDirectory::isReadOnlyByNature)
                .map(_ -> volumeName
                        + " is read-only by its nature (a ConfigMap, a Secret or the like), so that no socket"
                        + " can be made in " + path + ": choose a path outside of it")
                .findFirst();
    }

    private static boolean isReadOnlyByNature(Volume volume) {
        return volume.getConfigMap() != null
                || volume.getSecret() != null
                || volume.getProjected() != null
                || volume.getDownwardAPI() != null
                || volume.getImage() != null
                || (volume.getPersistentVolumeClaim() != null
                        && Boolean.TRUE.equals(volume.getPersistentVolumeClaim().getReadOnly()));
    }

    private static boolean isSame(VolumeMount one, VolumeMount other) {
        return key(one).equals(key(other));
    }

    private static List<String> key(VolumeMount mount) {
        String subPath = mount.getSubPath() == null ? "" : mount.getSubPath();
        String expression = mount.getSubPathExpr() == null ? "" : mount.getSubPathExpr();
        return List.of(mount.getName(), withSlash(mount.getMountPath()), subPath, expression);
    }

    private static SharedDirectory reused(VolumeMount mount) {
        VolumeMount forSidecar = new VolumeMountBuilder()
                .withName(mount.getName())
                .withMountPath(mount.getMountPath())
                .withSubPath(mount.getSubPath())
                .build();
        return new SharedDirectory(forSidecar, Optional.empty(), Optional.empty());
    }

    private static SharedDirectory own(String path) {
        VolumeMount mount = new VolumeMountBuilder()
                .withName(ownVolume(path))
                .withMountPath(path)
                .build();
        Volume volume = new VolumeBuilder()
                .withName(ownVolume(path))
                .withNewEmptyDir()
                .endEmptyDir()
                .build();
        return new SharedDirectory(mount, Optional.of(mount), Optional.of(volume));
    }

    private static String ownVolume(String path) {
        return OWN_VOLUMES + Fingerprint.of(path).substring(0, 8);
    }
}
