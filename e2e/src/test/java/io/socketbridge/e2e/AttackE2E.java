package io.socketbridge.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.socketbridge.e2e.harness.AppPod;
import io.socketbridge.e2e.harness.Await;
import io.socketbridge.e2e.harness.Cluster;
import io.socketbridge.e2e.harness.Intruder;
import io.socketbridge.e2e.harness.Script;
import io.socketbridge.e2e.harness.TestNamespace;
import io.socketbridge.e2e.harness.Workload;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pods that want what is not theirs, and get none of it, while the one whose it is goes on having it. */
class AttackE2E {

    @RegisterExtension
    static final TestNamespace NAMESPACE = TestNamespace.named("attack");

    @RegisterExtension
    static final TestNamespace ELSEWHERE = TestNamespace.named("elsewhere");

    private static final String SERVER_SOCKET = "/run/app/app.sock";
    private static final String CLIENT_SOCKET = "/sockets/app.sock";
    private static final String ACCOUNT = "web";
    private static final String STOLEN = "/tmp/stolen";
    private static final String ANSWER = "/tmp/answer";

    /** A bridge is not known to exist by what is said to those who may not use it. */
    private static final List<String> DENIED = List.of("cleartext refused", "tls1.2 refused", "tls1.3 reset 1");

    private static AppPod server;
    private static AppPod client;

    /** Has the bridge, and not the service account. */
    private static AppPod clerk;

    /** Has no bridge. */
    private static Intruder stranger;

    /** Has another bridge, as a client, and the right service account. */
    private static Intruder neighbour;

    @BeforeAll
    static void letOneIn() {
        bridge(NAMESPACE, "app", "app", "  access: {serviceAccounts: [" + ACCOUNT + "]}");
        bridge(NAMESPACE, "other", "other", "");
        NAMESPACE.apply(new ServiceAccountBuilder()
                .withNewMetadata()
                .withName(ACCOUNT)
                .endMetadata()
                .build());
        Cluster cluster = Cluster.get();
        NAMESPACE.apply(
                Workload.running("server", Script.python("echo.py", SERVER_SOCKET))
                        .on(cluster.firstNode())
                        .deployment(1),
                privileged(Intruder.workload("client")).labelled("use", "app").pod(),
                privileged(Intruder.workload("neighbour"))
                        .labelled("use", "other")
                        .pod(),
                Intruder.workload("clerk").labelled("use", "app").pod(),
                Intruder.workload("stranger").pod());
        server = NAMESPACE.bridgedPod("server");
        client = NAMESPACE.bridgedPod("client");
        clerk = NAMESPACE.bridgedPod("clerk");
        stranger = Intruder.in(NAMESPACE.pod("stranger"));
        neighbour = Intruder.in(NAMESPACE.bridgedPod("neighbour"));
    }

    @AfterEach
    void whoMayConnectStillDoes() {
        Await.untilAsserted(
                "the client's answers",
                () -> assertThat(client.exec(Script.python("repeat.py", CLIENT_SOCKET, "hello", "20"))
                                .output())
                        .isEqualTo("20"));
    }

    /** Which also shows that an attempt can succeed, and that the others do not fail for another reason. */
    @Test
    void whoMayConnectMayDoSoByHand() {
        Intruder self = Intruder.in(client);
        assertThat(self.enter(server, "app")).containsExactly("cleartext refused", "tls1.2 refused", "tls1.3 refused");
        assertThat(self.enrol(Intruder.OWN_TOKEN, "client")).isEqualTo("200");
        assertThat(self.enterCertified(server, "app"))
                .containsExactly("cleartext refused", "tls1.2 refused", "tls1.3 accepted");
        assertThat(self.enterCertified(server, "other"))
                .as("its certificate names one bridge")
                .isEqualTo(DENIED);
    }

    @Test
    void aPodWithoutABridgeGetsNeitherInNorACertificate() {
        assertThat(stranger.enter(server, "app"))
                .containsExactly("cleartext refused", "tls1.2 refused", "tls1.3 refused");
        assertThat(stranger.enrol(Intruder.OWN_TOKEN, "client")).isEqualTo("403");
    }

    @Test
    void aClientOfAnotherBridgeIsNotLetIn() {
        assertThat(neighbour.enrol(Intruder.OWN_TOKEN, "client")).isEqualTo("200");
        assertThat(neighbour.enterCertified(server, "app")).isEqualTo(DENIED);
    }

    @Test
    void aClientOfABridgeOfTheSameNameInAnotherNamespaceIsNotLetIn() {
        bridge(ELSEWHERE, "app", "app", "");
        ELSEWHERE.apply(Intruder.workload("outsider").labelled("use", "app").pod());
        Intruder outsider = Intruder.in(ELSEWHERE.bridgedPod("outsider"));

        assertThat(outsider.enter(server, "app"))
                .containsExactly("cleartext refused", "tls1.2 refused", "tls1.3 refused");
        assertThat(outsider.enrol(Intruder.OWN_TOKEN, "client")).isEqualTo("200");
        assertThat(outsider.certified())
                .contains("client.app." + ELSEWHERE.name())
                .doesNotContain(NAMESPACE.name());
        assertThat(outsider.enterCertified(server, "app")).isEqualTo(DENIED);
    }

