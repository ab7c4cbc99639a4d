package io.socketbridge.sidecar.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.socketbridge.contract.CertificateReport;
import io.socketbridge.contract.SidecarPod;
import io.socketbridge.sidecar.identity.Credentials;
import io.socketbridge.sidecar.identity.EnrolmentException.Reason;
import io.socketbridge.sidecar.identity.EnrolmentMeter;
import io.socketbridge.sidecar.identity.Identity;
import io.socketbridge.sidecar.identity.TestIssuer;
import io.socketbridge.sidecar.local.SocketWatch;
import io.socketbridge.sidecar.loop.EventLoops;
import io.socketbridge.sidecar.tls.Protections;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How a pod comes by its certificate, and by the next one. */
@Timeout(120)
class EnrolmentIT {

    private static final Duration DEADLINE = Duration.ofSeconds(40);
    private static final Duration DAY = Duration.ofDays(1);
    private static final String DB = "client.db.shop.socketbridge.internal";
    private static final String CACHE = "client.cache.shop.socketbridge.internal";

    @TempDir
    Path directory = Path.of("");

    private final TestIssuer issuer = TestIssuer.root("one");
    private final TestIssuer other = TestIssuer.root("other");
    private final Identity identity = new Identity();
    private final EnrolmentMeter meter = new EnrolmentMeter();
    private final CountDownLatch firstApplied = new CountDownLatch(1);

    /** By how much the node's clock is off. */
    private final AtomicReference<Duration> off = new AtomicReference<>(Duration.ZERO);

