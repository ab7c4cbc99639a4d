package io.socketbridge.sidecar.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.socketbridge.contract.RouteState;
import io.socketbridge.contract.SidecarPod;
import io.socketbridge.sidecar.identity.EnrolmentMeter;
import io.socketbridge.sidecar.identity.Identity;
import io.socketbridge.sidecar.local.SocketWatch;
import io.socketbridge.sidecar.loop.EventLoops;
import io.socketbridge.sidecar.tls.Protections;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ControlClientIT {

    private static final Duration DEADLINE = Duration.ofSeconds(20);

    @TempDir
    Path directory = Path.of("");

    private final CountDownLatch firstApplied = new CountDownLatch(1);
    private final AtomicReference<Runnable> changed = new AtomicReference<>(() -> {});
    private final Identity identity = new Identity();
    private EventLoops loops;
    private SocketWatch watch;
    private RouteTable table;
    private TestOperator operator;
    private Enrolment enrolment;
    private ControlClient client;

    @BeforeEach
    void start() throws Exception {
        loops = EventLoops.start(1);
        watch = new SocketWatch();
        table = new RouteTable(
                loops, watch, Protections.CLEARTEXT, () -> changed.get().run());
        operator = new TestOperator(directory, 0, "first-token");
        Files.writeString(directory.resolve(SidecarPod.TOKEN_FILE), "first-token\n");
        ControlEndpoint endpoint = new ControlEndpoint(
                List.of(operator.url()),
                directory.resolve(SidecarPod.TOKEN_FILE),
                directory.resolve(SidecarPod.TRUST_FILE),
                identity);
        enrolment = new Enrolment(endpoint, identity, new EnrolmentMeter());
        client = new ControlClient(endpoint, table, enrolment, "test", firstApplied::countDown);
        changed.set(client::reportSoon);
    }

    @AfterEach
    void stop() {
        client.close();
        enrolment.close();
        operator.close();
        table.close().join();
        watch.close();
        loops.close();
    }

    @Test
    void followsSnapshotsAndReportsWhatBecomesOfThem() throws Exception {
        client.start();
        operator.push(snapshot("1", "tcp:127.0.0.1:1"));
        assertThat(firstApplied.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(directory.resolve("a.sock")).exists();
        awaitReport("\"revision\":\"1\"", "\"state\":\"READY\"", "\"version\":\"test\"");
        operator.push(snapshot("2"));
        awaitReport("\"revision\":\"2\"", "\"state\":\"NO_TARGET\"");
    }

    @Test
    void keepsItsRoutesWhileTheOperatorIsAwayAndFollowsTheNextOne() throws Exception {
        client.start();
        operator.push(snapshot("1", "tcp:127.0.0.1:1"));
        awaitReport("\"revision\":\"1\"", "\"state\":\"READY\"");
        int port = operator.port();
        operator.close();
        operator = new TestOperator(directory, port, "first-token");
        assertThat(table.report()).allMatch(route -> route.state() == RouteState.READY);
        operator.push(snapshot("2"));
        awaitReport("\"revision\":\"2\"");
    }

    @Test
    void readsTheTokenAnewWhenItWasNotAccepted() throws Exception {
        operator.accept("second-token");
        operator.push(snapshot("1", "tcp:127.0.0.1:1"));
        client.start();
        Files.writeString(directory.resolve(SidecarPod.TOKEN_FILE), "second-token");
        awaitReport("\"revision\":\"1\"");
    }

    @Test
    void doesNotFollowAnOperatorThatItHasNoReasonToTrust() throws Exception {
        Path other = Files.createDirectory(directory.resolve("other"));
        TestOperator.context(other);
        Files.copy(
                other.resolve("ca.crt"),
                directory.resolve(SidecarPod.TRUST_FILE),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        operator.push(snapshot("1", "tcp:127.0.0.1:1"));
        client.start();
        assertThat(operator.reports.poll(1500, TimeUnit.MILLISECONDS)).isNull();
        assertThat(table.revision()).isEmpty();
        // The right certificate, put in place later, is enough.
        Files.delete(directory.resolve("server.p12"));
        Files.delete(directory.resolve(SidecarPod.TRUST_FILE));
        int port = operator.port();
        operator.close();
        operator = new TestOperator(directory, port, "first-token");
        operator.push(snapshot("1", "tcp:127.0.0.1:1"));
        awaitReport("\"revision\":\"1\"");
    }

    @Test
    void goesOnAfterASnapshotThatMakesNoSense() throws Exception {
        client.start();
        operator.push("{\"routes\": 7}");
        operator.push(snapshot("1", "tcp:127.0.0.1:1"));
        awaitReport("\"revision\":\"1\"");
    }

    @Test
    void comesBackLessAndLessOftenForASnapshotThatMakesNoSense() throws Exception {
        operator.push("{\"routes\": 7}");
        client.start();
        await().during(Duration.ofSeconds(3)).atMost(DEADLINE).until(() -> operator.asked.get() < 10);
        assertThat(operator.asked.get()).isPositive();
    }

    private String snapshot(String revision, String... targets) {
        List<String> list = List.of(targets).stream()
                .map(target -> "{\"address\":\"" + target + "\"}")
                .toList();
        return """
                {"revision":"%s","routes":[{"id":"a","bridge":"n/b","role":"CLIENT",
                "listen":{"address":"unix:%s","mode":"0666"},"targets":[%s]}]}
                """.formatted(revision, directory.resolve("a.sock"), String.join(",", list));
    }

    private void awaitReport(String... parts) {
        await().atMost(DEADLINE).until(() -> {
            String report = operator.reports.poll(1, TimeUnit.SECONDS);
            return report != null && List.of(parts).stream().allMatch(report::contains);
        });
    }
}
