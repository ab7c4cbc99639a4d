package io.socketbridge.operator.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.socketbridge.operator.OperatorOnApiServer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The authority's Secret, and those who write to it at the same time. */
@QuarkusTest
@QuarkusTestResource(OperatorOnApiServer.class)
@SuppressWarnings("NullAway.Init") // The fields are set by what runs the test.
class AuthoritySecretIT {

    private static final String NAMESPACE = "default";
    private static final IssuingTerms TERMS = TestTerms.DEFAULT;

    private final List<AuthorityNews> news = new CopyOnWriteArrayList<>();

    KubernetesClient client;

    @AfterEach
    void delete() {
        client.secrets()
                .inNamespace(NAMESPACE)
                .withName(AuthoritySecret.NAME)
                .withTimeout(20, TimeUnit.SECONDS)
                .delete();
    }

    @Test
    void ofTwoThatHaveReadTheSameOneWrites() {
        AuthoritySecret secret = new AuthoritySecret(client, NAMESPACE);
        AuthorityState first = AuthorityState.NONE.signing(authority(), Instant.now());

        assertThat(secret.store(first, Optional.empty())).isTrue();
        assertThat(secret.store(first, Optional.empty())).as("it is there").isFalse();
        Optional<AuthoritySecret.Stored> read = secret.load();
        assertThat(read.map(AuthoritySecret.Stored::state)).contains(first);
        AuthorityState announced = first.announce(authority(), Instant.now(), "");
        assertThat(secret.store(announced, read)).isTrue();
        assertThat(secret.store(first.announce(authority(), Instant.now(), ""), read))
                .as("it has been written since")
                .isFalse();
        assertThat(secret.load().map(AuthoritySecret.Stored::state)).contains(announced);
    }

    @Test
    void manyReplicasThatRotateAtOnceMakeOneRotationOfIt() throws Exception {
        Instant now = Instant.now();
        Standing before = replica().advance(now);
        annotate("please");

        List<Standing> announced = all(now.plusSeconds(1));
        assertThat(announced).allSatisfy(standing -> {
            assertThat(standing.sameAs(announced.getFirst())).isTrue();
            assertThat(standing.trusted()).hasSize(2);
            assertThat(standing.signing().own()).isEqualTo(before.signing().own());
        });
        List<Standing> promoted = all(now.plus(TERMS.announceTime()).plusSeconds(2));
        assertThat(promoted).allSatisfy(standing -> {
            assertThat(standing.sameAs(promoted.getFirst())).isTrue();
            assertThat(standing.trusted()).hasSize(2);
            assertThat(standing.signing().own()).isNotEqualTo(before.signing().own());
        });
        List<Standing> retired = all(now.plus(TERMS.announceTime()).plus(Duration.ofDays(2)));
        assertThat(retired)
                .allSatisfy(standing -> assertThat(standing.trusted())
                        .containsExactly(promoted.getFirst().signing().own().certificate()));
        assertThat(news)
                .as("each step is told by the replica that takes it")
                .extracting(AuthorityNews::step)
                .containsExactly(
                        AuthorityNews.Step.MADE,
                        AuthorityNews.Step.ROTATION_STARTED,
                        AuthorityNews.Step.SIGNING,
                        AuthorityNews.Step.RETIRED);
        assertThat(client.secrets()
                        .inNamespace(NAMESPACE)
                        .withName(AuthoritySecret.NAME)
                        .get()
                        .getMetadata()
                        .getAnnotations())
                .as("what a person has written stays")
                .containsEntry(AuthoritySecret.ROTATE, "please");
    }

    @Test
    void oneThatMakesNoSenseIsSaidToBeDeleted() {
        replica().advance(Instant.now());
        client.secrets()
                .inNamespace(NAMESPACE)
                .withName(AuthoritySecret.NAME)
                .edit(secret -> new SecretBuilder(secret)
                        .addToStringData("tls.crt", "nonsense")
                        .build());

        assertThatThrownBy(() -> replica().advance(Instant.now()))
                .hasMessageContaining("default/socketbridge-authority, tls.crt: not X.509 certificates in PEM")
                .hasMessageContaining("delete it");
    }

    private OwnAuthority replica() {
        return new OwnAuthority(new AuthoritySecret(client, NAMESPACE), TERMS, news::add);
    }

    /** What several replicas come to at the same time. */
    private List<Standing> all(Instant now) throws Exception {
        int replicas = 4;
        CyclicBarrier together = new CyclicBarrier(replicas);
        List<Standing> standings = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(replicas)) {
            List<Future<Standing>> running = new ArrayList<>();
            for (int i = 0; i < replicas; i++) {
                running.add(threads.submit(() -> {
                    together.await();
                    return replica().advance(now);
                }));
            }
            for (Future<Standing> each : running) {
                standings.add(each.get());
            }
        }
        return standings;
    }

    private void annotate(String value) {
        client.secrets()
                .inNamespace(NAMESPACE)
                .withName(AuthoritySecret.NAME)
                .edit(secret -> new SecretBuilder(secret)
                        .editMetadata()
                        .addToAnnotations(AuthoritySecret.ROTATE, value)
                        .endMetadata()
                        .build());
    }

    private static KeyAndCertificate authority() {
        return CertificateAuthority.create(TERMS, Instant.now()).own();
    }
}
