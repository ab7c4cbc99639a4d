package io.socketbridge.sidecar.relay;

import io.socketbridge.sidecar.linux.Errno;
import io.socketbridge.sidecar.loop.ChunkPool.Chunk;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.loop.Pipe;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a connection: reads from one stream, writes to the other, and reads no further while the other takes
 * nothing. Owned by the connection's loop.
 *
 * <p>Small messages pass through the loop's buffer, which costs the fewest calls; what comes in full buffers passes through
 * a pipe, inside the kernel, which costs the fewest copies. The flow goes from one to the other as its traffic does.
 */
final class Flow {

    /** What became of a turn. */
    enum Progress {
        /** Nothing to do until an event comes. */
        WAITING,
        /** The turn was used up and there may be more at once. */
        MORE,
        /** The end of file has been passed on, and nothing is left. */
        ENDED,
        /** The reading side failed, and everything it gave before has been written; or there is no memory to write it. */
        CUT,
        /** The writing side takes nothing any more: its reader is gone. */
        SINK_FAILED,
        /** The writing side was reset, and with the write that said so the kernel has forgotten it. */
        SINK_RESET
    }

    /** How many buffers are moved before other connections get a turn. */
    private static final int TURNS = 16;

    /** How many full buffers in a row make a bulk transfer. */
    private static final int BULK_READS = 2;

    /** How many small pieces in a row end one; a bulk transfer that is faster than its source has some. */
    private static final int SMALL_PIECES = 16;

    private static final int SMALL_BYTES = 16 * 1024;

    private final ByteStream source;
    private final ByteStream sink;

    /** What was read and not yet written, from {@link #pendingStart} to {@link #pendingEnd}; null when that is nothing. */
    private @Nullable Chunk pending;

    private int pendingStart;
    private int pendingEnd;

    /** Held from the moment that it is filled until it is empty; null else. */
    private @Nullable Pipe pipe;

    private boolean bulk;

    /** Whether both ends may be spliced; false too once the kernel has refused. */
    private boolean spliceable;

    /** Full reads in a row while not {@link #bulk}, small pieces in a row while it is. */
    private int streak;

    /** Since edges are reported once, they are remembered until a call says {@code EAGAIN}. */
    private boolean readable = true;

    private boolean writable = true;
    private boolean sourceEnding;
    private boolean sourceEnded;
    private boolean sourceFailed;
    private boolean sourceRefused;

    /** Whether the source was reset, which it will say no more: then what looks like its end of file is none. */
    private boolean sourceWasReset;

    private Progress sinkFailure = Progress.SINK_FAILED;
    private Progress last = Progress.WAITING;
    private long bytes;

    Flow(ByteStream source, ByteStream sink) {
        this.source = source;
        this.sink = sink;
        this.spliceable = source.splices() && sink.splices();
    }

    /**
     * Takes note of an event.
     *
     * @param ending whether it said that more may come than bytes: then only a read tells the end
     */
    void sourceReady(boolean ending) {
        readable = true;
        sourceEnding |= ending;
    }

    void sinkReady() {
        writable = true;
    }

    /** Whether there will be nothing more to do. */
    boolean finished() {
        return last != Progress.WAITING && last != Progress.MORE;
    }

    boolean ended() {
        return last == Progress.ENDED;
    }

    /** Takes note that the source was reset; what it gave before is still read. */
    void sourceWasReset() {
        sourceWasReset = true;
        readable = true;
    }

    /** Whether the source gave something that cannot be carried. */
    boolean sourceRefused() {
        return sourceRefused;
    }

    /** Ends the flow at once: its source has given something that cannot be carried. */
    void refuseSource() {
        sourceRefused = true;
        last = Progress.CUT;
    }

    /** What became of the last turn. */
    Progress progress() {
        return last;
    }

    /** Whether the sink takes no more now, and something waits for it: backpressure. */
    boolean isBlocked() {
        return !writable && (pending != null || pipe != null);
    }

    /** Bytes written since this was last asked. */
    long takeBytes() {
        long taken = bytes;
        bytes = 0;
        return taken;
    }

    /** Moves what can be moved now; only while not {@link #finished}. */
    Progress pump(EventLoop loop) {
        last = move(loop);
        return last;
    }

