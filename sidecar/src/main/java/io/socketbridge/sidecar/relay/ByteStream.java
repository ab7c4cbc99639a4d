package io.socketbridge.sidecar.relay;

import java.lang.foreign.MemorySegment;

/**
 * One end of a relayed connection: a connected stream socket, non-blocking. Belongs to one loop.
 *
 * <p>Results are as in {@link io.socketbridge.sidecar.linux.Kernel}: a count, or a negated error number.
 */
public interface ByteStream {

    /** The descriptor, to be watched. */
    int descriptor();

    /**
     * Reads what is there: a count, less than {@code length} only when that was all; 0 at end of file, {@code -EAGAIN} when nothing
     * is there yet, {@code -EOPNOTSUPP} if what is there cannot be carried.
     */
    int read(MemorySegment buffer, int offset, int length);

    /** Writes as much as is taken: a count, or {@code -EAGAIN} when nothing is taken now. */
    int write(MemorySegment buffer, int offset, int length);

    /** Whether the bytes on the descriptor are the stream's own, so that the kernel may move them. */
    boolean splices();

    /**
     * Has the descriptor begin with what was not read yet; to be called before the kernel moves bytes from it.
     *
     * @return 0, or {@code -EOPNOTSUPP} if what is there cannot be carried
     */
    int startSplicing();

    /** Whether the other end may be on another machine, and may vanish without a word: TCP. */
    boolean crossesNetwork();

    /** Says that nothing more will be written; reading goes on. */
    int endOutput();

    /** Closes after both directions have ended. */
    void close();

    /** Ends both directions at once, in such a way that the other side sees an error and not an end of file. */
    void reset();

    /** As {@link #reset}, where the other end is gone: what was written and has not arrived is not waited for. */
    void abandon();
}
