package io.socketbridge.operator.inject;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.socketbridge.contract.ControlStream;
import io.socketbridge.contract.SidecarPod;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** The sidecar's container, and the volume with its token and its trust. */
final class Sidecar {

    /** In every namespace that has a bridge; its key is {@link SidecarPod#TRUST_FILE}. */
    static final String TRUST_CONFIG_MAP = "socketbridge-trust";

    /** For people and NetworkPolicies. It has to be unique in its container alone, so that an app may have one of the same name. */
    private static final String TUNNEL_PORT_NAME = "tunnel";

    private static final String CONTROL_VOLUME = "socketbridge-control";

    /** The kubelet renews a token at 80 % of its life. */
    private static final long TOKEN_SECONDS = 3_600;

    /** Nobody's: for pods that run as root, which the sidecar never does. */
    private static final long NON_ROOT = 65_532;

    private Sidecar() {}

    /** @param raw whether it has to open raw IP sockets */
    static Container container(SidecarTemplate template, PodSpec pod, boolean raw) {
        return new ContainerBuilder()
                .withName(SidecarPod.CONTAINER)
                .withImage(template.image())
                .withImagePullPolicy("IfNotPresent")
                .withRestartPolicy("Always")
                .withArgs("sidecar")
                .addNewPort()
                .withName(TUNNEL_PORT_NAME)
                .withContainerPort(SidecarPod.TUNNEL_PORT)
                .withProtocol("TCP")
                .endPort()
                .addNewEnv()
                .withName(SidecarPod.CONTROL_URLS)
                .withValue(String.join(",", template.controlUrls()))
                .endEnv()
                .addNewEnv()
                .withName(SidecarPod.POD_NAME)
                .withNewValueFrom()
                .withNewFieldRef("v1", "metadata.name")
                .endValueFrom()
                .endEnv()
                .addNewEnv()
                .withName(SidecarPod.POD_NAMESPACE)
                .withNewValueFrom()
                .withNewFieldRef("v1", "metadata.namespace")
                .endValueFrom()
                .endEnv()
                .withStartupProbe(probe("/health/started", 1, 120))
                .withLivenessProbe(probe("/health/live", 10, 3))
                .withNewResources()
                .withRequests(Map.of("cpu", new Quantity("10m"), "memory", new Quantity("64Mi")))
                .withLimits(Map.of("memory", new Quantity("128Mi")))
                .endResources()
                .withSecurityContext(raw ? rawSecurityContext(pod) : securityContext(pod))
                .addNewVolumeMount()
                .withName(CONTROL_VOLUME)
                .withMountPath(SidecarPod.CONTROL_DIRECTORY)
                .withReadOnly(true)
                .endVolumeMount()
                .build();
    }

    static Volume controlVolume() {
        return new VolumeBuilder()
                .withName(CONTROL_VOLUME)
                .withNewProjected()
                .addNewSource()
                .withNewServiceAccountToken(ControlStream.AUDIENCE, TOKEN_SECONDS, SidecarPod.TOKEN_FILE)
                .endSource()
                .addNewSource()
                .withNewConfigMap()
                .withName(TRUST_CONFIG_MAP)
                .addNewItem()
                .withKey(SidecarPod.TRUST_FILE)
                .withPath(SidecarPod.TRUST_FILE)
                .endItem()
                .endConfigMap()
                .endSource()
                .endProjected()
                .build();
    }

    /**
     * No readiness probe: a native sidecar that has started counts as ready, and its readiness would be the pod's, which
     * must not depend on another pod.
     */
    private static Probe probe(String path, int periodSeconds, int failureThreshold) {
        return new ProbeBuilder()
                .withNewHttpGet()
                .withPath(path)
                .withNewPort(SidecarPod.HEALTH_PORT)
                .endHttpGet()
                .withPeriodSeconds(periodSeconds)
                .withFailureThreshold(failureThreshold)
                .withTimeoutSeconds(3)
                .build();
    }

    /** As the app's own user where that is known, so that the permissions of sockets just work; but never as root. */
    private static SecurityContext securityContext(PodSpec pod) {
        var builder = new SecurityContextBuilder()
                .withAllowPrivilegeEscalation(false)
                .withReadOnlyRootFilesystem(true)
                .withRunAsNonRoot(true)
                .withNewCapabilities()
                .addToDrop("ALL")
                .endCapabilities()
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile();
        Optional<PodSecurityContext> ofPod = Optional.ofNullable(pod.getSecurityContext());
        Optional<Long> user = ofContainers(pod)
                .map(SecurityContext::getRunAsUser)
                .filter(Objects::nonNull)
                .findFirst()
                .or(() -> ofPod.map(PodSecurityContext::getRunAsUser));
        Optional<Long> group = ofContainers(pod)
                .map(SecurityContext::getRunAsGroup)
                .filter(Objects::nonNull)
                .findFirst()
                .or(() -> ofPod.map(PodSecurityContext::getRunAsGroup));
        boolean root = user.filter(id -> id == 0).isPresent();
        if (root) {
            return builder.withRunAsUser(NON_ROOT).withRunAsGroup(NON_ROOT).build();
        }
        user.ifPresent(builder::withRunAsUser);
        group.ifPresent(builder::withRunAsGroup);
        return builder.build();
    }

    /**
     * As root, as only root's programs get a capability that is added to a container; and with no other of root's powers. The group is the
     * app's, so that it may use sockets that its group may.
     *
     * @see <a href="https://man7.org/linux/man-pages/man7/capabilities.7.html">capabilities(7)</a>, on execve
     */
    private static SecurityContext rawSecurityContext(PodSpec pod) {
        return new SecurityContextBuilder(securityContext(pod))
                .withRunAsNonRoot(false)
                .withRunAsUser(0L)
                .editCapabilities()
                .addToAdd("NET_RAW")
                .endCapabilities()
                .build();
    }

    private static Stream<SecurityContext> ofContainers(PodSpec pod) {
        return pod.getContainers().stream()
                .filter(container -> container.getSecurityContext() != null)
                .map(container -> container.getSecurityContext());
    }
}