    /** Gives back what the flow holds, bytes and all. */
    void release(EventLoop loop) {
        if (pending != null) {
            loop.chunks().release(pending);
            pending = null;
        }
        if (pipe != null) {
            loop.pipes().release(pipe);
            pipe = null;
        }
    }

    private Progress move(EventLoop loop) {
        for (int turn = 0; turn < TURNS; turn++) {
            if (!flush(loop)) {
                return writable ? sinkFailure : Progress.WAITING;
            }
            if (sourceFailed) {
                return Progress.CUT;
            }
            if (sourceEnded) {
                return sink.endOutput() < 0 ? Progress.SINK_FAILED : Progress.ENDED;
            }
            if (!readable) {
                return Progress.WAITING;
            }
            int count = bulk ? splice(loop) : read(loop);
            if (count > 0) {
                if (pipe == null && !write(loop, count)) {
                    return sinkFailure;
                }
                // Less than was asked for is all there was; what has come since is another event.
                readable = pipe != null || count == EventLoop.BUFFER_BYTES || sourceEnding;
                adapt(count);
            } else if (count == 0) {
                sourceEnded = !sourceWasReset;
                sourceFailed = sourceWasReset;
            } else if (count == -Errno.EAGAIN) {
                readable = false;
            } else {
                sourceFailed = true;
                sourceRefused = count == -Errno.EOPNOTSUPP;
            }
        }
        return Progress.MORE;
    }

    private int read(EventLoop loop) {
        return source.read(loop.buffer(), 0, EventLoop.BUFFER_BYTES);
    }

    /** Goes to bulk transfer or back, as the last pieces were. */
    private void adapt(int count) {
        boolean counts = bulk ? count < SMALL_BYTES : spliceable && count == EventLoop.BUFFER_BYTES;
        streak = counts ? streak + 1 : 0;
        if (streak == (bulk ? SMALL_PIECES : BULK_READS)) {
            bulk = !bulk;
            streak = 0;
        }
    }

    /** Fills a pipe from the source; without one to be had, goes back to the buffer. */
    private int splice(EventLoop loop) {
        Pipe taken = loop.pipes().acquire().orElse(null);
        if (taken == null) {
            bulk = false;
            return read(loop);
        }
        int refused = source.startSplicing();
        int count = refused < 0 ? refused : taken.fill(source.descriptor());
        if (count > 0) {
            pipe = taken;
            return count;
        }
        loop.pipes().release(taken);
        if (count == -Errno.EINVAL) {
            // Some sandboxes' kernels have no splice for sockets.
            bulk = false;
            spliceable = false;
            return read(loop);
        }
        return count;
    }

    /** Writes what the loop's buffer holds, and keeps what is not taken; false if the sink failed. */
    private boolean write(EventLoop loop, int count) {
        int written = sink.write(loop.buffer(), 0, count);
        if (written == -Errno.EAGAIN) {
            written = 0;
        } else if (written < 0) {
            return failed(written);
        }
        bytes += written;
        if (written < count) {
            Chunk chunk = loop.chunks().acquire(count - written);
            chunk.memory().asSlice(0, count - written).copyFrom(loop.buffer().asSlice(written, count - written));
            pending = chunk;
            pendingStart = 0;
            pendingEnd = count - written;
            // A short write says that the socket's buffer is full; the edge will say when it is not.
            writable = false;
        }
        return true;
    }

    /** Writes what is held; true if nothing is left, false if the sink is full ({@code !writable}) or failed. */
    private boolean flush(EventLoop loop) {
        while (pending != null || pipe != null) {
            if (!writable) {
                return false;
            }
            int left = pipe != null ? pipe.count() : pendingEnd - pendingStart;
            int written = pipe != null
                    ? pipe.drain(sink.descriptor())
                    : sink.write(Objects.requireNonNull(pending).memory(), pendingStart, left);
            if (written == -Errno.EAGAIN) {
                writable = false;
                return false;
            }
            if (written < 0) {
                return failed(written);
            }
            bytes += written;
            pendingStart += written;
            if (written == left) {
                release(loop);
            }
        }
        return true;
    }

    private boolean failed(int result) {
        sinkFailure = switch (-result) {
            case Errno.EPIPE -> Progress.SINK_FAILED;
            case Errno.ENOMEM, Errno.ENOBUFS -> Progress.CUT;
            default -> Progress.SINK_RESET;
        };
        return false;
    }
}
