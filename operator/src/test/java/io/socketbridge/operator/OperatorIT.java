package io.socketbridge.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.socketbridge.api.v1alpha1.BridgeCondition;
import io.socketbridge.api.v1alpha1.CertificatesStatus;
import io.socketbridge.api.v1alpha1.EndpointStatus;
import io.socketbridge.api.v1alpha1.SocketBridge;
import io.socketbridge.contract.Access;
import io.socketbridge.contract.CertificateReport;
import io.socketbridge.contract.Limits;
import io.socketbridge.contract.Overflow;
import io.socketbridge.contract.Report;
import io.socketbridge.contract.Role;
import io.socketbridge.contract.Route;
import io.socketbridge.contract.Snapshot;
import io.socketbridge.contract.Target;
import io.socketbridge.contract.Tunnel;
import io.socketbridge.contract.WhenUnavailable;
import io.socketbridge.operator.plan.Rollout;
import io.socketbridge.operator.resource.TrustConfigMap;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The operator and a real API server, with the kubelets and sidecars played by the test. */
@QuarkusTest
@QuarkusTestResource(OperatorOnApiServer.class)
@SuppressWarnings("NullAway.Init") // JUnit and Quarkus set the fields.
class OperatorIT {

    private static final String ZONE = "topology.kubernetes.io/zone";

    private static final AtomicInteger NAMESPACES = new AtomicInteger();

    /** With all rights, and not the operator's; set by {@link OperatorOnApiServer}. */
    KubernetesClient client;

    @ConfigProperty(name = "socketbridge.webhook.url")
    String url;

    private String namespace;
    private TestPods pods;

