package io.socketbridge.sidecar.loop;

import io.socketbridge.sidecar.linux.Kernel;
import java.util.ArrayDeque;
import java.util.Optional;

/**
 * Pipes for connections that move much at once. One is in use only while it holds bytes that its sink does not take, so that a
 * loop whose readers keep up needs a single one. Owned by one loop.
 */
public final class PipePool {

    /** What is kept for the next one in need; others are closed. */
    private static final int KEPT = 8;

    private final Kernel kernel;
    private final ArrayDeque<Pipe> kept = new ArrayDeque<>();

    PipePool(Kernel kernel) {
        this.kernel = kernel;
    }

    /** Takes an empty pipe, to be given back by {@link #release}; empty if the process has no descriptor left. */
    public Optional<Pipe> acquire() {
        Pipe pipe = kept.poll();
        if (pipe != null) {
            return Optional.of(pipe);
        }
        long ends = kernel.pipe(Pipe.CAPACITY_BYTES);
        return ends < 0 ? Optional.empty() : Optional.of(new Pipe(kernel, ends));
    }

    /** Gives a pipe back; it must not be used any more. */
    public void release(Pipe pipe) {
        if (pipe.count() == 0 && kept.size() < KEPT) {
            kept.push(pipe);
        } else {
            pipe.close();
        }
    }
}
