package io.socketbridge.sidecar.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.contract.Limits;
import io.socketbridge.contract.Listen;
import io.socketbridge.contract.ProxyProtocol;
import io.socketbridge.contract.Role;
import io.socketbridge.contract.Route;
import io.socketbridge.contract.Snapshot;
import io.socketbridge.contract.Tunnel;
import io.socketbridge.contract.WhenUnavailable;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DescriptorBudgetTest {

    private final DescriptorBudget budget = new DescriptorBudget(2_320);

    @Test
    void givesEachRouteWhatItAsksFor() {
        Snapshot snapshot = routes(600, 400);
        assertThat(budget.shortage(snapshot)).isEmpty();
        assertThat(shares(snapshot)).containsExactly(600, 400);
    }

    @Test
    void sharesTheRestAmongThoseThatAskForNoNumber() {
        assertThat(shares(routes(0))).containsExactly(1_000);
        assertThat(shares(routes(400, 0, 0))).containsExactly(400, 300, 300);
    }

    @Test
    void saysWhatIsMissingAndGivesEachItsPartOfIt() {
        Snapshot snapshot = routes(3_000, 1_000);
        assertThat(budget.shortage(snapshot)).contains("4000", "8320", "2320", "ulimit -n", "maxConnections to 1000");
        assertThat(shares(snapshot)).containsExactly(750, 250);
    }

    @Test
    void leavesSomethingForThoseThatAskForNoNumberWhereOthersAskForAllThereIs() {
        Snapshot snapshot = routes(1_000, 0);
        assertThat(budget.shortage(snapshot)).contains("1250", "250 for each of the 1 that name none");
        assertThat(shares(snapshot)).containsExactly(800, 200);
        assertThat(shares(routes(1_000_000, 0, 0)))
                .allMatch(share -> share >= 0)
                .last()
                .isEqualTo(1);
    }

    @Test
    void leavesEachRouteAConnectionHoweverLittleThereIs() {
        assertThat(new DescriptorBudget(10).share(routes(0).routes().getFirst(), routes(0)))
                .isEqualTo(1);
    }

    private List<Integer> shares(Snapshot snapshot) {
        return snapshot.routes().stream()
                .map(route -> budget.share(route, snapshot))
                .toList();
    }

    private static Snapshot routes(int... maxConnections) {
        List<Route> routes = new ArrayList<>();
        for (int most : maxConnections) {
            routes.add(new Route(
                    "r" + routes.size(),
                    "b",
                    Role.CLIENT,
                    new Listen("unix:/a", "", false, ProxyProtocol.NONE),
                    List.of(),
                    Tunnel.NONE,
                    WhenUnavailable.REFUSE,
                    new Limits(most, 1, 0, 0, 6_000, 0),
                    0));
        }
        return new Snapshot("1", routes);
    }
}
