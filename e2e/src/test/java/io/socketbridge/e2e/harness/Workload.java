package io.socketbridge.e2e.harness;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.CronJobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * An app of one container that keeps to the {@code restricted} Pod Security Standard and knows nothing of bridges.
 *
 * @param name of whatever it becomes, and of its label {@code app}
 * @param image with Redis, Python and socat in it
 * @param node the hostname label of the node to run on; empty for any
 * @param labels of its pods, beside {@code app}
 * @param volumes directories that are volumes of its own
 * @param command what it runs
 * @param adjustment what else is so in its pods
 */
public record Workload(
        String name,
        String image,
        String node,
        Map<String, String> labels,
        List<String> volumes,
        List<String> command,
        Consumer<PodSpec> adjustment) {

    /** The user that the image of the test apps has. */
    private static final long APP_USER = 65533;

    public Workload {
        labels = Map.copyOf(labels);
        volumes = List.copyOf(volumes);
        command = List.copyOf(command);
    }

    /** A workload that runs a command. */
    public static Workload running(String name, String... command) {
        return new Workload(
                name, System.getProperty("e2e.image"), "", Map.of(), List.of(), List.of(command), spec -> {});
    }

    /** A workload that does nothing by itself, for commands to be run in it. */
    public static Workload idle(String name) {
        return running(name, "sleep", "infinity");
    }

    /** The same on one node only. */
    public Workload on(String hostname) {
        return new Workload(name, image, hostname, labels, volumes, command, adjustment);
    }

    /** The same with a volume of its own at a directory. */
    public Workload withVolumeAt(String directory) {
        return new Workload(name, image, node, labels, List.of(directory), command, adjustment);
    }

    /** The same with another label on its pods. */
    public Workload labelled(String key, String value) {
        return new Workload(name, image, node, Map.of(key, value), volumes, command, adjustment);
    }

    /** The same with something else in the specification of its pods, which has one container by then. */
    public Workload with(Consumer<PodSpec> anotherAdjustment) {
        return new Workload(name, image, node, labels, volumes, command, adjustment.andThen(anotherAdjustment));
    }

    public Deployment deployment(int replicas) {
        return new DeploymentBuilder()
                .withMetadata(metadata())
                .withNewSpec()
                .withReplicas(replicas)
                .withNewSelector()
                .withMatchLabels(Map.of("app", name))
                .endSelector()
                .withTemplate(template("Always"))
                .endSpec()
                .build();
    }

    /** One whose pods change only when somebody deletes them. */
    public StatefulSet statefulSetUpdatedOnDelete() {
        return new StatefulSetBuilder()
                .withMetadata(metadata())
                .withNewSpec()
                .withReplicas(1)
                .withServiceName(name)
                .withNewUpdateStrategy()
                .withType("OnDelete")
                .endUpdateStrategy()
                .withNewSelector()
                .withMatchLabels(Map.of("app", name))
                .endSelector()
                .withTemplate(template("Always"))
                .endSpec()
                .build();
    }

    public DaemonSet daemonSet() {
        return new DaemonSetBuilder()
                .withMetadata(metadata())
                .withNewSpec()
                .withNewSelector()
                .withMatchLabels(Map.of("app", name))
                .endSelector()
                .withTemplate(template("Always"))
                .endSpec()
                .build();
    }

    public Pod pod() {
        return new PodBuilder()
                .withMetadata(metadata())
                .withSpec(template("Always").getSpec())
                .build();
    }

    public Job job() {
        return new JobBuilder()
                .withMetadata(metadata())
                .withNewSpec()
                .withBackoffLimit(0)
                .withTemplate(template("Never"))
                .endSpec()
                .build();
    }

    public CronJob everyMinute() {
        return new CronJobBuilder()
                .withMetadata(metadata())
                .withNewSpec()
                .withSchedule("* * * * *")
                .withConcurrencyPolicy("Forbid")
                .withNewJobTemplate()
                .withNewSpec()
                .withBackoffLimit(0)
                .withTemplate(template("Never"))
                .endSpec()
                .endJobTemplate()
                .endSpec()
                .build();
    }

    private ObjectMeta metadata() {
        return new ObjectMetaBuilder().withName(name).withLabels(podLabels()).build();
    }

    private Map<String, String> podLabels() {
        Map<String, String> all = new HashMap<>(labels);
        all.put("app", name);
        return all;
    }

    private PodTemplateSpec template(String restartPolicy) {
        PodTemplateSpecBuilder template = new PodTemplateSpecBuilder()
                .withNewMetadata()
                .withLabels(podLabels())
                .endMetadata()
                .withNewSpec()
                .withRestartPolicy(restartPolicy)
                // The shells and sleeps of these apps ignore SIGTERM, being process 1.
                .withTerminationGracePeriodSeconds(1L)
                .withNewSecurityContext()
                .withRunAsNonRoot(true)
                .withRunAsUser(APP_USER)
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .endSecurityContext()
                .addNewContainer()
                .withName("app")
                .withImage(image)
                .withImagePullPolicy("IfNotPresent")
                .withCommand(command)
                .withNewResources()
                .withRequests(Map.of("cpu", new Quantity("10m"), "memory", new Quantity("32Mi")))
                .endResources()
                .withNewSecurityContext()
                .withAllowPrivilegeEscalation(false)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .endSecurityContext()
                .endContainer()
                .endSpec();
        if (!node.isEmpty()) {
            template.editSpec()
                    .withNodeSelector(Map.of("kubernetes.io/hostname", node))
                    .endSpec();
        }
        for (String directory : volumes) {
            String volume = "volume" + directory.replace('/', '-');
            template.editSpec()
                    .addNewVolume()
                    .withName(volume)
                    .withNewEmptyDir()
                    .endEmptyDir()
                    .endVolume()
                    .editFirstContainer()
                    .addNewVolumeMount()
                    .withName(volume)
                    .withMountPath(directory)
                    .endVolumeMount()
                    .endContainer()
                    .endSpec();
        }
        PodTemplateSpec built = template.build();
        adjustment.accept(built.getSpec());
        return built;
    }
}
