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
    private final int most;
    private final ArrayDeque<Pipe> kept = new ArrayDeque<>();
    private int inUse;

    /** @param most how many may be in use at once: descriptors that are not counted as connections' */
    PipePool(Kernel kernel, int most) {
        this.kernel = kernel;
        this.most = most;
    }

    /** Takes an empty pipe, to be given back by {@link #release}; empty if too many are in use, or the process has no descriptor left. */
    public Optional<Pipe> acquire() {
        if (inUse == most) {
            return Optional.empty();
        }
        Pipe pipe = kept.poll();
        if (pipe == null) {
            long ends = kernel.pipe(Pipe.CAPACITY_BYTES);
            if (ends < 0) {
                return Optional.empty();
            }
            pipe = new Pipe(kernel, ends);
        }
        inUse++;
        return Optional.of(pipe);
    }

    /** Gives a pipe back; it must not be used any more. */
    public void release(Pipe pipe) {
        inUse--;
        if (pipe.count() == 0 && kept.size() < KEPT) {
            kept.push(pipe);
        } else {
            pipe.close();
        }
    }
}
