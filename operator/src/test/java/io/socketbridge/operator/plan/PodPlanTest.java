package io.socketbridge.operator.plan;

import static io.socketbridge.operator.plan.Bridges.bridge;
import static io.socketbridge.operator.plan.Bridges.client;
import static io.socketbridge.operator.plan.Bridges.server;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.INTEGER;

import io.socketbridge.contract.Access;
import io.socketbridge.contract.Limits;
import io.socketbridge.contract.ProxyProtocol;
import io.socketbridge.contract.WhenUnavailable;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PodPlanTest {

    private static final Bridge DB =
            bridge("db", 10, server("db", "/run/db/db.sock"), client("web", "/sockets/db.sock", "DB"));

    private static final Bridge PLAIN =
            bridge("db", 10, server("db", "/run/db/db.sock", 0), client("web", "/sockets/db.sock", "DB"));

    @Test
    void aPodThatNoBridgeSelectsNeedsNothing() {
        PodPlan plan = plan("stranger", DB);

        assertThat(plan.isEmpty()).isTrue();
        assertThat(plan.fingerprint()).isEqualTo("none");
    }

    @Test
    void eachEndHasItsDirectoryAndAClientItsVariable() {
        assertThat(plan("db", DB).directories()).containsExactly("/run/db");
        assertThat(plan("db", DB).environment()).isEmpty();
        assertThat(plan("web", DB).directories()).containsExactly("/sockets");
        assertThat(plan("web", DB).environment()).isEqualTo(Map.of("DB", "/sockets/db.sock"));
    }

    @Test
    void onePodMayBeClientAndServerOfSeveralBridges() {
        Bridge cache = bridge(
                "cache",
                5,
                server("web", "/run/web/web.sock"),
                client("db", "/sockets/web.sock"),
                client("web", "@web"));

        PodPlan plan = plan("web", DB, cache);

        assertThat(plan.ends())
                .extracting(End::id)
                .containsExactly("shop/db/client/0", "shop/cache/server", "shop/cache/client/1");
        assertThat(plan.directories()).containsExactly("/run/web", "/sockets");
        assertThat(plan.conflicts()).isEmpty();
    }

    @Test
    void aBridgeThatIsNotAcceptedIsNotThere() {
        assertThat(plan("web", Bridges.refused(DB)).isEmpty()).isTrue();
    }

    @Test
    void ofTwoThatWantOnePathTheOlderGetsItInWhateverOrderTheyAreListed() {
        Bridge younger = bridge("a", 1, server("x", "/run/x/x.sock"), client("web", "/sockets/db.sock"));

        for (PodPlan plan : List.of(plan("web", DB, younger), plan("web", younger, DB))) {
            assertThat(plan.ends()).extracting(End::id).containsExactly("shop/db/client/0");
            assertThat(plan.conflicts()).singleElement().satisfies(conflict -> {
                assertThat(conflict.reason()).isEqualTo("PathConflict");
                assertThat(conflict.sentence("web-1"))
                        .startsWith("pod web-1: path /sockets/db.sock is already claimed by the older bridge shop/db;");
            });
        }
    }

    @Test
    void ofTheSameAgeTheFirstByNameGetsIt() {
        Bridge twin = bridge("aa", 10, server("x", "/run/x/x.sock"), client("web", "/sockets/db.sock"));

        assertThat(plan("web", DB, twin).ends()).extracting(End::id).containsExactly("shop/aa/client/0");
    }

    @Test
    void twoClientsOfOneBridgeMayNotShareAPath() {
        Bridge twice = bridge("twice", 1, server("x", "/run/x/x.sock"), client("web", "/s/a"), client("web", "/s/a"));

        assertThat(plan("web", twice).conflicts())
                .singleElement()
                .satisfies(
                        conflict -> assertThat(conflict.sentence("p")).contains("claimed by this bridge's client/0"));
    }

    @Test
    void twoBridgesMayShareAServersSocketButNoClientMayListenThere() {
        Bridge other = bridge("other", 5, server("db", "/run/db/db.sock"), client("y", "/s/y"));
        Bridge onIt = bridge("on-it", 1, server("x", "/x/x"), client("db", "/run/db/db.sock"));

        assertThat(plan("db", DB, other).ends()).hasSize(2);
        assertThat(plan("db", DB, onIt).conflicts()).hasSize(1);
    }

    @Test
    void twoClientsMayNotSetOneVariableToDifferentPaths() {
        Bridge other = bridge("other", 5, server("x", "/x/x"), client("web", "/sockets/x.sock", "DB"));

        assertThat(plan("web", DB, other).conflicts())
                .singleElement()
                .satisfies(conflict -> assertThat(conflict.sentence("p")).contains("environment variable DB"));
    }

    @Test
    void bridgesInTunnelsShareThePortAndOthersNeverGetIt() {
        Bridge other = bridge("other", 5, server("db", "/run/db/other.sock"), client("y", "/s/y"));
        Bridge plain = bridge("plain", 1, server("db", "/run/db/plain.sock", 0), client("y", "/s/z"));

        PodPlan plan = plan("db", DB, other, plain);

        assertThat(plan.conflicts()).isEmpty();
        assertThat(ports(plan))
                .hasSize(3)
                .startsWith(15_820, 15_820)
                .last(INTEGER)
                .isBetween(20_000, 29_999);
        assertThat(plan("db", plain).ends()).isEqualTo(plan.ends().subList(2, 3));
    }

    @Test
    void howItGetsThereAndWhoMayMakesNoOtherPod() {
        Transport narrow = new Transport.Mutual(List.of("web"), new Access(List.of(1L), List.of(2L)));
        for (Transport transport : List.of(new Transport.Plain(0), new Transport.Plain(5_433), narrow)) {
            Bridge changed = bridge(
                    "db", 10, server("db", "/run/db/db.sock", transport), client("web", "/sockets/db.sock", "DB"));

            for (String app : List.of("db", "web")) {
                assertThat(plan(app, changed).fingerprint())
                        .isEqualTo(plan(app, DB).fingerprint());
            }
        }
    }

    @Test
    void aDemandedPortIsGivenOnceAndNeverToOneThatTakesAny() {
        Bridge demanding = bridge("demanding", 1, server("db", "/run/db/db.sock", derivedPort()), client("y", "/s/y"));
        Bridge same = bridge("same", 0, server("db", "/run/db/db.sock", derivedPort()), client("y", "/s/z"));

        PodPlan plan = plan("db", PLAIN, demanding, same);

        assertThat(ports(plan)).hasSize(2).doesNotHaveDuplicates().last().isEqualTo(derivedPort());
        assertThat(plan.conflicts()).extracting(Conflict::reason).containsExactly("PortConflict");
    }

    @Test
    void theFingerprintIsAboutWhatCannotChangeWhileAPodRuns() {
        String fingerprint = plan("web", DB).fingerprint();

        Bridge sameDirectory = bridge(
                "db",
                10,
                server("db", "/elsewhere/db"),
                client("web", "/sockets/db.sock", "DB"),
                client("web", "/sockets/other.sock"));
        Bridge otherVariable =
                bridge("db", 10, server("db", "/run/db/db.sock"), client("web", "/sockets/db.sock", "SOCKET"));
        Bridge otherDirectory =
                bridge("db", 10, server("db", "/run/db/db.sock"), client("web", "/socket/db.sock", "DB"));
        assertThat(plan("web", sameDirectory).fingerprint()).isEqualTo(fingerprint);
        assertThat(plan("web", otherVariable).fingerprint()).isNotEqualTo(fingerprint);
        assertThat(plan("web", otherDirectory).fingerprint()).isNotEqualTo(fingerprint);
        // Written down, because a change of it would restart every app at the operator's next upgrade.
        assertThat(fingerprint).isEqualTo("d36e17dcfb2a6155");
    }

    @Test
    void howConnectionsAreTreatedMakesNoOtherPod() {
        Bridge treatedOtherwise = Bridges.with(
                new ConnectionPolicy(
                        WhenUnavailable.WAIT,
                        new Limits(1, 1, 1_000, 0, 6_000, 0),
                        ProxyProtocol.V2,
                        TrafficDistribution.PREFER_CLOSE,
                        100),
                DB);

        assertThat(plan("web", treatedOtherwise).fingerprint())
                .isEqualTo(plan("web", DB).fingerprint());
        assertThat(plan("db", treatedOtherwise).fingerprint())
                .isEqualTo(plan("db", DB).fingerprint());
    }

    @Test
    void anAbstractNameNeedsASidecarAndNoDirectory() {
        Bridge abstractly = bridge("db", 10, server("db", "@db"), client("web", "@db"));

        assertThat(plan("web", abstractly).directories()).isEmpty();
        assertThat(plan("web", abstractly).fingerprint()).isNotEqualTo("none");
    }

    private static int derivedPort() {
        return ports(plan("db", PLAIN)).getFirst();
    }

    private static List<Integer> ports(PodPlan plan) {
        return plan.ends().stream()
                .filter(End.ServerEnd.class::isInstance)
                .map(End.ServerEnd.class::cast)
                .map(End.ServerEnd::port)
                .toList();
    }

    private static PodPlan plan(String app, Bridge... bridges) {
        return PodPlan.of(List.of(bridges), Map.of("app", app));
    }
}
