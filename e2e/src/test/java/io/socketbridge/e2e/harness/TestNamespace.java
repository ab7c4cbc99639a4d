package io.socketbridge.e2e.harness;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * A namespace for one test class. It enforces the {@code restricted} Pod Security Standard, a failure in it leaves a
 * dump of everything in it, and it goes with the class.
 */
public final class TestNamespace
        implements BeforeAllCallback,
                AfterAllCallback,
                TestExecutionExceptionHandler,
                LifecycleMethodExecutionExceptionHandler {

    private static final boolean KEEP_FAILED = Boolean.getBoolean("e2e.keepFailed");

    private final String name;
    private final String podSecurity;
    private boolean failed;

    private TestNamespace(String name, String podSecurity) {
        this.name = name;
        this.podSecurity = podSecurity;
    }

    /** One whose name begins so. */
    public static TestNamespace named(String prefix) {
        byte[] suffix = new byte[3];
        new Random().nextBytes(suffix);
        return new TestNamespace("e2e-" + prefix + "-" + HexFormat.of().formatHex(suffix), "restricted");
    }

    /** The same for pods that may do anything: those that watch, and are no app. */
    public TestNamespace withoutPodSecurity() {
        return new TestNamespace(name, "privileged");
    }

    public String name() {
        return name;
    }

    /** Applies a resource as {@code kubectl apply --server-side} would. */
    public void apply(HasMetadata... resources) {
        for (HasMetadata resource : resources) {
            client().resource(resource)
                    .inNamespace(name)
                    .patch(new PatchContext.Builder()
                            .withPatchType(PatchType.SERVER_SIDE_APPLY)
                            .withFieldManager("e2e")
                            .withForce(true)
                            .build());
        }
    }

    /** Applies resources written in YAML. */
    public void apply(String yaml) {
        client().load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
                .items()
                .forEach(this::apply);
    }

    /** Deletes a Deployment, and waits until its pods are gone. */
    public void deleteDeployment(String deployment) {
        client().apps().deployments().inNamespace(name).withName(deployment).delete();
        Await.until(
                "the pods of " + deployment + " to go",
                () -> allPods(deployment).isEmpty());
    }

    /** A bridge of this namespace. */
    public Bridge bridge(String bridge) {
        return new Bridge(name, bridge);
    }

    /** Waits for the one ready pod of an app, all others of it being gone. */
    public AppPod pod(String app) {
        return pods(app, 1).getFirst();
    }

    /** Waits for so many ready pods of an app, all others of it being gone. */
    public List<AppPod> pods(String app, int count) {
        return Await.forValue(
                        count + " ready pods of app " + app + " in " + name,
                        () -> allPods(app),
                        pods -> pods.size() == count && pods.stream().allMatch(AppPod::isReady))
                .stream()
                .map(AppPod::new)
                .toList();
    }

    /** Waits for so many ready pods of an app, each with a sidecar, all others of it being gone. */
    public List<AppPod> bridgedPods(String app, int count) {
        return Await.forValue(
                        count + " ready pods of app " + app + " with a sidecar in " + name,
                        () -> allPods(app),
                        pods -> pods.size() == count
                                && pods.stream()
                                        .allMatch(pod -> AppPod.isReady(pod)
                                                && AppPod.sidecarOf(pod).isPresent()))
                .stream()
                .map(AppPod::new)
                .toList();
    }

    /** Waits for the one ready pod of an app, which has a sidecar. */
    public AppPod bridgedPod(String app) {
        return bridgedPods(app, 1).getFirst();
    }

    /** All pods of an app, whatever state they are in. */
    public List<Pod> allPods(String app) {
        return client().pods().inNamespace(name).withLabel("app", app).list().getItems();
    }

    /** All pods. */
    public List<Pod> allPods() {
        return client().pods().inNamespace(name).list().getItems();
    }

    public KubernetesClient client() {
        return Cluster.get().client();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        client().resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .addToLabels(Map.of(
                                "pod-security.kubernetes.io/enforce", podSecurity,
                                "pod-security.kubernetes.io/warn", podSecurity,
                                "socketbridge.io/test", "e2e"))
                        .endMetadata()
                        .build())
                .create();
        Await.until(
                "the default service account of " + name,
                () -> client().serviceAccounts()
                                .inNamespace(name)
                                .withName("default")
                                .get()
                        != null);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (!(failed && KEEP_FAILED)) {
            assertThat(client().namespaces().withName(name).delete())
                    .as("namespace %s deleted", name)
                    .isNotEmpty();
        }
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw dumped(context, failure);
    }

    @Override
    public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw dumped(context, failure);
    }

    @Override
    public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw dumped(context, failure);
    }

    private Throwable dumped(ExtensionContext context, Throwable failure) {
        failed = true;
        try {
            Diagnostics.dump(name, context.getRequiredTestClass().getSimpleName() + "." + context.getDisplayName());
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
        return failure;
    }
}
