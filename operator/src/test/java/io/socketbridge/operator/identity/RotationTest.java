package io.socketbridge.operator.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RotationTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final IssuingTerms TERMS = TestTerms.DEFAULT;

    /** The life begins with the clock skew, and a third of it is left then. */
    private static final Instant TWO_THIRDS = START.plus(Duration.ofDays(365))
            .minus(Duration.ofDays(365).plus(TERMS.clockSkew()).dividedBy(3));

    private final AuthorityState fresh = AuthorityState.NONE.signing(authority(START), START);

    @Test
    void anAuthorityRestsUntilAThirdOfItsLifeIsLeft() {
        assertThat(next(fresh, "", START)).isEqualTo(new Rotation.Rest(TWO_THIRDS));
        assertThat(next(fresh, "", TWO_THIRDS.minusMillis(1))).isInstanceOf(Rotation.Rest.class);
        assertThat(next(fresh, "", TWO_THIRDS)).isEqualTo(new Rotation.Announce());
    }

    @Test
    void aPersonHasItRotatedAtOnceAndByEachValueOnce() {
        assertThat(next(fresh, "please", START)).isEqualTo(new Rotation.Announce());
        AuthorityState announced = fresh.announce(authority(START), START, "please");
        AuthorityState promoted = announced.promote(START.plus(TERMS.retirement()));
        assertThat(next(promoted, "please", START)).isInstanceOf(Rotation.Rest.class);
        assertThat(next(promoted, "again", START)).isEqualTo(new Rotation.Announce());
        assertThat(next(promoted, "", START)).isInstanceOf(Rotation.Rest.class);
    }

    @Test
    void aNewAuthorityIsTrustedForAWhileBeforeItSigns() {
        AuthorityState announced = fresh.announce(authority(TWO_THIRDS), TWO_THIRDS, "");
        Instant due = TWO_THIRDS.plus(TERMS.announceTime());

        assertThat(announced.trusted()).hasSize(2);
        assertThat(announced.signing()).isEqualTo(fresh.signing());
        assertThat(next(announced, "", TWO_THIRDS)).isEqualTo(new Rotation.Rest(due));
        assertThat(next(announced, "meanwhile", due.minusMillis(1)))
                .as("one rotation at a time")
                .isEqualTo(new Rotation.Rest(due));
        assertThat(next(announced, "", due)).isEqualTo(new Rotation.Promote());
    }

    @Test
    void theOldOneIsTrustedUntilItsLastLeafHasExpired() {
        Instant promotion = TWO_THIRDS.plus(TERMS.announceTime());
        Instant gone = promotion.plus(TERMS.leafLifetime()).plus(TERMS.clockSkew());
        KeyAndCertificate made = authority(TWO_THIRDS);
        AuthorityState promoted = fresh.announce(made, TWO_THIRDS, "").promote(promotion.plus(TERMS.retirement()));

        assertThat(promoted.signing()).contains(made);
        assertThat(promoted.next()).isEmpty();
        assertThat(promoted.trusted())
                .containsExactly(
                        made.certificate(), fresh.signing().orElseThrow().certificate());
        assertThat(next(promoted, "", promotion)).isEqualTo(new Rotation.Rest(gone));
        assertThat(next(promoted, "", gone)).isEqualTo(new Rotation.Retire());
        assertThat(promoted.retire(gone).trusted()).containsExactly(made.certificate());
        assertThat(next(promoted.retire(gone), "", gone)).isInstanceOf(Rotation.Rest.class);
    }

    @Test
    void withTwoRotationsInADayBothOldOnesAreTrustedEachForItsTime() {
        AuthorityState once = fresh.announce(authority(START), START, "1").promote(START.plusSeconds(10));
        AuthorityState twice = once.announce(authority(START), START, "2").promote(START.plusSeconds(20));

        assertThat(twice.trusted()).hasSize(3);
        assertThat(twice.retire(START.plusSeconds(10)).trusted()).hasSize(2);
        assertThat(twice.retire(START.plusSeconds(20)).trusted()).hasSize(1);
    }

    @Test
    void anAuthorityThatHasExpiredIsNotWaitedFor() {
        Instant late = START.plus(Duration.ofDays(400));

        assertThat(next(fresh, "", late)).isEqualTo(new Rotation.Announce());
        assertThat(next(fresh.announce(authority(late), late, ""), "", late)).isEqualTo(new Rotation.Promote());
    }

    @Test
    void theSecretHoldsAllOfIt() {
        AuthorityState state = fresh.announce(authority(START), START, "1")
                .promote(START.plusSeconds(10))
                .announce(authority(START), START.plusSeconds(1), "2");

        assertThat(SecretFormat.read(SecretFormat.write(state))).isEqualTo(state);
        AuthorityState existing = state.existing(List.of(authority(START).certificate()), START.plusSeconds(30));
        assertThat(existing.retiring()).hasSize(2);
        assertThat(SecretFormat.read(SecretFormat.write(existing))).isEqualTo(existing);
        assertThat(SecretFormat.write(existing)).as("the type demands both").containsKeys("tls.crt", "tls.key");
    }

    @Test
    void termsThatLeaveNoTimeForARotationAreRefused() {
        assertThatThrownBy(() -> new IssuingTerms(
                        "a", Duration.ofHours(24), Duration.ofDays(3), Duration.ofHours(1), Duration.ofMinutes(5)))
                .hasMessageContaining("socketbridge.identity.authority-lifetime");
        assertThatThrownBy(() -> new IssuingTerms(
                        "a", Duration.ZERO, Duration.ofDays(3), Duration.ofHours(1), Duration.ofMinutes(5)))
                .hasMessageContaining("socketbridge.identity.leaf-lifetime");
        assertThatThrownBy(() -> new IssuingTerms(
                        "A/B", Duration.ofHours(1), Duration.ofDays(3), Duration.ofHours(1), Duration.ofMinutes(5)))
                .hasMessageContaining("socketbridge.identity.trust-domain");
    }

    private static Rotation next(AuthorityState state, String asked, Instant now) {
        return Rotation.next(state, asked, now, TERMS);
    }

    private static KeyAndCertificate authority(Instant now) {
        return CertificateAuthority.create(TERMS, now).own();
    }
}