    @BeforeEach
    void makeNamespace() {
        namespace = "test-" + NAMESPACES.incrementAndGet();
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .build())
                .create();
        client.resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withName("default")
                        .withNamespace(namespace)
                        .endMetadata()
                        .build())
                .create();
        pods = new TestPods(client, namespace);
    }

    @Test
    void aPodThatABridgeSelectsIsInjectedAndOthersAreNot() {
        bridge("db");
        awaitCondition("db", "Programmed", "True");

        Pod client = pods.create(TestPods.pod("web", Map.of("app", "web")));
        Pod stranger = pods.create(TestPods.pod("stranger", Map.of("app", "stranger")));

        assertThat(client.getMetadata().getAnnotations()).containsKey(Rollout.INJECTED_ANNOTATION);
        assertThat(client.getSpec().getInitContainers())
                .extracting(Container::getName)
                .containsExactly("socketbridge");
        assertThat(client.getSpec().getContainers().getFirst().getEnv())
                .anyMatch(variable -> variable.getName().equals("DB_SOCKET")
                        && variable.getValue().equals("/sockets/db.sock"));
        assertThat(stranger.getSpec().getInitContainers()).isEmpty();
        assertThat(webhookNamespaces()).contains(namespace);
        assertThat(client.getSpec().getVolumes()).extracting(v -> v.getName()).contains("socketbridge-control");
    }

    @Test
    void aServerThatComesAndGoesIsToldToItsClientsWithinASecond() {
        bridge("db");
        awaitCondition("db", "Programmed", "True");
        Pod server = pods.start(pods.create(TestPods.pod("db-0", Map.of("app", "db"))), "10.1.2.3");
        Pod web = pods.create(TestPods.pod("web", Map.of("app", "web")));
        try (FakeSidecar serverSidecar = sidecar(server);
                FakeSidecar webSidecar = sidecar(web)) {
            assertThat(serverSidecar.open()).isEqualTo(200);
            Snapshot forServer =
                    serverSidecar.await(snapshot -> !snapshot.routes().isEmpty());
            assertThat(forServer.routes()).singleElement().satisfies(route -> {
                assertThat(route.role()).isEqualTo(Role.SERVER);
                assertThat(route.listen().address()).isEqualTo("tunnel:0.0.0.0:15820");
                assertThat(route.targets()).containsExactly(new Target("unix:/run/db/db.sock", ""));
            });
            assertThat(webSidecar.open()).isEqualTo(200);
            Snapshot first = webSidecar.await(snapshot -> true);
            assertThat(first.routes()).singleElement().satisfies(route -> {
                assertThat(route.listen().address()).isEqualTo("unix:/sockets/db.sock");
                assertThat(route.listen().mode()).isEqualTo("0666");
                assertThat(route.targets()).isEmpty();
            });

            assertThat(serverSidecar.reportReady(forServer)).isEqualTo(204);
            Snapshot served = webSidecar.await(OperatorIT::hasTarget);
            assertThat(targets(served))
                    .singleElement()
                    .satisfies(target -> assertThat(target.address()).isEqualTo("tunnel:10.1.2.3:15820"));
            webSidecar.reportReady(served);
            pods.start(web, "10.1.2.4");
            awaitCondition("db", "Ready", "True");
            assertThat(status("db").getStatus().clientsReady()).isEqualTo("1/1");
            assertThat(status("db").getStatus().endpoints())
                    .containsExactly(new EndpointStatus("db-0", "10.1.2.3:15820"));

            long before = System.nanoTime();
            pods.delete(server);
            webSidecar.await(snapshot -> !hasTarget(snapshot));
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(1));
            awaitCondition("db", "Ready", "False");
        }
    }

    @Test
    void whichServerIsNearIsToldAndToldAgainWhenANodeIsInAnotherZone() {
        node("here", "a");
        node("near", "a");
        node("far", "b");
        bridge("db");
        edit("db", """
                {"trafficDistribution": "PreferClose"}""");
        awaitCondition("db", "Programmed", "True");
        Pod web = pods.create(TestPods.podOn("here", "web", Map.of("app", "web")));
        List<Pod> servers = Stream.of("here", "near", "far")
                .map(node -> pods.start(
                        pods.create(TestPods.podOn(node, "db-" + node, Map.of("app", "db"))),
                        "10.1.2." + node.length()))
                .toList();
        try (FakeSidecar sidecar = sidecar(web)) {
            assertThat(sidecar.open()).isEqualTo(200);
            for (Pod server : servers) {
                try (FakeSidecar serving = sidecar(server)) {
                    assertThat(serving.open()).isEqualTo(200);
                    serving.reportReady(serving.await(snapshot -> true));
                }
            }
            sidecar.await(snapshot -> distances(snapshot).equals(Map.of("db-here", 0, "db-near", 1, "db-far", 2)));

            client.nodes()
                    .withName("near")
                    .edit(node -> new NodeBuilder(node)
                            .editMetadata()
                            .addToLabels(ZONE, "b")
                            .endMetadata()
                            .build());
            sidecar.await(snapshot -> distances(snapshot).equals(Map.of("db-here", 0, "db-near", 2, "db-far", 2)));

            edit("db", """
                    {"trafficDistribution": null}""");
            sidecar.await(snapshot -> distances(snapshot).equals(Map.of("db-here", 0, "db-near", 0, "db-far", 0)));
        }
    }

    @Test
    void aServerThatIsEndingServesOnlyAsLongAsNoOtherDoes() {
        bridge("db");
        awaitCondition("db", "Programmed", "True");
        Pod going = pods.start(pods.create(TestPods.podOn("a-node", "db-0", Map.of("app", "db"))), "10.1.2.3");
        Pod web = pods.create(TestPods.pod("web", Map.of("app", "web")));
        try (FakeSidecar goingSidecar = sidecar(going);
                FakeSidecar webSidecar = sidecar(web)) {
            assertThat(goingSidecar.open()).isEqualTo(200);
            goingSidecar.reportReady(goingSidecar.await(snapshot -> true));
            assertThat(webSidecar.open()).isEqualTo(200);
            webSidecar.await(OperatorIT::hasTarget);

            pods.end(going);
            assertThat(awaitRemark("it is ending").status()).isEqualTo("False");
            assertThat(status("db").getStatus().endpoints())
                    .containsExactly(new EndpointStatus("db-0", "10.1.2.3:15820"));

            Pod other = pods.start(pods.create(TestPods.pod("db-1", Map.of("app", "db"))), "10.1.2.4");
            try (FakeSidecar otherSidecar = sidecar(other)) {
                assertThat(otherSidecar.open()).isEqualTo(200);
                otherSidecar.reportReady(otherSidecar.await(snapshot -> true));
                assertThat(targets(
                                webSidecar.await(snapshot -> distances(snapshot).containsKey("db-1"))))
                        .extracting(Target::name)
                        .containsExactly("db-1");
            }
        }
    }

    @Test
    void whenTheFirstCertificateExpiresIsInTheStatusAndOneThatIsNotRenewedIsTold() {
        bridge("db");
        awaitCondition("db", "Programmed", "True");
        Pod web = pods.start(pods.create(TestPods.pod("web", Map.of("app", "web"))), "10.1.2.4");
        try (FakeSidecar sidecar = sidecar(web)) {
            assertThat(sidecar.open()).isEqualTo(200);
            Snapshot snapshot = sidecar.await(there -> true);
            long now = Instant.now().getEpochSecond();
            sidecar.post(new Report(
                    snapshot.revision(), "test", List.of(), new CertificateReport(now + 3_600, now + 7_200)));
            awaitCondition("db", "Certified", "True");
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(status("db").getStatus().certificates())
                            .isEqualTo(new CertificatesStatus(
                                    Instant.ofEpochSecond(now + 7_200).toString())));

            sidecar.post(new Report(snapshot.revision(), "test", List.of(), new CertificateReport(now - 10, now + 14)));
            assertThat(awaitCondition("db", "Certified", "False").reason()).isEqualTo("CertificateExpiring");
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(eventReasons()).contains("CertificateExpiring"));
            // Nothing happens but that time goes by.
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(condition("db", namespace, "Certified"))
                            .hasValueSatisfying(
                                    condition -> assertThat(condition.reason()).isEqualTo("CertificateExpired")));
        }
    }

    @Test
    void aSidecarThatServesIsKeptWaitingUntilTheServersHaveReported() {
        bridge("db");
        awaitCondition("db", "Programmed", "True");
        Pod server = pods.start(pods.create(TestPods.pod("db-0", Map.of("app", "db"))), "10.1.2.3");
        Pod web = pods.start(pods.create(TestPods.pod("web", Map.of("app", "web"))), "10.1.2.4");
        try (FakeSidecar serverSidecar = sidecar(server);
                FakeSidecar webSidecar = sidecar(web)) {
            await().until(() -> webSidecar.open() == 200);
            serverSidecar.open();
            Snapshot forServer =
                    serverSidecar.await(snapshot -> !snapshot.routes().isEmpty());

            assertThat(webSidecar.hasSnapshot()).isFalse();
            serverSidecar.reportReady(forServer);
            assertThat(hasTarget(webSidecar.await(snapshot -> true))).isTrue();
        }
    }

    @Test
    void onlyAPodsOwnTokenOpensItsStream() {
        bridge("db");
        awaitCondition("db", "Programmed", "True");
        Pod stranger = pods.create(TestPods.pod("stranger", Map.of("app", "stranger")));
        Pod web = pods.create(TestPods.pod("web", Map.of("app", "web")));
        try (FakeSidecar nobody = new FakeSidecar(URI.create(url), trust(), "not-a-token");
                FakeSidecar strange = sidecar(stranger);
                FakeSidecar web1 = sidecar(web)) {
            assertThat(nobody.open()).isEqualTo(401);
            assertThat(strange.open()).isEqualTo(403);
            assertThat(web1.postRaw("no json")).isEqualTo(400);
            assertThat(web1.postRaw(" ".repeat(2_000_000))).isEqualTo(413);
        }
    }

    @Test
    void workloadsThatRanBeforeAreRolledOnceAndAgainWhenTheBridgeIsGone() {
        Deployment deployment = deployment("web");
        pods.create(ownedPod("web-1", deployment, Map.of()));

        bridge("db");
        await().untilAsserted(() -> assertThat(rollout("web")).isPresent());
        String rolled = rollout("web").orElseThrow();
        awaitCondition("db", "Programmed", "False");
        pods.delete(TestPods.pod("web-1", Map.of()));
        Pod replaced = pods.create(ownedPod("web-2", deployment, Map.of(Rollout.ANNOTATION, rolled)));
        assertThat(replaced.getMetadata().getAnnotations()).containsEntry(Rollout.INJECTED_ANNOTATION, rolled);
        awaitCondition("db", "Programmed", "True");
        assertThat(rollout("web")).contains(rolled);

        client.resource(status("db")).delete();
        await().untilAsserted(() -> assertThat(rollout("web")).isEmpty());
        assertThat(trustConfigMap()).isPresent();
        pods.delete(replaced);
        pods.create(ownedPod("web-3", deployment, Map.of()));
        await().untilAsserted(() -> assertThat(trustConfigMap()).isEmpty());
        await().untilAsserted(() -> assertThat(webhookNamespaces()).doesNotContain(namespace));
    }

    @Test
    void changedLimitsReachARunningSidecarAndRollNothing() {
        Deployment deployment = deployment("web");
        bridge("db");
        awaitCondition("db", "Programmed", "True");
        Pod web = pods.create(ownedPod("web-1", deployment, Map.of()));
        try (FakeSidecar sidecar = sidecar(web)) {
            assertThat(sidecar.open()).isEqualTo(200);
            assertThat(sidecar.await(snapshot -> true).routes()).singleElement().satisfies(route -> {
                assertThat(route.limits()).isEqualTo(Limits.DEFAULT);
                assertThat(route.whenUnavailable()).isEqualTo(WhenUnavailable.REFUSE);
                assertThat(route.accessLogPercent()).isZero();
            });

            edit("db", """
                    {"limits": {"maxConnections": 7, "idleTimeout": "1h30m"}, "whenUnavailable": "Wait",
                     "accessLog": {"samplePercent": 5}}""");

            assertThat(sidecar.await(snapshot -> true).routes()).singleElement().satisfies(route -> {
                assertThat(route.limits())
                        .as("what the schema says where nothing is said is what the sidecar does then")
                        .isEqualTo(new Limits(
                                7,
                                Limits.DEFAULT.connectTimeoutMillis(),
                                5_400_000,
                                Limits.DEFAULT.drainTimeoutMillis(),
                                Limits.DEFAULT.deadPeerTimeoutMillis(),
                                0));
                assertThat(route.whenUnavailable()).isEqualTo(WhenUnavailable.WAIT);
                assertThat(route.accessLogPercent()).isEqualTo(5);
            });
            await().until(() -> Long.valueOf(2).equals(status("db").getStatus().observedGeneration()));
            await().during(Duration.ofSeconds(1)).untilAsserted(() -> {
                assertThat(rollout("web")).isEmpty();
                assertThat(condition("db", namespace, "Programmed"))
                        .hasValueSatisfying(
                                programmed -> assertThat(programmed.status()).isEqualTo("True"));
            });
        }
    }

    @Test
    void anotherTransportAndAccessReachBothEndsAndRollNothing() {
        Deployment deployment = deployment("web");
        bridge("db");
        awaitCondition("db", "Programmed", "True");
        Pod server = pods.start(pods.create(TestPods.pod("db-0", Map.of("app", "db"))), "10.1.2.3");
        Pod web = pods.create(ownedPod("web-1", deployment, Map.of()));
        try (FakeSidecar serverSidecar = sidecar(server);
                FakeSidecar webSidecar = sidecar(web)) {
            assertThat(serverSidecar.open()).isEqualTo(200);
            assertThat(webSidecar.open()).isEqualTo(200);
            serverSidecar.reportReady(serverSidecar.await(snapshot -> true));
            webSidecar.await(OperatorIT::hasTarget);

            edit("db", """
                    {"access": {"serviceAccounts": ["web"], "uids": [999]}}""");
            assertThat(serverSidecar.await(snapshot -> true).routes())
                    .singleElement()
                    .satisfies(route -> {
                        String name = "db." + namespace + ".socketbridge.internal";
                        assertThat(route.tunnel())
                                .isEqualTo(new Tunnel(
                                        name,
                                        "client." + name,
                                        List.of("spiffe://cluster.local/ns/" + namespace + "/sa/web"),
                                        new Access(List.of(999L), List.of())));
                    });

            edit("db", """
                    {"access": null, "transport": {"tls": "Disabled"}}""");
            webSidecar.await(snapshot -> !hasTarget(snapshot));
            Snapshot plain = serverSidecar.await(snapshot -> true);
            assertThat(plain.routes()).singleElement().satisfies(route -> {
                assertThat(route.listen().address()).startsWith("tcp:0.0.0.0:2");
                assertThat(route.listen().anyPort()).isTrue();
                assertThat(route.tunnel()).isEqualTo(Tunnel.NONE);
            });
            serverSidecar.reportReady(plain);
            assertThat(targets(webSidecar.await(OperatorIT::hasTarget)))
                    .singleElement()
                    .satisfies(target -> assertThat(target.address()).startsWith("tcp:10.1.2.3:2"));

            await().until(() -> Long.valueOf(3).equals(status("db").getStatus().observedGeneration()));
            assertThat(rollout("web")).isEmpty();
            assertThat(condition("db", namespace, "Programmed"))
                    .hasValueSatisfying(
                            programmed -> assertThat(programmed.status()).isEqualTo("True"));
        }
    }

    @Test
    void whatIsLostIsInTheStatusAndRecordsAreToldToBothEnds() {
        bridge(
                "log",
                "{type: Datagram, transport: {tls: Disabled}, limits: {maxRecordSize: 4Ki}, overflow: DropOldest, "
                        + "server: {selector: {matchLabels: {app: db}}, path: /run/db/db.sock}, "
                        + "clients: [{selector: {matchLabels: {app: web}}, path: /sockets/db.sock}]}",
                namespace);
        awaitCondition("log", "Programmed", "True");
        assertThat(awaitCondition("log", "Lossless", "True").message()).startsWith("Datagram to Datagram: ");
        Pod server = pods.start(pods.create(TestPods.pod("db-0", Map.of("app", "db"))), "10.1.2.3");
        Pod web = pods.create(TestPods.pod("web", Map.of("app", "web")));
        try (FakeSidecar serverSidecar = sidecar(server);
                FakeSidecar webSidecar = sidecar(web)) {
            assertThat(serverSidecar.open()).isEqualTo(200);
            assertThat(webSidecar.open()).isEqualTo(200);
            Snapshot first = serverSidecar.await(snapshot -> true);
            assertThat(first.routes()).singleElement().satisfies(route -> {
                assertThat(route.targets()).containsExactly(new Target("unix-dgram:/run/db/db.sock", ""));
                assertThat(route.records().mostBytes()).isEqualTo(4_096);
                assertThat(route.records().overflow()).isEqualTo(Overflow.DROP_OLDEST);
            });
            serverSidecar.reportReady(first);
            assertThat(webSidecar.await(OperatorIT::hasTarget).routes())
                    .singleElement()
                    .satisfies(route -> {
                        assertThat(route.listen().address()).isEqualTo("unix-dgram:/sockets/db.sock");
                        assertThat(route.limits().idleTimeoutMillis()).isEqualTo(60_000);
                    });

            edit("log", """
                    {"transport": {"protocol": "UDP"}}""");
            assertThat(awaitCondition("log", "Lossless", "False").message())
                    .startsWith("Datagram to Datagram: the network may lose packets");
            Snapshot udp = serverSidecar.await(snapshot -> snapshot.routes().stream()
                    .anyMatch(route -> route.listen().address().startsWith("udp:0.0.0.0:2")));
            serverSidecar.reportReady(udp);
            webSidecar.await(snapshot -> targets(snapshot).stream()
                    .anyMatch(target -> target.address().startsWith("udp:10.1.2.3:2")));
        }
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(eventReasons()).contains("Lossy"));
    }

    @Test
    void rawOverIpIsNotAcceptedWhereThePodsWouldBeTurnedAwayAndIsWhenTheyAreNot() {
        enforce("restricted");
        String spec = "{type: Raw, raw: {ipProtocol: 253}, transport: {protocol: IP, tls: Disabled}, "
                + "server: {selector: {matchLabels: {app: db}}, path: /run/db/db.sock}, "
                + "clients: [{selector: {matchLabels: {app: web}}, path: /sockets/db.sock}]}";
        bridge("raw", spec, namespace);

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(condition("raw", namespace, "Accepted"))
                        .hasValueSatisfying(accepted -> {
                            assertThat(accepted.status()).isEqualTo("False");
                            assertThat(accepted.reason()).isEqualTo("PodSecurityForbids");
                            assertThat(accepted.message())
                                    .contains("NET_RAW")
                                    .contains("pod-security.kubernetes.io/enforce: restricted")
                                    .contains("label the namespace with pod-security.kubernetes.io/enforce=privileged")
                                    .contains("set transport.protocol to TCP");
                        }));
        assertThat(awaitCondition("raw", "Lossless", "Unknown").reason()).isEqualTo("NotAccepted");
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(eventReasons()).contains("PodSecurityForbids"));
        assertThat(webhookNamespaces()).doesNotContain(namespace);

        enforce("privileged");
        awaitCondition("raw", "Programmed", "True");
        Pod web = pods.create(TestPods.pod("web", Map.of("app", "web")));
        assertThat(web.getSpec().getInitContainers())
                .singleElement()
                .satisfies(sidecar -> assertThat(
                                sidecar.getSecurityContext().getCapabilities().getAdd())
                        .containsExactly("NET_RAW"));
    }

    @Test
    void ofTwoBridgesThatClaimOnePathTheYoungerIsToldSo() {
        bridge("older");
        awaitCondition("older", "Programmed", "True");
        pods.create(TestPods.pod("web", Map.of("app", "web")));
        await().pollDelay(Duration.ofMillis(1_100)).until(() -> true); // Ages count in seconds.
        bridge("younger");

        BridgeCondition condition = awaitCondition("younger", "Programmed", "False");
        assertThat(condition.reason()).isEqualTo("PathConflict");
        assertThat(condition.message()).contains("/sockets/db.sock", "older bridge " + namespace + "/older");
        await().untilAsserted(() -> assertThat(client.events()
                        .v1()
                        .events()
                        .inNamespace(namespace)
                        .list()
                        .getItems())
                .anySatisfy(event -> {
                    assertThat(event.getReason()).isEqualTo("PathConflict");
                    assertThat(event.getType()).isEqualTo("Warning");
                    assertThat(event.getRegarding().getName()).isEqualTo("younger");
                }));
    }

    @Test
    void aBridgeInASystemNamespaceIsNotActedOn() {
        bridge("db", "socketbridge-system");

        await().untilAsserted(() -> assertThat(condition("db", "socketbridge-system", "Accepted"))
                .hasValueSatisfying(condition -> {
                    assertThat(condition.status()).isEqualTo("False");
                    assertThat(condition.reason()).isEqualTo("NamespaceExcluded");
                }));
        assertThat(webhookNamespaces()).doesNotContain("socketbridge-system");
    }

    @Test
    void atRestNothingIsWritten() {
        bridge("db");
        awaitCondition("db", "Programmed", "True");
        pods.create(TestPods.pod("web", Map.of("app", "web")));
        awaitCondition("db", "Ready", "False");
        await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
        String version = status("db").getMetadata().getResourceVersion();
        await().pollDelay(Duration.ofSeconds(3)).until(() -> true);
        assertThat(status("db").getMetadata().getResourceVersion()).isEqualTo(version);
        assertThat(status("db").getMetadata().getFinalizers())
                .as("uninstalling gets stuck nowhere")
                .isEmpty();
    }

    private void bridge(String name) {
        bridge(name, namespace);
    }

    private void bridge(String name, String in) {
        bridge(
                name,
                "{server: {selector: {matchLabels: {app: db}}, path: /run/db/db.sock}, clients: [{selector:"
                        + " {matchLabels: {app: web}}, path: /sockets/db.sock, pathEnv: DB_SOCKET}]}",
                in);
    }

    private void bridge(String name, String spec, String in) {
        client.resource("""
                apiVersion: socketbridge.io/v1alpha1
                kind: SocketBridge
                metadata: {name: %s, namespace: %s}
                spec: %s
                """.formatted(name, in, spec)).create();
    }

    /** Has pods of the namespace keep to a Pod Security Standard. */
    private void enforce(String standard) {
        client.namespaces()
                .withName(namespace)
                .edit(there -> new NamespaceBuilder(there)
                        .editMetadata()
                        .addToLabels("pod-security.kubernetes.io/enforce", standard)
                        .endMetadata()
                        .build());
    }

    /** Merges the JSON into the bridge's spec. */
    private void edit(String name, String spec) {
        client.resources(SocketBridge.class)
                .inNamespace(namespace)
                .withName(name)
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\": " + spec + "}");
    }

    private SocketBridge status(String name) {
        return client.resources(SocketBridge.class)
                .inNamespace(namespace)
                .withName(name)
                .get();
    }

    private Optional<BridgeCondition> condition(String name, String in, String type) {
        return Stream.ofNullable(client.resources(SocketBridge.class)
                        .inNamespace(in)
                        .withName(name)
                        .get())
                .flatMap(bridge -> Stream.ofNullable(bridge.getStatus()))
                .flatMap(status -> Stream.ofNullable(status.conditions()))
                .flatMap(List::stream)
                .filter(condition -> condition.type().equals(type))
                .findFirst();
    }

    private BridgeCondition awaitCondition(String name, String type, String expected) {
        return await().atMost(Duration.ofSeconds(20))
                .until(
                        () -> condition(name, namespace, type),
                        there -> there.filter(condition -> condition.status().equals(expected))
                                .isPresent())
                .orElseThrow();
    }

    private List<String> webhookNamespaces() {
        return client
                .admissionRegistration()
                .v1()
                .mutatingWebhookConfigurations()
                .withName("socketbridge")
                .get()
                .getWebhooks()
                .stream()
                .map(MutatingWebhook::getNamespaceSelector)
                .flatMap(selector -> selector.getMatchExpressions().getFirst().getValues().stream())
                .toList();
    }

    private Optional<ConfigMap> trustConfigMap() {
        return Optional.ofNullable(client.configMaps()
                .inNamespace(namespace)
                .withName(TrustConfigMap.NAME)
                .get());
    }

    private Deployment deployment(String name) {
        return client.apps()
                .deployments()
                .inNamespace(namespace)
                .resource(client.getKubernetesSerialization().unmarshal("""
                        apiVersion: apps/v1
                        kind: Deployment
                        metadata: {name: %1$s}
                        spec:
                          selector: {matchLabels: {app: %1$s}}
                          template:
                            metadata: {labels: {app: %1$s}}
                            spec: {containers: [{name: app, image: app}]}
                        """.formatted(name), Deployment.class))
                .create();
    }

    private Pod ownedPod(String name, Deployment deployment, Map<String, String> annotations) {
        ReplicaSet replicaSet = client.apps()
                .replicaSets()
                .inNamespace(namespace)
                .resource(client.getKubernetesSerialization()
                        .unmarshal(
                                """
                        apiVersion: apps/v1
                        kind: ReplicaSet
                        metadata:
                          name: %2$s
                          ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: %1$s, uid: %3$s, controller: true}]
                        spec:
                          selector: {matchLabels: {app: %1$s}}
                          template:
                            metadata: {labels: {app: %1$s}}
                            spec: {containers: [{name: app, image: app}]}
                        """.formatted(
                                                deployment.getMetadata().getName(),
                                                name,
                                                deployment.getMetadata().getUid()),
                                ReplicaSet.class))
                .create();
        return new PodBuilder(TestPods.pod(
                        name, Map.of("app", deployment.getMetadata().getName())))
                .editMetadata()
                .withAnnotations(annotations)
                .withOwnerReferences(new OwnerReferenceBuilder()
                        .withApiVersion("apps/v1")
                        .withKind("ReplicaSet")
                        .withName(replicaSet.getMetadata().getName())
                        .withUid(replicaSet.getMetadata().getUid())
                        .withController(true)
                        .build())
                .endMetadata()
                .build();
    }

    private Optional<String> rollout(String deployment) {
        return Optional.ofNullable(client.apps()
                        .deployments()
                        .inNamespace(namespace)
                        .withName(deployment)
                        .get()
                        .getSpec()
                        .getTemplate()
                        .getMetadata()
                        .getAnnotations())
                .map(annotations -> annotations.get(Rollout.ANNOTATION));
    }

    private FakeSidecar sidecar(Pod pod) {
        return new FakeSidecar(URI.create(url), trust(), pods.token(pod));
    }

    private SSLContext trust() {
        try {
            String pem = trustConfigMap().orElseThrow().getData().getOrDefault("ca.crt", "");
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setCertificateEntry(
                    "ca",
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII))));
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean hasTarget(Snapshot snapshot) {
        return !targets(snapshot).isEmpty();
    }

    private void node(String name, String zone) {
        client.resource(new NodeBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .addToLabels(ZONE, zone)
                        .endMetadata()
                        .build())
                .create();
    }

    private BridgeCondition awaitRemark(String remark) {
        return await().atMost(Duration.ofSeconds(20))
                .until(
                        () -> condition("db", namespace, "Ready"),
                        there -> there.filter(condition -> condition.message().contains(remark))
                                .isPresent())
                .orElseThrow();
    }

    private List<String> eventReasons() {
        return client.events().v1().events().inNamespace(namespace).list().getItems().stream()
                .map(Event::getReason)
                .toList();
    }

    private static Map<String, Integer> distances(Snapshot snapshot) {
        return targets(snapshot).stream().collect(Collectors.toMap(Target::name, Target::distance));
    }

    private static List<Target> targets(Snapshot snapshot) {
        return snapshot.routes().stream()
                .map(Route::targets)
                .flatMap(List::stream)
                .toList();
    }
}
