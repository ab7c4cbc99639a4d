package io.socketbridge.sidecar.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LeafNeedTest {

    private static final TestIssuer ISSUER = TestIssuer.root("one");
    private static final String DB = "client.db.shop.socketbridge.internal";

    private final Credentials held = ISSUER.credentials(DB);
    private final Instant notAfter = held.leaf().getNotAfter().toInstant();
    private final Instant now = notAfter.minus(Duration.ofHours(20));
    private final Instant renewal = notAfter.minus(Duration.ofHours(8));

    @Test
    void isNothingWithoutTunnelsOrWithoutAnybodyToTrust() {
        assertThat(LeafNeed.of(LeafDemand.NOTHING, Optional.empty(), renewal, now))
                .isEqualTo(LeafNeed.NONE);
        assertThat(LeafNeed.of(new LeafDemand(true, Set.of(DB), List.of()), Optional.empty(), renewal, now))
                .isEqualTo(LeafNeed.NONE);
    }

    @Test
    void isTheFirstWhereThereIsNone() {
        assertThat(LeafNeed.of(demand(DB), Optional.empty(), renewal, now)).isEqualTo(LeafNeed.FIRST);
    }

    @Test
    void isNothingWhileTheCertificateIsYoungAndNamesAll() {
        assertThat(need(demand(DB), now)).isEqualTo(LeafNeed.NONE);
        assertThat(need(demand(), now)).isEqualTo(LeafNeed.NONE);
    }

    @Test
    void isAnotherForAnEndThatTheCertificateDoesNotName() {
        assertThat(need(demand(DB, "server.db.shop.socketbridge.internal"), now))
                .isEqualTo(LeafNeed.NAMES);
    }

    @Test
    void isAnotherWhenTheAuthorityIsTrustedNoMore() {
        TestIssuer other = TestIssuer.root("one");
        assertThat(need(new LeafDemand(true, Set.of(DB), List.of(other.certificate())), now))
                .as("of the same name, and not the same")
                .isEqualTo(LeafNeed.AUTHORITY);
        assertThat(need(new LeafDemand(true, Set.of(DB), List.of(other.certificate(), ISSUER.certificate())), now))
                .isEqualTo(LeafNeed.NONE);
    }

    @Test
    void isAnotherWhenItGetsOldAndWhenItHasExpired() {
        assertThat(need(demand(DB), renewal.minusMillis(1))).isEqualTo(LeafNeed.NONE);
        assertThat(need(demand(DB), renewal)).isEqualTo(LeafNeed.AGE);
        assertThat(need(demand(DB), notAfter)).isEqualTo(LeafNeed.EXPIRED);
    }

    @Test
    void isRenewedAtTwoThirdsOrALittleEarlier() {
        X509Certificate leaf = held.leaf();
        Instant obtained = notAfter.minus(Duration.ofHours(24));
        assertThat(LeafNeed.renewal(leaf, obtained, 0)).isEqualTo(obtained.plus(Duration.ofHours(16)));
        assertThat(LeafNeed.renewal(leaf, obtained, 1))
                .isBetween(obtained.plus(Duration.ofHours(14)), obtained.plus(Duration.ofHours(16)));
    }

    @Test
    void aChainThroughAnIntermediateLeadsToTheRoot() {
        Credentials below = ISSUER.intermediate("between").credentials(DB);
        assertThat(LeafNeed.of(demand(DB), Optional.of(below), renewal, now)).isEqualTo(LeafNeed.NONE);
    }

    private LeafNeed need(LeafDemand demand, Instant when) {
        return LeafNeed.of(demand, Optional.of(held), renewal, when);
    }

    private static LeafDemand demand(String... names) {
        return new LeafDemand(true, Set.of(names), List.of(ISSUER.certificate()));
    }
}
