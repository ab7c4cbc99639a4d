package io.socketbridge.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.contract.CertificateReport;
import io.socketbridge.contract.Report;
import io.socketbridge.contract.RouteReport;
import io.socketbridge.contract.RouteState;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportsTest {

    private static final Instant NOW = Instant.EPOCH;

    private final Reports reports = new Reports();

    @Test
    void countsOfConnectionsAreNoNews() {
        assertThat(reports.put("shop", "uid", report(RouteState.READY, 0), NOW)).isTrue();
        assertThat(reports.put("shop", "uid", report(RouteState.READY, 7), NOW)).isFalse();
        assertThat(reports.put("shop", "uid", report(RouteState.NO_TARGET, 7), NOW))
                .isTrue();
    }

    @Test
    void anotherCertificateIsNews() {
        Report before = report(RouteState.READY, 0);
        Report after = new Report(before.revision(), before.version(), before.routes(), new CertificateReport(1, 2));

        reports.put("shop", "uid", before, NOW);
        assertThat(reports.put("shop", "uid", after, NOW)).isTrue();
        assertThat(reports.put("shop", "uid", after, NOW)).isFalse();
    }

    @Test
    void oneThatIsNotRenewedGrowsStaleOnceAndFreshAgain() {
        reports.put("shop", "uid", report(RouteState.READY, 0), NOW);

        assertThat(reports.age(NOW.plus(Reports.FRESHNESS))).isEmpty();
        assertThat(reports.age(NOW.plus(Reports.FRESHNESS).plusMillis(1))).containsExactly("shop");
        assertThat(reports.age(NOW.plus(Reports.FRESHNESS).plusMillis(2))).isEmpty();
        assertThat(reports.of("shop").get("uid"))
                .satisfies(report -> assertThat(report.fresh()).isFalse());
        assertThat(reports.put("shop", "uid", report(RouteState.READY, 0), NOW)).isTrue();
    }

    @Test
    void thoseOfAPodThatIsGoneAreForgotten() {
        reports.put("shop", "uid", report(RouteState.READY, 0), NOW);
        reports.remove("uid");

        assertThat(reports.of("shop")).isEmpty();
    }

    private static Report report(RouteState state, int connections) {
        return new Report(
                "r", "1", List.of(new RouteReport("id", "tcp:0.0.0.0:1", state, "", connections, connections)));
    }
}
