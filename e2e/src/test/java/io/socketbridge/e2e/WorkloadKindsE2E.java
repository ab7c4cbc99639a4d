package io.socketbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.socketbridge.e2e.harness.AppPod;
import io.socketbridge.e2e.harness.Await;
import io.socketbridge.e2e.harness.Cluster;
import io.socketbridge.e2e.harness.RedisApp;
import io.socketbridge.e2e.harness.TestNamespace;
import io.socketbridge.e2e.harness.Workload;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Everything that makes pods: Deployments and the like are rolled, the rest gets a sidecar with its next pod. */
class WorkloadKindsE2E {

    @RegisterExtension
    static final TestNamespace NAMESPACE = TestNamespace.named("kinds");

    private static final String[] ASK_ONCE = {"redis-cli", "-e", "-s", RedisApp.CLIENT_SOCKET, "set", "asked", "yes"};

    @BeforeAll
    static void startAServerAndItsBridge() {
        // These two are older than the bridge, so both have to be rolled.
        NAMESPACE.apply(
                RedisApp.server("redis")
                        .withVolumeAt("/run/app")
                        .on(Cluster.get().firstNode())
                        .deployment(1),
                Workload.idle("agent").labelled("use", "redis").daemonSet());
        NAMESPACE.pod("redis");
        NAMESPACE.pods("agent", 2);
        NAMESPACE.apply("""
                apiVersion: socketbridge.io/v1alpha1
                kind: SocketBridge
                metadata:
                  name: cache
                spec:
                  type: Stream
                  server:
                    selector: {matchLabels: {app: redis}}
                    path: /run/app/redis.sock
                  clients:
                  - selector: {matchLabels: {use: redis}}
                    path: /sockets/redis.sock
                """);
        NAMESPACE.apply(Workload.running("every-minute", ASK_ONCE)
                .labelled("use", "redis")
                .everyMinute());
        NAMESPACE.bridge("cache").awaitProgrammed();
        NAMESPACE.bridgedPod("redis");
        NAMESPACE.bridge("cache").awaitReady();
    }

    @Test
    void aDaemonSetThatIsOlderThanTheBridgeIsRolledOnEachNode() {
        List<AppPod> agents = NAMESPACE.bridgedPods("agent", 2);
        agents.forEach(RedisApp::awaitAnswer);
        assertThat(agents).extracting(AppPod::node).doesNotHaveDuplicates();
    }

    @Test
    void aPodOfNoWorkloadGetsItsSidecarWhenItIsMade() {
        NAMESPACE.apply(Workload.idle("bare")
                .labelled("use", "redis")
                .on(Cluster.get().secondNode())
                .pod());
        AppPod pod = NAMESPACE.bridgedPod("bare");
        assertThat(pod.sidecar())
                .hasValueSatisfying(
                        sidecar -> assertThat(sidecar.getRestartPolicy()).isEqualTo("Always"));
        RedisApp.awaitAnswer(pod);
    }

    @Test
    void aJobCompletesAlthoughItHasASidecar() {
        NAMESPACE.apply(Workload.running("once", ASK_ONCE)
                .labelled("use", "redis")
                .on(Cluster.get().secondNode())
                .job());
        Job job = Await.forValue(
                "the Job's end",
                () -> NAMESPACE
                        .client()
                        .batch()
                        .v1()
                        .jobs()
                        .inNamespace(NAMESPACE.name())
                        .withName("once")
                        .get(),
                found -> found.getStatus().getCompletionTime() != null
                        || (found.getStatus().getFailed() != null
                                && found.getStatus().getFailed() > 0));
        assertThat(job.getStatus().getSucceeded()).as("%s", job.getStatus()).isEqualTo(1);
        assertThat(NAMESPACE.allPods("once"))
                .singleElement()
                .satisfies(pod -> assertThat(AppPod.sidecarOf(pod)).isPresent());
    }

    @Test
    void aCronJobCompletesAlthoughItHasASidecar() {
        Await.until(
                "a run of the CronJob that succeeds",
                () -> NAMESPACE
                                .client()
                                .batch()
                                .v1()
                                .cronjobs()
                                .inNamespace(NAMESPACE.name())
                                .withName("every-minute")
                                .get()
                                .getStatus()
                                .getLastSuccessfulTime()
                        != null);
        assertThat(NAMESPACE.allPods("every-minute"))
                .allSatisfy(pod -> assertThat(AppPod.sidecarOf(pod)).isPresent());
    }
}
