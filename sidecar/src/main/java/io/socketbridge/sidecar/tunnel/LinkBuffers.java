package io.socketbridge.sidecar.tunnel;

import io.socketbridge.sidecar.loop.ChunkPool.Chunk;
import io.socketbridge.sidecar.loop.EventLoop;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/** The buffers that all links of a loop use in turn, each as engines of TLS want them. Owned by its loop. */
final class LinkBuffers {

    /** Guarded by itself. */
    private static final Map<EventLoop, LinkBuffers> OF_LOOPS = new WeakHashMap<>();

    /** What a loop's buffer holds, sealed, and a record that came before it. */
    private static final int SEALED_BYTES = EventLoop.BUFFER_BYTES + 32 * 1024;

    private final MemorySegment sealedMemory = Arena.ofAuto().allocate(SEALED_BYTES, 64);
    private final MemorySegment outgoingMemory = Arena.ofAuto().allocate(SEALED_BYTES, 64);
    private final ByteBuffer plain;
    private final ByteBuffer sealed = sealedMemory.asByteBuffer();
    private final ByteBuffer outgoing = outgoingMemory.asByteBuffer();

    /** How much of {@link #sealed} was received just now. */
    private int held;

    private LinkBuffers(EventLoop loop) {
        plain = loop.framed().asByteBuffer();
    }

    static LinkBuffers of(EventLoop loop) {
        synchronized (OF_LOOPS) {
            return OF_LOOPS.computeIfAbsent(loop, LinkBuffers::new);
        }
    }

    /** The loop's framed buffer, from there up to the end of its buffer and a little more. */
    ByteBuffer plain(int at, int slack) {
        return plain.clear().position(at).limit(EventLoop.HEADROOM_BYTES + EventLoop.BUFFER_BYTES + slack);
    }

    /** What came: just now, or else what is kept. */
    ByteBuffer sealed(@Nullable Chunk kept, int keptBytes) {
        if (held == 0 && kept != null) {
            MemorySegment.copy(kept.memory(), 0, sealedMemory, 0, keptBytes);
            held = keptBytes;
        }
        return sealed.clear().limit(held);
    }

    MemorySegment sealedMemory() {
        return sealedMemory;
    }

    void holds(int bytes) {
        held = bytes;
    }

    /** Empty, for what is sealed. */
    ByteBuffer outgoing() {
        return outgoing.clear();
    }

    MemorySegment outgoingMemory() {
        return outgoingMemory;
    }
}
