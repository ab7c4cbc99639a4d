package io.socketbridge.sidecar.loop;

import io.socketbridge.sidecar.linux.LinuxException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The process's event loops. */
public final class EventLoops implements AutoCloseable {

    private final List<EventLoop> loops;
    private final AtomicInteger next = new AtomicInteger();

    private EventLoops(List<EventLoop> loops) {
        this.loops = List.copyOf(loops);
    }

    /**
     * Starts loops.
     *
     * @param threads how many, at least 1
     * @throws LinuxException if the process has too few descriptors left
     */
    public static EventLoops start(int threads) throws LinuxException {
        List<EventLoop> loops = new ArrayList<>(threads);
        for (int i = 0; i < threads; i++) {
            loops.add(new EventLoop("loop-" + i, threads));
        }
        return new EventLoops(loops);
    }

    /** All of them. */
    public List<EventLoop> all() {
        return loops;
    }

    /** A loop for something that stays, such as a listener: each in turn. */
    public EventLoop next() {
        return loops.get(Math.floorMod(next.getAndIncrement(), loops.size()));
    }

    /** The loop for a new connection: {@code here} if no other has less to do, since a hand-over costs a wake-up. */
    public EventLoop leastLoaded(EventLoop here) {
        EventLoop least = here;
        for (EventLoop loop : loops) {
            if (loop.load().get() < least.load().get()) {
                least = loop;
            }
        }
        return least;
    }

    /** Connections that all loops together serve or are about to. */
    public int load() {
        return loops.stream().mapToInt(loop -> loop.load().get()).sum();
    }

    @Override
    public void close() {
        loops.forEach(EventLoop::stop);
    }
}
