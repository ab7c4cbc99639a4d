package io.socketbridge.sidecar.relay;

import io.socketbridge.sidecar.linux.Errno;
import io.socketbridge.sidecar.loop.ChunkPool.Chunk;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.loop.Pipe;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * What a flow has read and not written yet: bytes in a buffer or in a pipe, then perhaps one that is out of band. Owned by the
 * connection's loop.
 */
final class Remainder {

    private static final int NONE = -1;

    /** From {@link #start} to {@link #end}; null when that is nothing. */
    private @Nullable Chunk chunk;

    private int start;
    private int end;

    /** Null when it holds nothing. */
    private @Nullable Pipe pipe;

    private int outOfBand = NONE;

    boolean isEmpty() {
        return chunk == null && pipe == null && outOfBand == NONE;
    }

    /** Keeps a copy of bytes; only while {@link #isEmpty}. */
    void keep(EventLoop loop, MemorySegment buffer, int offset, int count) {
        Chunk taken = loop.chunks().acquire(count);
        MemorySegment.copy(buffer, offset, taken.memory(), 0, count);
        chunk = taken;
        start = 0;
        end = count;
    }

    /** Keeps a pipe that holds something; only while {@link #isEmpty}. */
    void keep(Pipe filled) {
        pipe = filled;
    }

    /** Keeps a byte that goes out of band; only while {@link #isEmpty}. */
    void keepOutOfBand(byte value) {
        outOfBand = Byte.toUnsignedInt(value);
    }

    /**
     * Writes once.
     *
     * @return how many bytes were taken, or a negated error number
     */
    int writeTo(ByteStream sink, EventLoop loop) {
        int written;
        int left;
        if (chunk != null) {
            left = end - start;
            written = sink.write(chunk.memory(), start, left);
            start += Math.max(0, written);
        } else if (pipe != null) {
            left = pipe.count();
            written = pipe.drain(sink.descriptor());
        } else {
            written = sink.writeOutOfBand((byte) outOfBand);
            outOfBand = written > 0 ? NONE : outOfBand;
            return written == -Errno.EINVAL ? -Errno.EOPNOTSUPP : written;
        }
        if (written == left) {
            release(loop);
        }
        return written;
    }

    /** Gives back what it takes, bytes and all. */
    void release(EventLoop loop) {
        if (chunk != null) {
            loop.chunks().release(chunk);
            chunk = null;
        }
        if (pipe != null) {
            loop.pipes().release(pipe);
            pipe = null;
        }
        outOfBand = NONE;
    }
}
