package io.socketbridge.operator.status;

import static io.socketbridge.operator.plan.Bridges.address;
import static io.socketbridge.operator.plan.Bridges.bridge;
import static io.socketbridge.operator.plan.Bridges.client;
import static io.socketbridge.operator.plan.Bridges.server;
import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.api.v1alpha1.BridgeCondition;
import io.socketbridge.api.v1alpha1.CertificatesStatus;
import io.socketbridge.api.v1alpha1.SocketBridgeStatus;
import io.socketbridge.contract.CertificateReport;
import io.socketbridge.contract.RouteState;
import io.socketbridge.operator.plan.Bridge;
import io.socketbridge.operator.plan.ObservedPod;
import io.socketbridge.operator.plan.Pods;
import io.socketbridge.operator.plan.SidecarReport;
import io.socketbridge.operator.plan.Views;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a bridge's status says of certificates. */
class CertifiedTest {

    private static final Instant ISSUED = Instant.parse("2026-01-02T00:00:00Z");
    private static final Instant RENEWAL = ISSUED.plus(Duration.ofHours(16));
    private static final Instant OVERDUE = ISSUED.plus(Duration.ofHours(20));
    private static final Instant EXPIRY = ISSUED.plus(Duration.ofHours(24));
    private static final CertificateReport DAY =
            new CertificateReport(RENEWAL.getEpochSecond(), EXPIRY.getEpochSecond());
    private static final CertificateReport WEEK = new CertificateReport(
            EXPIRY.getEpochSecond(), EXPIRY.plus(Duration.ofDays(6)).getEpochSecond());

    private static final Bridge DB =
            bridge("db", 10, server("db", "/run/db/db.sock"), client("web", "/sockets/db.sock"));
    private static final ObservedPod SERVER = Pods.running("db-0", "db", "10.0.0.1", "f");
    private static final ObservedPod CLIENT = Pods.running("web-0", "web", "10.0.0.2", "f");
    private static final ObservedPod OTHER = Pods.running("other-0", "other", "10.0.0.3", "f");
    private static final List<ObservedPod> PODS = List.of(SERVER, CLIENT, OTHER);

    private static final SidecarReport READY = Pods.report("x", RouteState.READY, "");

    @Test
    void theEarliestExpiryIsThatOfAPodOfThisBridge() {
        SocketBridgeStatus status =
                status(DB, Map.of("uid-db-0", with(WEEK), "uid-web-0", with(DAY), "uid-other-0", with(DAY)), ISSUED);

        assertThat(status.certificates()).isEqualTo(new CertificatesStatus("2026-01-03T00:00:00Z"));
        assertThat(status(DB, Map.of("uid-db-0", with(WEEK), "uid-other-0", with(DAY)), ISSUED)
                        .certificates())
                .isEqualTo(new CertificatesStatus("2026-01-09T00:00:00Z"));
    }

    @Test
    void whileNoPodHasOneThereIsNoneToTellOf() {
        SocketBridgeStatus status = status(DB, Map.of("uid-db-0", READY), ISSUED);

        assertThat(status.certificates()).isEqualTo(new CertificatesStatus(null));
        assertThat(certified(status))
                .hasValueSatisfying(condition -> assertThat(condition.status()).isEqualTo("True"));
    }

    @Test
    void withoutTunnelsNothingIsSaid() {
        for (Bridge bridge : List.of(
                bridge("db", 10, address("db.example.com", 5_432), client("web", "/sockets/db.sock")),
                bridge("db", 10, server("db", "/run/db/db.sock", 0), client("web", "/sockets/db.sock")))) {
            SocketBridgeStatus status = status(bridge, Map.of("uid-web-0", with(DAY)), EXPIRY);

            assertThat(status.certificates()).isNull();
            assertThat(certified(status)).isEmpty();
        }
    }

    @Test
    void oneThatIsNotRenewedInTimeIsTold() {
        Map<String, SidecarReport> reports = Map.of("uid-db-0", with(WEEK), "uid-web-0", with(DAY));

        assertThat(certified(status(DB, reports, OVERDUE.minusSeconds(1))))
                .hasValueSatisfying(condition -> assertThat(condition.status()).isEqualTo("True"));
        assertThat(certified(status(DB, reports, OVERDUE))).hasValueSatisfying(condition -> {
            assertThat(condition.status()).isEqualTo("False");
            assertThat(condition.reason()).isEqualTo("CertificateExpiring");
            assertThat(condition.message())
                    .isEqualTo(
                            "pod web-0: its certificate expires at 2026-01-03T00:00:00Z, and could not be renewed since"
                                    + " 2026-01-02T16:00:00Z; its sidecar's log says why");
        });
        assertThat(certified(status(DB, reports, EXPIRY))).hasValueSatisfying(condition -> {
            assertThat(condition.reason()).isEqualTo("CertificateExpired");
            assertThat(condition.message())
                    .startsWith("pod web-0: its certificate has expired at 2026-01-03T00:00:00Z");
        });
    }

    @Test
    void aSidecarThatHasFallenSilentIsTakenAtItsLastWord() {
        SidecarReport silent = new SidecarReport(with(DAY).report(), false);

        assertThat(certified(status(DB, Map.of("uid-web-0", silent), OVERDUE)))
                .hasValueSatisfying(condition -> assertThat(condition.status()).isEqualTo("False"));
    }

    @Test
    void theStatusIsLookedAtAgainWhenItMayBeAnother() {
        Map<String, SidecarReport> reports = Map.of("uid-db-0", with(WEEK), "uid-web-0", with(DAY));

        assertThat(StatusReport.nextChange(observation(DB, reports), ISSUED)).contains(OVERDUE);
        assertThat(StatusReport.nextChange(observation(DB, reports), OVERDUE)).contains(EXPIRY);
        assertThat(StatusReport.nextChange(observation(DB, reports), EXPIRY))
                .hasValueSatisfying(next -> assertThat(next).isAfter(EXPIRY));
        assertThat(StatusReport.nextChange(observation(DB, Map.of()), ISSUED)).isEmpty();
    }

    private static SidecarReport with(CertificateReport certificate) {
        return Pods.certified(certificate, READY);
    }

    private static SocketBridgeStatus status(Bridge bridge, Map<String, SidecarReport> reports, Instant now) {
        return StatusReport.of(observation(bridge, reports), Optional.empty(), now);
    }

    private static Observation observation(Bridge bridge, Map<String, SidecarReport> reports) {
        return new Observation(bridge, Views.shop(List.of(bridge), PODS, reports), true, List.of());
    }

    private static Optional<BridgeCondition> certified(SocketBridgeStatus status) {
        return Objects.requireNonNull(status.conditions()).stream()
                .filter(condition -> condition.type().equals("Certified"))
                .findFirst();
    }
}