    private final InstantSource clock = () -> Instant.now().plus(off.get());
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
        table = new RouteTable(loops, watch, Protections.CLEARTEXT, () -> {});
        operator = new TestOperator(directory, 0, "token");
        operator.accept(issuer);
        operator.issue(new TestOperator.Terms(issuer, DAY, DB));
        Files.writeString(directory.resolve(SidecarPod.TOKEN_FILE), "token\n");
        ControlEndpoint endpoint = new ControlEndpoint(
                List.of(operator.url()),
                directory.resolve(SidecarPod.TOKEN_FILE),
                directory.resolve(SidecarPod.TRUST_FILE),
                identity);
        enrolment = new Enrolment(endpoint, identity, meter, clock, Duration.ofMillis(100));
        client = new ControlClient(endpoint, table, enrolment, "test", firstApplied::countDown);
        enrolment.start();
        client.start();
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
    void theFirstTunnelGetsACertificateBeforeTheAppStarts() throws Exception {
        operator.push(snapshot("1", issuer.trustPem(), "db"));
        assertThat(firstApplied.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(identity.current()).hasValueSatisfying(credentials -> {
            assertThat(credentials.trusted()).containsExactly(issuer.certificate());
            assertThat(credentials.leaf().getPublicKey().getAlgorithm()).isEqualTo("EC");
        });
        assertThat(meter.obtainedCount()).isOne();
    }

    @Test
    void withACertificateNoTokenIsSentButToRenewIt() throws Exception {
        operator.push(snapshot("1", issuer.trustPem(), "db"));
        held();
        assertThat(operator.speakers).contains("/control/v1/snapshots token");
        operator.speakers.clear();
        operator.endStreams();
        awaitSpeaker("/control/v1/snapshots certificate");
        client.reportSoon();
        awaitSpeaker("/control/v1/reports certificate");
        operator.issue(new TestOperator.Terms(issuer, DAY, DB, CACHE));
        operator.push(snapshot("2", issuer.trustPem(), "db", "cache"));
        await().atMost(DEADLINE).until(() -> operator.issued.contains(List.of(DB, CACHE)));
        assertThat(operator.speakers).noneMatch(speaker -> speaker.endsWith("certificate and token"));
    }

    @Test
    void theOperatorHearsWhenItIsToBeRenewedAndWhenItExpires() throws Exception {
        operator.push(snapshot("1", issuer.trustPem(), "db"));
        Instant expiry = held().leaf().getNotAfter().toInstant();
        client.reportSoon();
        await().atMost(DEADLINE)
                .until(
                        () -> Objects.requireNonNullElse(operator.reports.poll(1, TimeUnit.SECONDS), ""),
                        report -> report.contains("\"expirySeconds\":" + expiry.getEpochSecond()));
        CertificateReport report = enrolment.report();
        assertThat(Instant.ofEpochSecond(report.renewalSeconds()))
                .isBetween(expiry.minus(DAY.multipliedBy(2).dividedBy(5)), expiry.minus(DAY.dividedBy(4)));
        assertThat(Instant.ofEpochSecond(report.overdueSeconds()))
                .isBetween(expiry.minus(DAY.dividedBy(4)), expiry.minus(DAY.dividedBy(8)));
    }

    @Test
    void withoutTunnelsNoneIsAskedFor() throws Exception {
        operator.push(snapshot("1", issuer.trustPem()));
        assertThat(firstApplied.await(20, TimeUnit.SECONDS)).isTrue();
        await().atMost(DEADLINE).until(() -> operator.reports.poll(1, TimeUnit.SECONDS) != null);
        assertThat(enrolment.report()).isEqualTo(CertificateReport.NONE);
        assertThat(identity.current()).isEmpty();
        assertThat(operator.issued).isEmpty();
    }

    @Test
    void aCertificateIsRenewedAtTwoThirdsOfItsLife() throws Exception {
        operator.issue(new TestOperator.Terms(issuer, Duration.ofSeconds(6), DB));
        operator.push(snapshot("1", issuer.trustPem(), "db"));
        Credentials first = held();
        Credentials second = heldAfter(first);
        assertThat(second.leaf().getPublicKey())
                .as("a new key each time")
                .isNotEqualTo(first.leaf().getPublicKey());
        heldAfter(second);
    }

    @Test
    void theAppIsNotKeptWaitingForAnOperatorThatIssuesNone() throws Exception {
        operator.issue(TestOperator.Terms.NONE);
        operator.push(snapshot("1", issuer.trustPem(), "db"));
        assertThat(firstApplied.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(identity.current()).isEmpty();
        await().atMost(DEADLINE).until(() -> failures(Reason.NO_BRIDGE) >= 2);
        operator.issue(new TestOperator.Terms(issuer, DAY, DB));
        held();
    }

    @Test
    void whileTheOperatorIsAwayTheOldOneStaysAndThenThereIsAnother() throws Exception {
        operator.issue(new TestOperator.Terms(issuer, Duration.ofSeconds(4), DB));
        operator.push(snapshot("1", issuer.trustPem(), "db"));
        Credentials first = held();
        int port = operator.port();
        operator.close();
        await().atMost(DEADLINE).until(() -> failures(Reason.UNREACHABLE) >= 1);
        assertThat(identity.current()).contains(first);
        operator = new TestOperator(directory, port, "token");
        operator.accept(issuer);
        operator.issue(new TestOperator.Terms(issuer, DAY, DB));
        operator.push(snapshot("1", issuer.trustPem(), "db"));
        heldAfter(first);
    }

    @Test
    void whoSleptPastTheEndOfItsCertificateMakesUpForIt() throws Exception {
        operator.push(snapshot("1", issuer.trustPem(), "db"));
        Credentials first = held();
        operator.issue(new TestOperator.Terms(issuer, DAY.multipliedBy(4), DB));
        off.set(DAY.multipliedBy(2));
        heldAfter(first);
    }

    @Test
    void aNewEndOfABridgeGetsACertificateThatNamesIt() throws Exception {
        operator.push(snapshot("1", issuer.trustPem(), "db"));
        Credentials first = held();
        operator.push(snapshot("2", issuer.trustPem(), "db", "cache"));
        await().atMost(DEADLINE).until(() -> failures(Reason.NAMES) >= 1);
        operator.issue(new TestOperator.Terms(issuer, DAY, DB, CACHE));
        await().atMost(DEADLINE).until(() -> operator.issued.contains(List.of(DB, CACHE)));
        heldAfter(first);
    }

    @Test
    void otherAuthoritiesAreTrustedAtOnceAndWithoutAnotherCertificate() throws Exception {
        operator.push(snapshot("1", issuer.trustPem(), "db"));
        Credentials first = held();
        operator.push(snapshot("2", issuer.trustPem() + other.trustPem(), "db"));
        await().atMost(DEADLINE)
                .untilAsserted(() -> assertThat(identity.current().orElseThrow().trusted())
                        .containsExactly(issuer.certificate(), other.certificate()));
        assertThat(identity.current().orElseThrow().leaf()).isEqualTo(first.leaf());
        operator.accept(issuer, other);
        operator.issue(new TestOperator.Terms(other, DAY, DB));
        operator.push(snapshot("3", other.trustPem(), "db"));
        Credentials second = heldAfter(first);
        assertThat(second.trusted()).containsExactly(other.certificate());
        assertThat(second.leaf().getIssuerX500Principal())
                .isEqualTo(other.certificate().getSubjectX500Principal());
    }

    @Test
    void aCertificateByAnAuthorityThatIsNotTrustedIsNotTaken() throws Exception {
        operator.issue(new TestOperator.Terms(other, DAY, DB));
        operator.push(snapshot("1", issuer.trustPem(), "db"));
        await().atMost(DEADLINE).until(() -> failures(Reason.UNTRUSTED) >= 1);
        assertThat(identity.current()).isEmpty();
    }

    @Test
    void whereTheOperatorDoesNotAcceptTheCertificateTheTokenDoes() throws Exception {
        operator.push(snapshot("1", issuer.trustPem(), "db"));
        held();
        operator.accept(other);
        operator.speakers.clear();
        operator.endStreams();
        awaitSpeaker("/control/v1/snapshots token");
    }

    @Test
    void aClockThatIsOffIsCountedAndTheCertificateIsUsed() throws Exception {
        off.set(Duration.ofHours(-3));
        operator.push(snapshot("1", issuer.trustPem(), "db"));
        await().atMost(DEADLINE).until(() -> failures(Reason.CLOCK) >= 1);
        assertThat(identity.current()).isPresent();
    }

    private Credentials held() {
        return await().atMost(DEADLINE)
                .until(identity::current, current -> current.isPresent())
                .orElseThrow();
    }

    private Credentials heldAfter(Credentials before) {
        BigInteger serial = before.leaf().getSerialNumber();
        return await().atMost(DEADLINE)
                .until(
                        identity::current,
                        current -> current.filter(credentials ->
                                        !credentials.leaf().getSerialNumber().equals(serial))
                                .isPresent())
                .orElseThrow();
    }

    private long failures(Reason reason) {
        return meter.failures().getOrDefault(reason, 0L);
    }

    private void awaitSpeaker(String speaker) {
        await().atMost(DEADLINE).until(() -> operator.speakers.contains(speaker));
    }

    private String snapshot(String revision, String trust, String... bridges) {
        List<String> routes = List.of(bridges).stream()
                .map(bridge -> """
                        {"id":"%1$s","bridge":"shop/%1$s","role":"CLIENT","listen":{"address":"unix:%2$s","mode":"0666"},
                        "targets":[],"tunnel":{"serverName":"%1$s.shop.socketbridge.internal"}}
                        """.formatted(bridge, directory.resolve(bridge)))
                .toList();
        return "{\"revision\":\"%s\",\"trust\":\"%s\",\"routes\":[%s]}"
                .formatted(revision, trust.replace("\n", "\\n"), String.join(",", routes));
    }
}
