package io.socketbridge.sidecar.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.contract.ProxyProtocol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BalancerTest {

    private static final Dialer NOBODY = (loop, origin, limit, outcome) -> {
        throw new UnsupportedOperationException();
    };

    private final List<String> told = new ArrayList<>();
    private long nowNanos = Long.MAX_VALUE - 1; // it may overflow
    private final Balancer balancer = new Balancer(
            new Balancer.Observer() {
                @Override
                public void ejected(String address, boolean again, Duration pause, String lastFailure) {
                    told.add(address + " for " + pause.toSeconds() + (again ? " again" : ""));
                }

                @Override
                public void back(String address) {
                    told.add(address + " back");
                }
            },
            () -> nowNanos,
            0);

    @Test
    void equalsAreTriedInTurn() {
        List<Destination> all = targets("a0", "b0", "c0");
        assertThat(orders(all, 4)).containsExactly("abc", "bca", "cab", "abc");
    }

    @Test
    void theNearestAreTriedFirstAndThoseBehindThemInTurnToo() {
        List<Destination> all = targets("a0", "b0", "c1", "d1", "e2");
        assertThat(orders(all, 3)).containsExactly("abcde", "badce", "abcde");
    }

    @Test
    void theTurnGoesOnWhenItsCounterOverflows() {
        Balancer last = new Balancer(new Silent(), () -> 0, Integer.MAX_VALUE);
        List<Destination> all = targets("a0", "b0");
        assertThat(Stream.generate(() -> text(last.order(all))).limit(3)).containsExactly("ba", "ab", "ba");
    }

    @Test
    void oneThatFailsAgainAndAgainIsTriedLastUntilItsTimeIsOver() {
        List<Destination> all = targets("a0", "b0", "c1");
        fail(all.get(0), Balancer.FAILURES - 1);
        assertThat(orders(all, 2)).containsExactly("abc", "bac");
        fail(all.get(0), 1);
        assertThat(orders(all, 2)).containsExactly("bca", "bca");
        pass(Balancer.FIRST_PAUSE.minusNanos(1));
        assertThat(orders(all, 2)).containsExactly("bca", "bca");
        pass(Duration.ofNanos(1));
        assertThat(orders(all, 1)).as("a trial").containsExactly("abc");
        assertThat(orders(all, 2)).as("while it is under way").containsExactly("bca", "bca");
        assertThat(told).containsExactly("a for 1");
    }

    @Test
    void successEndsIt() {
        List<Destination> all = targets("a0", "b0");
        fail(all.get(0), Balancer.FAILURES);
        balancer.reached(all.get(0));
        assertThat(orders(all, 2)).containsExactly("ab", "ba");
        fail(all.get(0), Balancer.FAILURES - 1);
        assertThat(told).containsExactly("a for 1", "a back");
    }

    @Test
    void failuresInARowAreCountedAndNotOthers() {
        List<Destination> all = targets("a0", "b0");
        for (int i = 0; i < 10; i++) {
            fail(all.get(0), Balancer.FAILURES - 1);
            balancer.reached(all.get(0));
        }
        assertThat(told).isEmpty();
    }

    @Test
    void eachTrialThatFailsDoublesTheTimeUpToALimit() {
        List<Destination> all = targets("a0", "b1");
        fail(all.get(0), Balancer.FAILURES);
        for (int i = 0; i < 8; i++) {
            pass(Balancer.LONGEST_PAUSE);
            assertThat(orders(all, 1)).containsExactly("ab");
            fail(all.get(0), 1);
        }
        assertThat(told)
                .containsExactly(
                        "a for 1",
                        "a for 2 again",
                        "a for 4 again",
                        "a for 8 again",
                        "a for 16 again",
                        "a for 32 again",
                        "a for 60 again",
                        "a for 60 again",
                        "a for 60 again");
    }

    @Test
    void whatFailsThoughItIsNoTrialChangesNothing() {
        List<Destination> all = targets("a0", "b1");
        fail(all.get(0), 100);
        assertThat(told).containsExactly("a for 1");
        pass(Balancer.FIRST_PAUSE);
        assertThat(orders(all, 1)).containsExactly("ab");
    }

    @Test
    void atMostHalfOfThemRoundedUpAreEjected() {
        List<Destination> all = targets("a0", "b0", "c0", "d0", "e0");
        all.forEach(each -> fail(each, Balancer.FAILURES));
        assertThat(told).containsExactly("a for 1", "b for 1", "c for 1");
        assertThat(orders(all, 1)).containsExactly("deabc");
        balancer.reached(all.get(0));
        fail(all.get(4), 1);
        assertThat(told).endsWith("a back", "e for 1");
    }

    @Test
    void theOnlyOneIsNotEjected() {
        List<Destination> all = targets("a0");
        fail(all.get(0), 100);
        assertThat(told).isEmpty();
        assertThat(orders(all, 1)).containsExactly("a");
    }

    @Test
    void allAreTriedWhereAllThatWereLeftAreEjected() {
        List<Destination> four = targets("a0", "b0", "c0", "d0");
        fail(four.get(0), Balancer.FAILURES);
        fail(four.get(1), Balancer.FAILURES);
        List<Destination> left = targets("a0", "b0");
        assertThat(orders(left, 2)).containsExactly("ab", "ba");
    }

    @Test
    void whatIsKnownOfOneThatStaysIsKeptAndOfOneThatGoesIsForgotten() {
        List<Destination> all = targets("a0", "b0", "c0", "d0");
        fail(all.get(0), Balancer.FAILURES);
        fail(all.get(1), Balancer.FAILURES);
        targets("a0", "c0");
        fail(all.get(1), Balancer.FAILURES);
        assertThat(orders(targets("a0", "b0", "c0"), 2)).containsExactly("bca", "cba");
        assertThat(told).containsExactly("a for 1", "b for 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"denied", "no-certificate", "resources"})
    void whatIsNoFaultOfTheTargetIsNotCounted(String reason) {
        List<Destination> all = targets("a0", "b0");
        for (int i = 0; i < 100; i++) {
            balancer.failed(all.get(0), reason, "");
        }
        assertThat(told).isEmpty();
    }

    /** One for each text: an address of one letter, and its distance. */
    private List<Destination> targets(String... texts) {
        List<Destination> all = Stream.of(texts)
                .map(text -> new Destination(
                        text.substring(0, 1), NOBODY, ProxyProtocol.NONE, Integer.parseInt(text.substring(1))))
                .toList();
        balancer.update(all);
        return all;
    }

    private void fail(Destination destination, int times) {
        for (int i = 0; i < times; i++) {
            balancer.failed(destination, "refused", "nobody listens");
        }
    }

    private void pass(Duration time) {
        nowNanos += time.toNanos();
    }

    private List<String> orders(List<Destination> all, int connections) {
        return Stream.generate(() -> text(balancer.order(all)))
                .limit(connections)
                .toList();
    }

    private static String text(List<Destination> order) {
        return String.join("", order.stream().map(Destination::address).toList());
    }

    private static final class Silent implements Balancer.Observer {

        @Override
        public void ejected(String address, boolean again, Duration pause, String lastFailure) {}

        @Override
        public void back(String address) {}
    }
}
