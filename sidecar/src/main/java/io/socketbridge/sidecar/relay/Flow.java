package io.socketbridge.sidecar.relay;

import io.socketbridge.sidecar.linux.Errno;
import io.socketbridge.sidecar.loop.ChunkPool;
import io.socketbridge.sidecar.loop.ChunkPool.Chunk;
import io.socketbridge.sidecar.loop.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a connection: reads from one stream, writes to the other, and reads no further while the other takes
 * nothing. Owned by the connection's loop.
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
        /** The reading side failed: everything it gave before has been written. */
        SOURCE_FAILED,
        /** The writing side takes nothing any more: its reader is gone. */
        SINK_FAILED,
        /** The writing side was reset, and with the write that said so the kernel has forgotten it. */
        SINK_RESET
    }

    /** How many buffers are moved before other connections get a turn. */
    private static final int TURNS = 16;

    private final ByteStream source;
    private final ByteStream sink;

    /** What was read and not yet written, from {@link #pendingStart} to {@link #pendingEnd}; null when that is nothing. */
    private @Nullable Chunk pending;

    private int pendingStart;
    private int pendingEnd;

    /** Since edges are reported once, they are remembered until a call says {@code EAGAIN}. */
    private boolean readable = true;

    private boolean writable = true;
    private boolean sourceEnded;
    private boolean sourceFailed;

    /** Whether the source was reset, which it will say no more: then what looks like its end of file is none. */
    private boolean sourceWasReset;

    private Progress sinkFailure = Progress.SINK_FAILED;
    private Progress last = Progress.WAITING;
    private long bytes;

    Flow(ByteStream source, ByteStream sink) {
        this.source = source;
        this.sink = sink;
    }

    void sourceReady() {
        readable = true;
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

    /** What became of the last turn. */
    Progress progress() {
        return last;
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

    void release(ChunkPool chunks) {
        if (pending != null) {
            chunks.release(pending);
            pending = null;
        }
    }

    private Progress move(EventLoop loop) {
        for (int turn = 0; turn < TURNS; turn++) {
            if (pending != null && !flush(loop.chunks())) {
                return writable ? sinkFailure : Progress.WAITING;
            }
            if (sourceFailed) {
                return Progress.SOURCE_FAILED;
            }
            if (sourceEnded) {
                return sink.endOutput() < 0 ? Progress.SINK_FAILED : Progress.ENDED;
            }
            if (!readable) {
                return Progress.WAITING;
            }
            int count = source.read(loop.buffer(), 0, EventLoop.BUFFER_BYTES);
            if (count > 0) {
                if (!write(loop, count)) {
                    return sinkFailure;
                }
            } else if (count == 0) {
                sourceEnded = !sourceWasReset;
                sourceFailed = sourceWasReset;
            } else if (count == -Errno.EAGAIN) {
                readable = false;
            } else {
                sourceFailed = true;
            }
        }
        return Progress.MORE;
    }

    /** Writes what the loop's buffer holds, and keeps what is not taken; false if the sink failed. */
    private boolean write(EventLoop loop, int count) {
        int written = writable ? sink.write(loop.buffer(), 0, count) : -Errno.EAGAIN;
        if (written == -Errno.EAGAIN) {
            written = 0;
        } else if (written < 0) {
            return failed(written);
        }
        bytes += written;
        if (written < count) {
            Chunk chunk = loop.chunks().acquire();
            chunk.memory().asSlice(0, count - written).copyFrom(loop.buffer().asSlice(written, count - written));
            pending = chunk;
            pendingStart = 0;
            pendingEnd = count - written;
            // A short write says that the socket's buffer is full; the edge will say when it is not.
            writable = false;
        }
        return true;
    }

    /** Writes what is pending; true if nothing is left, false if the sink is full ({@code !writable}) or failed. */
    private boolean flush(ChunkPool chunks) {
        if (!writable || pending == null) {
            return pending == null;
        }
        int written = sink.write(pending.memory(), pendingStart, pendingEnd - pendingStart);
        if (written == -Errno.EAGAIN) {
            writable = false;
            return false;
        }
        if (written < 0) {
            return failed(written);
        }
        bytes += written;
        pendingStart += written;
        if (pendingStart < pendingEnd) {
            writable = false;
            return false;
        }
        release(chunks);
        return true;
    }

    private boolean failed(int result) {
        sinkFailure = result == -Errno.EPIPE ? Progress.SINK_FAILED : Progress.SINK_RESET;
        return false;
    }
}