    @Test
    void aClientWithAnotherServiceAccountIsNotLetIn() {
        assertThat(clerk.sh("socat -t 10 - UNIX-CONNECT:" + CLIENT_SOCKET + " <<< hello")
                        .stdout())
                .isEmpty();
        Intruder byHand = Intruder.in(clerk);
        assertThat(byHand.enrol(Intruder.OWN_TOKEN, "client")).isEqualTo("200");
        assertThat(byHand.enterCertified(server, "app")).isEqualTo(DENIED);
    }

    @Test
    void aTokenIsOfNoUseToAnotherPod() {
        String token = Intruder.in(client).read(Intruder.OWN_TOKEN);
        for (Intruder thief : List.of(stranger, neighbour)) {
            thief.keep(STOLEN, token);
            assertThat(thief.enrol(STOLEN, "client")).isEqualTo("403");
            assertThat(thief.ask("GET", "/control/v1/snapshots", STOLEN, "", "", ANSWER))
                    .isEqualTo("403");
        }
    }

    @Test
    void whoAsksInAnothersNameGetsWhatIsItsOwn() {
        assertThat(neighbour.enrol(Intruder.OWN_TOKEN, "client.app." + NAMESPACE.name() + ".socketbridge.internal"))
                .isEqualTo("200");
        assertThat(neighbour.certified())
                .contains("CN = neighbour", "client.other." + NAMESPACE.name())
                .doesNotContain("client.app.");
    }

    @Test
    void withoutATokenForTheOperatorNothingIsTold() {
        for (String path : List.of("/control/v1/snapshots", "/control/v1/reports", "/control/v1/certificates")) {
            String method = path.endsWith("snapshots") ? "GET" : "POST";
            for (String token : List.of("", Intruder.API_TOKEN)) {
                assertThat(neighbour.ask(method, path, token, "", "", ANSWER))
                        .as("%s with '%s'", path, token)
                        .isEqualTo("401");
            }
        }
        assertThat(stranger.ask("GET", "/control/v1/snapshots", Intruder.OWN_TOKEN, "", "", ANSWER))
                .isEqualTo("403");
        assertThat(stranger.read(ANSWER)).isEqualTo("this pod has no bridge");
    }

    /** Anybody can ask what the API server asks; the answer is a suggestion, and what the bridges say of such a pod. */
    @Test
    void aForgedAdmissionReviewChangesNothing() {
        List<String> before = pods();
        stranger.keep("/tmp/review", """
                {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {
                  "uid": "1", "kind": {"group": "", "version": "v1", "kind": "Pod"}, "operation": "CREATE",
                  "namespace": "%s", "name": "forged",
                  "object": {"apiVersion": "v1", "kind": "Pod",
                    "metadata": {"name": "forged", "labels": {"use": "app"}},
                    "spec": {"containers": [{"name": "app", "image": "app"}]}}}}""".formatted(NAMESPACE.name()));
        assertThat(stranger.ask("POST", "/admission/pods", "", "application/json", "/tmp/review", ANSWER))
                .isEqualTo("200");
        assertThat(stranger.read(ANSWER))
                .contains("\"allowed\":true", "\"patch\":")
                .doesNotContain(Intruder.in(client).read(Intruder.OWN_TOKEN))
                .doesNotContain("PRIVATE KEY");
        assertThat(pods()).isEqualTo(before);
    }

    private static List<String> pods() {
        return NAMESPACE.allPods().stream().map(AttackE2E::asMade).toList();
    }

    /** What is said of a pod, and not what has become of it. */
    private static String asMade(Pod pod) {
        return pod.getMetadata().getUid()
                + pod.getMetadata().getLabels()
                + pod.getMetadata().getAnnotations()
                + pod.getSpec();
    }

    private static Workload privileged(Workload workload) {
        return workload.with(spec -> spec.setServiceAccountName(ACCOUNT));
    }

    /** Pods with a label are clients of it. */
    private static void bridge(TestNamespace namespace, String name, String use, String more) {
        namespace.apply("""
                apiVersion: socketbridge.io/v1alpha1
                kind: SocketBridge
                metadata:
                  name: %1$s
                spec:
                  server:
                    selector: {matchLabels: {app: server}}
                    path: /run/app/%1$s.sock
                  clients:
                  - selector: {matchLabels: {use: %2$s}}
                    path: /sockets/%1$s.sock
                %3$s
                """.formatted(name, use, more));
        namespace.bridge(name).awaitProgrammed();
    }
}
