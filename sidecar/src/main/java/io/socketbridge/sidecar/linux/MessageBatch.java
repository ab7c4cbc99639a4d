package io.socketbridge.sidecar.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Several messages with one system call: sends those that were added, or receives what is there, with each one's sender. For one thread.
 *
 * <p>Received messages are in places of their own, in memory that is touched only as far as they need it. Descriptors that come with one
 * ({@code SCM_RIGHTS}) are never taken, and it is told that there were some.
 *
 * <p>Results are as in {@link Kernel}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/recvmmsg.2.html">recvmmsg(2)</a>
 * @see <a href="https://man7.org/linux/man-pages/man2/sendmmsg.2.html">sendmmsg(2)</a>
 */
public final class MessageBatch {

    /** How many messages one call moves, at most: by then a call costs little beside them. */
    public static final int MOST = 32;

    private static final int MSG_PEEK = 2;
    private static final int MSG_CTRUNC = 8;
    private static final int MSG_TRUNC = 0x20;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int SOL_SOCKET = 1;
    private static final int SCM_CREDENTIALS = 2;

    /** {@code struct mmsghdr}, and where in it things are. */
    private static final int HEADER_BYTES = 64;

    private static final int NAME = 0;
    private static final int NAME_LENGTH = 8;
    private static final int VECTOR = 16;
    private static final int VECTOR_COUNT = 24;
    private static final int CONTROL = 32;
    private static final int CONTROL_LENGTH = 40;
    private static final int FLAGS = 48;
    private static final int LENGTH = 56;

    private static final int VECTOR_BYTES = 16;
    private static final int NAME_BYTES = 128;

    /** Credentials, which the kernel puts first, and not one descriptor behind them: it installs none for which there is no room. */
    private static final int CONTROL_BYTES = 32;

    private static final int CONTROL_TYPE = 12;
    private static final int CONTROL_DATA = 16;

    /** What all places together may have; where messages may be so large that they need more there are fewer places. */
    private static final long MOST_PLACES_BYTES = 64L << 20;

    /** Between two places, so that their beginnings do not share the same few lines of the processor's cache. */
    private static final int GAP_BYTES = 4096 + 320;

    private static final int PROT_READ_WRITE = 1 | 2;
    private static final int MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x2 | 0x20 | 0x4000;

    private final Kernel kernel;
    private final MemorySegment received;
    private final MemorySegment receivedVectors;
    private final MemorySegment names;
    private final MemorySegment controls;
    private final MemorySegment sent;
    private final MemorySegment sentVectors;

    /** Where messages are received; null before the first call. */
    private @Nullable MemorySegment places;

    /** Whether fewer were there than were asked for by the last call that received. */
    private boolean drained;

    private int placeBytes;
    private long strideBytes;
    private int placeCount;
    private int added;

    /**
     * Takes the memory that its calls need; that for received messages with the first of them.
     *
     * @param kernel of the thread that calls
     */
    public MessageBatch(Kernel kernel, Arena arena) {
        this.kernel = kernel;
        this.received = arena.allocate((long) MOST * HEADER_BYTES, 64);
        this.receivedVectors = arena.allocate((long) MOST * VECTOR_BYTES, 64);
        this.names = arena.allocate((long) MOST * NAME_BYTES, 64);
        this.controls = arena.allocate((long) MOST * CONTROL_BYTES, 64);
        this.sent = arena.allocate((long) MOST * HEADER_BYTES, 64);
        this.sentVectors = arena.allocate((long) MOST * VECTOR_BYTES, 64);
        for (int i = 0; i < MOST; i++) {
            setVector(received, i, receivedVectors);
            received.set(ValueLayout.JAVA_LONG, at(i) + NAME, names.address() + (long) i * NAME_BYTES);
            received.set(ValueLayout.JAVA_LONG, at(i) + CONTROL, controls.address() + (long) i * CONTROL_BYTES);
            setVector(sent, i, sentVectors);
        }
    }

    private static void setVector(MemorySegment headers, int i, MemorySegment vectors) {
        headers.set(ValueLayout.JAVA_LONG, at(i) + VECTOR, vectors.address() + (long) i * VECTOR_BYTES);
        headers.set(ValueLayout.JAVA_LONG, at(i) + VECTOR_COUNT, 1);
    }

    private static long at(int i) {
        return (long) i * HEADER_BYTES;
    }

    /**
     * Receives messages; those of the call before are gone then.
     *
     * @param most how many, at most {@link #MOST}; fewer are taken where they may be so large that they need too much memory
     * @param mostBytes of a message; what is behind them is cut off, and lost
     * @param credentials whether the socket was told to ask for senders' ({@link Kernel#setPassCredentials})
     * @return how many, or a negated error number: {@code -EAGAIN} when nothing is there
     */
    public int receive(int fd, int most, int mostBytes, boolean credentials) {
        return receive(fd, most, mostBytes, credentials, 0);
    }

    /**
     * As {@link #receive}, without taking off the queue, and with what else comes with messages ({@link #isAccompanied}); begins where the
     * last call ended ({@link Kernel#setPeekOffset}). What is cut off of a message is the next one then.
     */
    public int peek(int fd, int most, int mostBytes) {
        return receive(fd, most, mostBytes, true, MSG_PEEK);
    }

