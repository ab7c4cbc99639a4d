package io.socketbridge.sidecar.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketbridge.sidecar.linux.Epoll;
import io.socketbridge.sidecar.linux.Errno;
import io.socketbridge.sidecar.loop.EventLoop;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the kernel does so seldom, within a single call, that no test can have it do so on a real socket. */
@Timeout(60)
class FlowIT {

    private EventLoop loop;

    @BeforeEach
    void start() throws Exception {
        loop = new EventLoop("loop-under-test");
    }

    @AfterEach
    void stop() {
        loop.stop();
    }

    @Test
    void bytesThatAReaderWhoHasGoneWillNeverReadAreAReset() {
        assertThat(afterAPartAndAnError(-Errno.EPIPE, Epoll.HUP | Epoll.IN)).isEqualTo(Flow.Progress.SINK_RESET);
    }

    @Test
    void bytesThatAReaderWhoReadsNoMoreDoesNotTakeAreNone() {
        assertThat(afterAPartAndAnError(-Errno.EPIPE, Epoll.IN)).isEqualTo(Flow.Progress.SINK_FAILED);
    }

    @Test
    void aResetIsOne() {
        assertThat(afterAPartAndAnError(-Errno.ECONNRESET, 0)).isEqualTo(Flow.Progress.SINK_RESET);
    }

    /** A write of which a part is taken, as the reader goes meanwhile, and then another. */
    private Flow.Progress afterAPartAndAnError(int error, int stateOfSink) {
        Iterator<Integer> writes = List.of(5, error).iterator();
        Flow flow = new Flow(
                FakeStream.answering(Map.of("mostAtOnce", () -> 100, "look", () -> Epoll.IN, "read", () -> 10)),
                FakeStream.answering(
                        Map.of("mostAtOnce", () -> 100, "look", () -> stateOfSink, "write", writes::next)));
        flow.sourceReady(Epoll.IN);
        return CompletableFuture.supplyAsync(
                        () -> {
                            assertThat(flow.pump(loop, false)).isEqualTo(Flow.Progress.WAITING);
                            flow.sinkReady(Epoll.OUT);
                            return flow.pump(loop, false);
                        },
                        loop)
                .join();
    }
}
