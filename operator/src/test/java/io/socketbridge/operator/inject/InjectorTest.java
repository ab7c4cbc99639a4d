package io.socketbridge.operator.inject;

import static io.socketbridge.operator.plan.Bridges.bridge;
import static io.socketbridge.operator.plan.Bridges.client;
import static io.socketbridge.operator.plan.Bridges.server;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.socketbridge.contract.SocketType;
import io.socketbridge.operator.plan.Bridge;
import io.socketbridge.operator.plan.PodPlan;
import io.socketbridge.operator.plan.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InjectorTest {

    private static final Injector INJECTOR =
            new Injector(new SidecarTemplate("sidecar:1", List.of("https://10.0.0.1:443", "https://operator:443")));

    private static final Bridge DB =
            bridge("db", 1, server("db", "/run/db/db.sock"), client("web", "/sockets/db.sock", "DB_SOCKET"));

    private static final PodPlan WEB = PodPlan.of(List.of(DB), Map.of("app", "web"));

    private static final String PLAIN = """
            containers:
            - {name: app, image: app}
            - {name: helper, image: helper, env: [{name: DB_SOCKET, value: mine}]}
            initContainers:
            - {name: migrate, image: app}
            """;

    @Test
    void theSidecarIsTheFirstInitContainerAndStaysAsLongAsTheApp() {
        Pod pod = injected(PLAIN);

        assertThat(pod.getSpec().getInitContainers())
                .extracting(Container::getName)
                .containsExactly("socketbridge", "migrate");
        Container sidecar = sidecar(pod);
        assertThat(sidecar.getRestartPolicy()).isEqualTo("Always");
        assertThat(sidecar.getArgs()).containsExactly("sidecar");
        assertThat(sidecar.getImage()).isEqualTo("sidecar:1");
        assertThat(sidecar.getStartupProbe().getHttpGet().getPath()).isEqualTo("/health/started");
        assertThat(sidecar.getReadinessProbe()).isNull();
        assertThat(sidecar.getEnv())
                .extracting(EnvVar::getName)
                .containsExactly("SOCKETBRIDGE_CONTROL_URLS", "SOCKETBRIDGE_POD_NAME", "SOCKETBRIDGE_POD_NAMESPACE");
        assertThat(pod.getMetadata().getAnnotations()).containsEntry("socketbridge.io/injected", WEB.fingerprint());
    }

    @Test
    void theSidecarDeclaresThePortOfTunnelsWhateverPortsTheAppHas() {
        for (String spec :
                List.of(PLAIN, "containers: [{name: app, image: a, ports: [{name: tunnel, containerPort: 8080}]}]")) {
            Pod pod = injected(spec);

            assertThat(sidecar(pod).getPorts())
                    .containsExactly(new ContainerPortBuilder()
                            .withName("tunnel")
                            .withContainerPort(15_820)
                            .withProtocol("TCP")
                            .build());
            assertThat(pod.getSpec().getContainers().getFirst().getPorts())
                    .isEqualTo(pod(spec).getSpec().getContainers().getFirst().getPorts());
            assertThat(INJECTOR.inject(pod, WEB)).isEqualTo(new Injection.Done(pod));
        }
    }

    @Test
    void everyContainerSharesANewVolumeAtThePathsDirectory() {
        Pod pod = injected(PLAIN);

        Volume volume = ownVolume(pod);
        assertThat(volume.getEmptyDir()).isNotNull();
        List<Container> all = new ArrayList<>(pod.getSpec().getInitContainers());
        all.addAll(pod.getSpec().getContainers());
        assertThat(all)
                .hasSize(4)
                .allSatisfy(container -> assertThat(container.getVolumeMounts()).anySatisfy(mount -> {
                    assertThat(mount.getName()).isEqualTo(volume.getName());
                    assertThat(mount.getMountPath()).isEqualTo("/sockets");
                }));
    }

    @Test
    void theVariableIsSetWhereTheContainerHasNotItsOwn() {
        Pod pod = injected(PLAIN);

        assertThat(variables(pod.getSpec().getContainers().get(0))).containsEntry("DB_SOCKET", "/sockets/db.sock");
        assertThat(variables(pod.getSpec().getContainers().get(1))).containsEntry("DB_SOCKET", "mine");
        assertThat(variables(pod.getSpec().getInitContainers().get(1))).containsEntry("DB_SOCKET", "/sockets/db.sock");
    }

    @Test
    void theSecondTimeNothingChanges() {
        for (String spec : List.of(PLAIN, MOUNTED, "containers: [{name: app, image: a}]")) {
            Pod once = injected(spec);

            assertThat(INJECTOR.inject(once, WEB)).isEqualTo(new Injection.Done(once));
        }
    }

    @Test
    void aContainerThatAnotherWebhookAddedMeanwhileGetsItsShare() {
        Pod once = injected(PLAIN);
        Pod more = new PodBuilder(once)
                .editSpec()
                .addNewContainer()
                .withName("mesh")
                .endContainer()
                .endSpec()
                .build();

        Pod twice = done(INJECTOR.inject(more, WEB));

        assertThat(twice.getSpec().getContainers().getLast().getVolumeMounts()).hasSize(1);
        assertThat(twice.getSpec().getInitContainers()).isEqualTo(once.getSpec().getInitContainers());
        assertThat(twice.getSpec().getVolumes()).isEqualTo(once.getSpec().getVolumes());
    }

    @Test
    void whatAnotherWebhookDidToTheSidecarIsKept() {
        Pod once = injected(PLAIN);
        Pod changed = new PodBuilder(once)
                .editSpec()
                .editFirstInitContainer()
                .addNewEnv()
                .withName("X")
                .endEnv()
                .endInitContainer()
                .endSpec()
                .build();

        assertThat(INJECTOR.inject(changed, WEB)).isEqualTo(new Injection.Done(changed));
    }

    @Test
    void aPodThatNeedsNothingIsLeftAsItIs() {
        Pod pod = pod(PLAIN);

        assertThat(INJECTOR.inject(pod, PodPlan.of(List.of(), Map.of()))).isEqualTo(new Injection.Done(pod));
    }

    private static final String MOUNTED = """
            containers:
            - name: app
              image: app
              volumeMounts:
              - {name: all, mountPath: /}
              - {name: data, mountPath: /sockets/, subPath: s}
              - {name: deeper, mountPath: /sockets/x}
            - {name: other, image: other}
            volumes:
            - {name: all, emptyDir: {}}
            - {name: data, persistentVolumeClaim: {claimName: data}}
            - {name: deeper, emptyDir: {}}
            """;

    @Test
    void theNearestVolumeThatTheAppMountsThereIsUsedAndNoOther() {
        Pod pod = injected(MOUNTED);

        assertThat(pod.getSpec().getVolumes())
                .extracting(Volume::getName)
                .containsExactly("all", "data", "deeper", "socketbridge-control");
        assertThat(sidecar(pod).getVolumeMounts()).anySatisfy(mount -> {
            assertThat(mount.getName()).isEqualTo("data");
            assertThat(mount.getMountPath()).isEqualTo("/sockets/");
            assertThat(mount.getSubPath()).isEqualTo("s");
            assertThat(mount.getReadOnly()).isNull();
        });
        assertThat(pod.getSpec().getContainers().get(0).getVolumeMounts()).hasSize(3);
        assertThat(pod.getSpec().getContainers().get(1).getVolumeMounts()).isEmpty();
    }

    @Test
    void aVolumeAboveThePathIsUsedWhereTheAppHasIt() {
        Bridge deep = bridge("db", 1, server("db", "/data/run/db/db.sock"), client("x", "/s/x"));
        Injection injection = INJECTOR.inject(pod("""
                        containers: [{name: app, image: a, volumeMounts: [{name: data, mountPath: /data}]}]
                        volumes: [{name: data, emptyDir: {}}]
                        """), PodPlan.of(List.of(deep), Map.of("app", "db")));

        assertThat(sidecar(done(injection)).getVolumeMounts())
                .extracting(VolumeMount::getMountPath)
                .contains("/data")
                .doesNotContain("/data/run/db");
    }

    @Test
    void aVolumeOfAnotherNameBesideThePathIsNotTakenForIt() {
        Pod pod = injected("""
                containers: [{name: app, image: a, volumeMounts: [{name: data, mountPath: /sockets2}]}]
                volumes: [{name: data, emptyDir: {}}]
                """);

        assertThat(ownVolume(pod).getEmptyDir()).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "configMap: {name: c}",
                "secret: {secretName: s}",
                "projected: {}",
                "downwardAPI: {}",
                "persistentVolumeClaim: {claimName: c, readOnly: true}"
            })
    void aVolumeThatCannotHoldASocketIsRefused(String source) {
        assertThat(refused("""
                containers: [{name: app, image: a, volumeMounts: [{name: data, mountPath: /sockets}]}]
                volumes: [{name: data, %s}]
                """.formatted(source)))
                .singleElement()
                .asString()
                .contains(
                        "volume 'data', which the app mounts at /sockets, is read-only by its nature", "choose a path");
    }

    @Test
    void aReadOnlyMountIsRefusedUnlessAnotherContainerMayWrite() {
        assertThat(refused("""
                containers: [{name: app, image: a, volumeMounts: [{name: data, mountPath: /sockets, readOnly: true}]}]
                volumes: [{name: data, emptyDir: {}}]
                """)).singleElement().asString().contains("is mounted read-only");
        injected("""
                containers:
                - {name: app, image: a, volumeMounts: [{name: data, mountPath: /sockets, readOnly: true}]}
                - {name: writer, image: a, volumeMounts: [{name: data, mountPath: /sockets}]}
                volumes: [{name: data, emptyDir: {}}]
                """);
    }

    @Test
    void differentVolumesOverOnePathAreRefused() {
        assertThat(refused("""
                containers:
                - {name: app, image: a, volumeMounts: [{name: one, mountPath: /sockets}]}
                - {name: other, image: a, volumeMounts: [{name: two, mountPath: /sockets}]}
                volumes: [{name: one, emptyDir: {}}, {name: two, emptyDir: {}}]
                """)).singleElement().asString().contains("mount different volumes over /sockets");
    }

    @Test
    void whatTheSidecarCannotExpandOrWouldMissIsRefused() {
        assertThat(refused("""
                containers: [{name: app, image: a, volumeMounts: [{name: one, mountPath: /sockets, subPathExpr: $(X)}]}]
                volumes: [{name: one, emptyDir: {}}]
                """)).singleElement().asString().contains("subPathExpr");
        assertThat(refused("""
                containers: [{name: app, image: a, volumeMounts: [{name: one, mountPath: /}]}]
                volumes: [{name: one, emptyDir: {}}]
                """)).singleElement().asString().contains("would hide files");
    }

    @Test
    void theNetworkOfTheNodeAndATakenNameAreRefusedAndAllIsSaidAtOnce() {
        assertThat(refused("""
                hostNetwork: true
                containers: [{name: socketbridge, image: a}]
                """))
                .hasSize(2)
                .anySatisfy(p -> assertThat(p).contains("hostNetwork"))
                .anySatisfy(p -> assertThat(p).contains("rename it"));
    }

    @Test
    void aSidecarFromAnotherPlanIsReplaced() {
        Pod copied = new PodBuilder(injected(PLAIN))
                .editMetadata()
                .addToAnnotations("socketbridge.io/injected", "old")
                .endMetadata()
                .editSpec()
                .editFirstInitContainer()
                .withImage("evil")
                .endInitContainer()
                .endSpec()
                .build();

        Pod pod = done(INJECTOR.inject(copied, WEB));

        assertThat(pod.getSpec().getInitContainers())
                .extracting(Container::getName)
                .containsExactly("socketbridge", "migrate");
        assertThat(sidecar(pod).getImage()).isEqualTo("sidecar:1");
    }

    @Test
    void anAbstractNameNeedsNoVolume() {
        Bridge abstractly = bridge("db", 1, server("db", "@db"), client("web", "@db"));
        Pod pod = done(INJECTOR.inject(pod(PLAIN), PodPlan.of(List.of(abstractly), Map.of("app", "web"))));

        assertThat(pod.getSpec().getVolumes()).extracting(Volume::getName).containsExactly("socketbridge-control");
        assertThat(pod.getSpec().getContainers().getFirst().getVolumeMounts()).isEmpty();
    }

    @Test
    void theSidecarRunsAsTheAppsUserAndNeverAsRoot() {
        assertThat(user("containers: [{name: a, image: a}]").getRunAsUser()).isNull();
        assertThat(user("containers: [{name: a, image: a, securityContext: {runAsUser: 999, runAsGroup: 99}}]"))
                .satisfies(context -> {
                    assertThat(context.getRunAsUser()).isEqualTo(999);
                    assertThat(context.getRunAsGroup()).isEqualTo(99);
                });
        assertThat(user("{securityContext: {runAsUser: 70}, containers: [{name: a, image: a}]}")
                        .getRunAsUser())
                .isEqualTo(70);
        assertThat(user("{securityContext: {runAsUser: 0}, containers: [{name: a, image: a}]}")
                        .getRunAsUser())
                .isEqualTo(65_532);
        assertThat(
                        user("{securityContext: {runAsUser: 70}, containers: [{name: a, image: a, securityContext: {runAsUser: 0}}]}")
                                .getRunAsUser())
                .isEqualTo(65_532);
    }

    @Test
    void onlyRawSocketsOverIpTakeAPrivilegeAndNoOther() {
        Bridge raw = bridge(
                "db",
                1,
                server(SocketType.RAW, "db", "/run/db/db.sock", new Transport.Ip(253, false)),
                client(SocketType.RAW, "web", "/sockets/db.sock"));
        PodPlan plan = PodPlan.of(List.of(raw), Map.of("app", "web"));
        String spec = """
                securityContext: {runAsNonRoot: true, runAsUser: 999, runAsGroup: 99}
                containers: [{name: a, image: a}]
                """;

        Pod pod = done(INJECTOR.inject(pod(spec), plan));

        SecurityContext context = sidecar(pod).getSecurityContext();
        assertThat(context.getCapabilities().getAdd()).containsExactly("NET_RAW");
        assertThat(context.getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(context.getRunAsUser()).isZero();
        assertThat(context.getRunAsGroup()).isEqualTo(99);
        assertThat(context.getRunAsNonRoot()).isFalse();
        assertThat(context.getAllowPrivilegeEscalation()).isFalse();
        assertThat(context.getReadOnlyRootFilesystem()).isTrue();
        assertThat(context.getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        assertThat(context.getPrivileged()).isNull();
        assertThat(INJECTOR.inject(pod, plan)).isEqualTo(new Injection.Done(pod));
        assertThat(sidecar(injected(spec))
                        .getSecurityContext()
                        .getCapabilities()
                        .getAdd())
                .isEmpty();
    }

    @Test
    void theSidecarStaysWithinTheRestrictedStandard() {
        SecurityContext context = user("containers: [{name: a, image: a}]");

        assertThat(context.getRunAsNonRoot()).isTrue();
        assertThat(context.getAllowPrivilegeEscalation()).isFalse();
        assertThat(context.getReadOnlyRootFilesystem()).isTrue();
        assertThat(context.getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(context.getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    }

    private static SecurityContext user(String spec) {
        return sidecar(injected(spec)).getSecurityContext();
    }

    private static Map<String, String> variables(Container container) {
        return container.getEnv().stream().collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
    }

    private static Volume ownVolume(Pod pod) {
        return pod.getSpec().getVolumes().stream()
                .filter(volume -> volume.getName().matches("socketbridge-[0-9a-f]{8}"))
                .findFirst()
                .orElseThrow();
    }

    private static Container sidecar(Pod pod) {
        return pod.getSpec().getInitContainers().getFirst();
    }

    private static Pod injected(String spec) {
        return done(INJECTOR.inject(pod(spec), WEB));
    }

    private static List<String> refused(String spec) {
        return INJECTOR.inject(pod(spec), WEB) instanceof Injection.Refused refused ? refused.problems() : List.of();
    }

    private static Pod done(Injection injection) {
        if (injection instanceof Injection.Done done) {
            return done.pod();
        }
        throw new AssertionError("not injected: " + injection);
    }

    private static Pod pod(String spec) {
        return Serialization.unmarshal("""
                apiVersion: v1
                kind: Pod
                metadata: {name: web, labels: {app: web}}
                spec:
                %s
                """.formatted(spec.indent(2)), Pod.class);
    }
}
