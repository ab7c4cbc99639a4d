package io.socketbridge.sidecar.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimersTest {

    private final Timers timers = new Timers();
    private final List<Integer> done = new ArrayList<>();

    @Test
    void comeInTheOrderOfTheirTimesAndOnce() {
        for (int i : new int[] {3, 1, 2}) {
            timers.add(i, () -> done.add(i));
        }
        doThoseDueAt(2);
        doThoseDueAt(2);
        assertThat(done).containsExactly(1, 2);
        doThoseDueAt(3);
        assertThat(done).containsExactly(1, 2, 3);
        assertThat(timers.first()).isNull();
    }

    @Test
    void doNotHappenOnceCancelledHoweverOften() {
        Timer first = timers.add(1, () -> done.add(1));
        timers.add(2, () -> done.add(2));
        first.cancel();
        first.cancel();
        doThoseDueAt(2);
        first.cancel();
        assertThat(done).containsExactly(2);
        assertThat(timers.size()).isZero();
    }

    @Test
    void takeNoRoomForLongOnceCancelled() {
        for (int i = 0; i < 100_000; i++) {
            if (i % 1_000 == 0) {
                int number = i;
                timers.add(2_000_000 - i, () -> done.add(number));
            }
            timers.add(1_000_000 + i, () -> done.add(-1)).cancel();
        }
        assertThat(timers.size()).isLessThan(300);
        doThoseDueAt(3_000_000);
        assertThat(done).hasSize(100).isSortedAccordingTo((a, b) -> Integer.compare(b, a));
    }

    private void doThoseDueAt(long nanos) {
        for (Timer timer = timers.takeDue(nanos); timer != null; timer = timers.takeDue(nanos)) {
            timer.run();
        }
    }
}
