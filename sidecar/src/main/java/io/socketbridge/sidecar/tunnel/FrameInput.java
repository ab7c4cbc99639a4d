package io.socketbridge.sidecar.tunnel;

import io.socketbridge.sidecar.frame.FrameHeader;
import io.socketbridge.sidecar.frame.FrameType;
import io.socketbridge.sidecar.frame.ProtocolException;
import io.socketbridge.sidecar.loop.ChunkPool.Chunk;
import io.socketbridge.sidecar.loop.EventLoop;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Takes frames out of what a link receives. The bytes of data frames come to lie in the loop's buffer, one behind the other; a frame of
 * another kind ends that, and has to be taken before more is read. Owned by one loop.
 */
final class FrameInput {

    private static final byte[] NO_BYTES = {};

    private final EventLoop loop;
    private final SealedLink link;

    /** The header that is being read, and how much of it was. */
    private int header;

    private int headerBytes;

    /** Of the frame that is being read; without meaning between frames. */
    private FrameType type = FrameType.DATA;

    private int payloadLeft;

    /** The payload of a frame that is no data; as long as it shall be. */
    private byte[] payload = NO_BYTES;

    /** A frame that is no data and was read whole; null while there is none. */
    private @Nullable FrameType pending;

    /** What was opened behind it; null when that is nothing. */
    private @Nullable Chunk deferred;

    private int deferredBytes;

    FrameInput(EventLoop loop, SealedLink link) {
        this.loop = loop;
        this.link = link;
    }

    /** A frame that is no data and comes next; null while there is none. */
    @Nullable
    FrameType pending() {
        return pending;
    }

    /** Takes the {@link #pending} frame, and gives its payload. */
    byte[] take() {
        pending = null;
        return payload;
    }

    /** Whether {@link #read} may find something without another event. */
    boolean mayHold() {
        return pending != null || deferred != null || link.mayHold();
    }

    /** Takes note of plain bytes that were put into {@link EventLoop#framed} while the handshake ended. */
    void accept(int at, int count) throws TunnelException {
        defer(at, at + count);
    }

    /**
     * Reads data into the loop's buffer, from its start, up to a frame of another kind.
     *
     * @return how many bytes; 0 when a frame of another kind is {@link #pending}, or nothing is there
     */
    int read() throws TunnelException {
        int count = 0;
        if (deferred != null && pending == null) {
            count = readDeferred();
        }
        while (pending == null && deferred == null) {
            int more = readRecords(count);
            if (more < 0) {
                break;
            }
            count = more;
        }
        return count;
    }

    private int readDeferred() throws TunnelException {
        Chunk chunk = deferred;
        if (chunk == null) {
            return 0;
        }
        int bytes = deferredBytes;
        deferred = null;
        int at = EventLoop.HEADROOM_BYTES;
        MemorySegment.copy(chunk.memory(), 0, loop.framed(), at, bytes);
        loop.chunks().release(chunk);
        return parse(at, at + bytes, 0);
    }

    /** Reads what the link gives at once behind {@code count} bytes; how many there are then, or negative if it gives nothing. */
    private int readRecords(int count) throws TunnelException {
        MemorySegment framed = loop.framed();
        boolean frameStarts = payloadLeft == 0 && headerBytes == 0;
        // A header that comes first comes to lie in front of its bytes, which are then where they should be.
        int at = EventLoop.HEADROOM_BYTES + count - (frameStarts ? FrameHeader.BYTES : 0);
        int covered = FrameHeader.read(framed, at);
        int received = link.receive(at);
        if (received == 0) {
            return -1;
        }
        int now = parse(at, at + received, count);
        if (frameStarts && count > 0) {
            FrameHeader.write(framed, at, covered);
        }
        return now;
    }

    /** Takes plain bytes apart; how many bytes of data the loop's buffer holds then. */
    private int parse(int start, int end, int count) throws TunnelException {
        int at = start;
        int data = count;
        while (at < end) {
            if (pending != null) {
                defer(at, end);
                return data;
            }
            if (payloadLeft == 0) {
                at = parseHeader(at, end);
            } else if (type == FrameType.DATA) {
                int bytes = Math.min(payloadLeft, end - at);
                int to = EventLoop.HEADROOM_BYTES + data;
                if (at != to) {
                    MemorySegment.copy(loop.framed(), at, loop.framed(), to, bytes);
                }
                at += bytes;
                data += bytes;
                payloadLeft -= bytes;
            } else {
                int bytes = Math.min(payloadLeft, end - at);
                MemorySegment.copy(
                        loop.framed(), ValueLayout.JAVA_BYTE, at, payload, payload.length - payloadLeft, bytes);
                at += bytes;
                payloadLeft -= bytes;
                if (payloadLeft == 0) {
                    pending = type;
                }
            }
        }
        return data;
    }

    private int parseHeader(int start, int end) throws TunnelException {
        MemorySegment framed = loop.framed();
        int at = start;
        if (headerBytes == 0 && end - at >= FrameHeader.BYTES) {
            header = FrameHeader.read(framed, at);
            at += FrameHeader.BYTES;
        } else {
            while (headerBytes < FrameHeader.BYTES && at < end) {
                header = header << 8 | Byte.toUnsignedInt(framed.get(ValueLayout.JAVA_BYTE, at++));
                headerBytes++;
            }
            if (headerBytes < FrameHeader.BYTES) {
                return at;
            }
        }
        headerBytes = 0;
        try {
            type = FrameHeader.type(header);
        } catch (ProtocolException e) {
            throw new TunnelException("protocol", String.valueOf(e.getMessage()));
        }
        payloadLeft = FrameHeader.length(header);
        if (type != FrameType.DATA) {
            payload = payloadLeft == 0 ? NO_BYTES : new byte[payloadLeft];
            if (payloadLeft == 0) {
                pending = type;
            }
        }
        return at;
    }

    private void defer(int at, int end) {
        if (at == end) {
            return;
        }
        Chunk chunk = loop.chunks().acquire(end - at);
        MemorySegment.copy(loop.framed(), at, chunk.memory(), 0, end - at);
        deferred = chunk;
        deferredBytes = end - at;
    }

    /** Gives back what is held. */
    void release() {
        if (deferred != null) {
            loop.chunks().release(deferred);
            deferred = null;
        }
    }
}
