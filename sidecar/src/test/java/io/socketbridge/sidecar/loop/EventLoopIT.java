package io.socketbridge.sidecar.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EventLoopIT {

    /** Enough for a task to fall into any moment of a turn, that of waking up above all. */
    private static final int TASKS_EACH = 50_000;

    @Test
    void everyTaskThatOtherThreadsHandOverIsRunWithoutAnotherToWakeTheLoopForIt() throws Exception {
        EventLoop loop = new EventLoop("loop-under-test");
        try {
            List<CompletableFuture<Void>> threads = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                threads.add(CompletableFuture.runAsync(() -> handOverOneAfterTheOther(loop)));
            }
            for (CompletableFuture<Void> thread : threads) {
                assertThat(thread).succeedsWithin(60, TimeUnit.SECONDS);
            }
        } finally {
            loop.stop();
        }
    }

    private static void handOverOneAfterTheOther(EventLoop loop) {
        for (int i = 0; i < TASKS_EACH; i++) {
            CompletableFuture.runAsync(() -> {}, loop)
                    .orTimeout(10, TimeUnit.SECONDS)
                    .join();
        }
    }
}