    private int receive(int fd, int most, int mostBytes, boolean control, int flags) {
        if (mostBytes > placeBytes) {
            int result = makePlaces(mostBytes);
            if (result < 0) {
                return result;
            }
        }
        int wanted = Math.min(most, placeCount);
        for (int i = 0; i < wanted; i++) {
            received.set(ValueLayout.JAVA_INT, at(i) + NAME_LENGTH, NAME_BYTES);
            received.set(ValueLayout.JAVA_LONG, at(i) + CONTROL_LENGTH, control ? CONTROL_BYTES : 0);
            received.set(ValueLayout.JAVA_INT, at(i) + FLAGS, 0);
            receivedVectors.set(ValueLayout.JAVA_LONG, (long) i * VECTOR_BYTES + 8, mostBytes);
        }
        int count = kernel.result(SystemCall.call(
                SystemCall.RECVMMSG, kernel.captured(), fd, received.address(), wanted, MSG_DONTWAIT | flags, 0));
        drained = count < wanted;
        return count;
    }

    /** Whether nothing was left behind what was received last: then an event tells of what comes. */
    public boolean isDrained() {
        return drained;
    }

    /** The memory that all received messages are in. */
    public MemorySegment memory() {
        MemorySegment present = places;
        if (present == null) {
            throw new IllegalStateException("nothing was received yet");
        }
        return present;
    }

    /** Where in {@link #memory} a message begins that was received last. */
    public long start(int i) {
        return i * strideBytes;
    }

    /** How many of its bytes are there. */
    public int length(int i) {
        return received.get(ValueLayout.JAVA_INT, at(i) + LENGTH);
    }

    /** Whether it had more bytes, which were cut off. */
    public boolean isCut(int i) {
        return (received.get(ValueLayout.JAVA_INT, at(i) + FLAGS) & MSG_TRUNC) != 0;
    }

    /** Whether descriptors came with it, of which none was taken. */
    public boolean hadDescriptors(int i) {
        return (received.get(ValueLayout.JAVA_INT, at(i) + FLAGS) & MSG_CTRUNC) != 0;
    }

    /** Whether something came with it, such as its time ({@link Kernel#setTimestamps}). */
    public boolean isAccompanied(int i) {
        return received.get(ValueLayout.JAVA_LONG, at(i) + CONTROL_LENGTH) > 0;
    }

    /** Where its sender's address is, in the kernel's form; its length is {@link #nameLength}. */
    public MemorySegment name(int i) {
        return names.asSlice((long) i * NAME_BYTES, NAME_BYTES);
    }

    /** The length of its sender's address; 0 if the sender has none. */
    public int nameLength(int i) {
        return Math.min(NAME_BYTES, received.get(ValueLayout.JAVA_INT, at(i) + NAME_LENGTH));
    }

    /** Whether its sender's credentials are known: where a Unix socket was told to ask for them. */
    public boolean hasCredentials(int i) {
        long control = (long) i * CONTROL_BYTES;
        return received.get(ValueLayout.JAVA_LONG, at(i) + CONTROL_LENGTH) >= CONTROL_DATA + 12
                && controls.get(ValueLayout.JAVA_INT, control + CONTROL_TYPE - 4) == SOL_SOCKET
                && controls.get(ValueLayout.JAVA_INT, control + CONTROL_TYPE) == SCM_CREDENTIALS;
    }

    /** Who sent it; only if {@link #hasCredentials}. */
    public PeerSockets.Credentials credentials(int i) {
        long data = (long) i * CONTROL_BYTES + CONTROL_DATA;
        return new PeerSockets.Credentials(
                controls.get(ValueLayout.JAVA_INT, data),
                controls.get(ValueLayout.JAVA_INT, data + 4),
                controls.get(ValueLayout.JAVA_INT, data + 8));
    }

    /** Has {@link #send} begin anew. */
    public void clear() {
        added = 0;
    }

    /** How many were added. */
    public int added() {
        return added;
    }

    /**
     * Adds a message to be sent, of which there may be {@link #MOST}.
     *
     * @param memory has its bytes, which are read by {@link #send}
     * @param to where it goes; null where the socket is connected
     */
    public void add(MemorySegment memory, long start, int length, @Nullable SocketAddress to) {
        Objects.checkFromIndexSize(start, (long) length, memory.byteSize());
        int i = added++;
        sentVectors.set(ValueLayout.JAVA_LONG, (long) i * VECTOR_BYTES, memory.address() + start);
        sentVectors.set(ValueLayout.JAVA_LONG, (long) i * VECTOR_BYTES + 8, length);
        sent.set(
                ValueLayout.JAVA_LONG,
                at(i) + NAME,
                to == null ? 0 : to.memory().address());
        sent.set(ValueLayout.JAVA_INT, at(i) + NAME_LENGTH, to == null ? 0 : to.length());
    }

    /** Sends what was added, in that order: how many were taken, or a negated error number that is the first one's. */
    public int send(int fd) {
        return kernel.result(
                SystemCall.call(SystemCall.SENDMMSG, kernel.captured(), fd, sent.address(), added, MSG_NOSIGNAL));
    }

    /** Asks the system for memory of which it gives only what is touched. */
    private int makePlaces(int mostBytes) {
        long stride = ((mostBytes + 63L) & ~63L) + GAP_BYTES;
        int count = Math.clamp(MOST_PLACES_BYTES / stride, 1, MOST);
        long address = SystemCall.callLong(
                SystemCall.MMAP,
                kernel.captured(),
                0,
                stride * count,
                PROT_READ_WRITE,
                MAP_PRIVATE_ANONYMOUS_NORESERVE,
                -1,
                0);
        if (address == -1) {
            return kernel.result(-1);
        }
        if (places != null) {
            SystemCall.call(SystemCall.MUNMAP, kernel.captured(), places.address(), places.byteSize());
        }
        places = MemorySegment.ofAddress(address).reinterpret(stride * count);
        placeBytes = mostBytes;
        strideBytes = stride;
        placeCount = count;
        for (int i = 0; i < count; i++) {
            receivedVectors.set(ValueLayout.JAVA_LONG, (long) i * VECTOR_BYTES, address + i * stride);
        }
        return 0;
    }
}
