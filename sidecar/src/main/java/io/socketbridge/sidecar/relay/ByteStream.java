package io.socketbridge.sidecar.relay;

import io.socketbridge.sidecar.linux.Errno;
import io.socketbridge.sidecar.linux.LinuxException;
import io.socketbridge.sidecar.loop.Handler;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * One end of a relayed connection: a connected stream socket, non-blocking. Belongs to one loop.
 *
 * <p>Results are as in {@link io.socketbridge.sidecar.linux.Kernel}: a count, or a negated error number. Events are bits of {@link
 * io.socketbridge.sidecar.linux.Epoll}.
 */
public interface ByteStream {

    /** What the connection began with, where the other end said so before it was handed over. */
    Optional<ProxyHeader> header();

    /** The descriptor, for what the kernel moves by itself. */
    int descriptor();

    /**
     * Has events go to a handler from now on, each once ({@code EPOLLET}).
     *
     * @return events that have come before and that the handler will not see
     * @throws LinuxException if the kernel will not watch the descriptor
     */
    int watch(Handler handler) throws LinuxException;

    /**
     * Has something be done, once, if the peer goes away for good and has left nothing to be read; before {@link #watch}, and until
     * {@link #forgetWhenGone}.
     *
     * @throws LinuxException if the kernel will not watch the descriptor
     */
    void whenGone(Runnable task) throws LinuxException;

    /** Has nothing be done any more. */
    void forgetWhenGone();

    /** Takes note that the connection has been joined to another, and will be read. */
    void joined();

    /** Has an event come, or not, when there is room again for {@link #write}; to be asked for after a write that was not taken. */
    void awaitRoom(boolean awaited);

    /** Whether an event, one that was asked for by {@link #watch}, proves that something is there that was not read when it came. */
    boolean hasNews(int events);

    /** What holds now: {@code IN} if there is something to read, {@code PRI} if a mark is in it; what has ended counts as readable. */
    int look();

    /**
     * Reads what is there: a count, less than {@code length} only when that was all or a mark follows; 0 at end of file, {@code
     * -EAGAIN} when nothing is there yet, {@code -EOPNOTSUPP} if what is there cannot be carried. Does not stop at a mark that it begins
     * at, so {@link #look} first where there may be one. Of records, {@code -EMSGSIZE} if one is too large, {@code -EBADMSG} if it is none, and
     * {@code -EPROTO} if they end within one.
     */
    int read(MemorySegment buffer, int offset, int length);

    /** As {@link #read}, while a mark is somewhere in what is there. */
    int readToMark(MemorySegment buffer, int offset, int length);

    /** Whether the next byte is one that was sent out of band: then it is read alone. */
    boolean isAtMark();

    /**
     * Writes as much as is taken: a count, or {@code -EAGAIN} when nothing is taken now. Of records, {@code -EMSGSIZE} if one is too large,
     * and {@code -EBADMSG} if these are none.
     */
    int write(MemorySegment buffer, int offset, int length);

    /** As {@link #write}, of bytes in front of all others that are not the connection's own: a header that begins it. */
    default int writeFirst(MemorySegment buffer, int offset, int length) {
        return write(buffer, offset, length);
    }

    /** Whether some of what was written is held by the stream itself, and nothing more should be written until there is room. */
    boolean holdsBack();

    /**
     * What became of all that was written, once nothing is held back: 0 if it was passed on; else the end of it would be none: {@code -EPROTO}
     * if it stops within a record, or the error for which some could not be passed on.
     */
    default int outcome() {
        return 0;
    }

    /** How much should be written at once, at most: more would cost more than it saves. */
    int mostAtOnce();

    /** Writes a byte out of band: 1, {@code -EAGAIN}, or {@code -EOPNOTSUPP} where there is no such thing. */
    default int writeOutOfBand(byte value) {
        return -Errno.EOPNOTSUPP;
    }

    /** Whether the bytes on the descriptor are the stream's own, so that the kernel may move them. */
    default boolean splices() {
        return false;
    }

    /**
     * How many bytes the kernel may move from the descriptor now; more may be there, which are to be read. 0 if they are few and should
     * be there for as long as no others follow them, {@code -EOPNOTSUPP} if what is there cannot be carried.
     */
    default int spliceable() {
        return 0;
    }

    /** Has the descriptor begin with what was not read yet; to be called before the kernel moves bytes from it. */
    default void startSplicing() {
        throw new IllegalStateException("the bytes on the descriptor are not the stream's");
    }

    /** Whether the other end may be on another machine, and may vanish without a word: TCP. */
    boolean crossesNetwork();

    /** Says that nothing more will be written; reading goes on. */
    int endOutput();

    /**
     * Says that nothing more will be read, as nobody wants it; writing goes on.
     *
     * @return whether whoever writes at the other end is told so; else what comes is to be read on, and thrown away
     */
    boolean refuseInput();

    /** Whether {@link #refuseInput} told nobody yet, and is to be called again when something has come. */
    default boolean refusesLater() {
        return false;
    }

    /** Takes note that the peer is gone for good: it neither reads nor writes any more. */
    void peerIsGone();

    /** Closes after both directions have ended. */
    void close();

    /** Ends both directions at once, in such a way that the other side sees an error and not an end of file. */
    void reset();

    /** As {@link #abandon}, of a connection that was never joined to another. */
    void refuse(String reason);

    /** Closes at once: where the other side has lost nothing by it, or is gone. It sees an error if its socket has a way to say it. */
    void abandon();
}
