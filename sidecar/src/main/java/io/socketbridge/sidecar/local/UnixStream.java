package io.socketbridge.sidecar.local;

import io.socketbridge.sidecar.linux.Epoll;
import io.socketbridge.sidecar.linux.Kernel;
import io.socketbridge.sidecar.loop.EventLoop;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/**
 * A connected Unix stream socket.
 *
 * <p>The last byte that the app sent stays in the queue until the next one has come; it is passed on all the same, by peeking. So an app
 * is told of a reset, also when this process is killed.
 *
 * <p>What was peeked at is taken off when the loop has time, several pieces at once.
 */
final class UnixStream extends LocalStream {

    /** How much may stay in the queue until the loop has time, in bytes and in pieces: little beside any send buffer. */
    private static final int MOST_UNREAD_BYTES = 16 * 1024;

    private static final int MOST_UNREAD_PIECES = 8;

    /** What is spliced in whole pages costs a third less than what is a byte off. */
    private static final int PAGE_BYTES = 4096;

    /** When a connection that holds more than the smallest is looked at, and an app that waits for room goes on. */
    private static final Duration CHECK_DELAY = Duration.ofMillis(20);

    private Holding holding;
    private boolean checkDue = true;

    /** Whether the kernel peeks from an offset, which is {@link #unread} then. */
    private boolean peeksFromOffset;

    /** Bytes at the head of the queue that were read already. */
    private int unread;

    private int unreadPieces;
    private int lastPieceBytes;
    private boolean tidyDue;

    /** The last turn in which an event may have been about what was read then. */
    private long lastRead = -1;

    /** Whether the app was barred from sending descriptors, which a splice would drop without a word. */
    private boolean barsDescriptors;

    private boolean kernelBars;

    /** Bytes that the app sent before it was barred, which are read and not spliced. */
    private int unbarredBytes;

    /** Whether a byte with a mark is received in its place; set with the first one, as most apps send none. */
    private boolean receivesInline;

    UnixStream(EventLoop loop, int fd) {
        super(loop, fd);
        this.holding = Holding.within(loop.unixSendBufferBytes());
    }

    /** A held byte is reported with every event, so only one that came after the last read is news. */
    @Override
    public boolean hasNews(int events) {
        return (events & Epoll.IN) != 0 && (events & Epoll.OUT) == 0 && lastRead < loop().lastExhaustedTurn();
    }

    @Override
    protected void eventsComeAgain() {
        lastRead = loop().turn();
    }

    @Override
    public int look() {
        int held = unread > 0 && freshBytes() == 0 ? Epoll.IN : 0;
        return loop().outOfBand().poll(descriptor()) & ~held;
    }

    @Override
    public int read(MemorySegment buffer, int offset, int length) {
        lastRead = loop().turn();
        if (isPeerGone()) {
            return readToMark(buffer, offset, length); // Nobody is left to be told of a reset.
        }
        if (unread > 0 && !peeksFromOffset) {
            peeksFromOffset = kernel().setPeekOffset(descriptor(), unread) >= 0;
            if (!peeksFromOffset) {
                return readToMark(buffer, offset, length);
            }
        }
        int count = kernel().peek(descriptor(), buffer, offset, length);
        if (count > 0) {
            unbarredBytes -= Math.min(count, unbarredBytes);
            keep(count);
        }
        return count;
    }

    /** Notes a piece that was peeked at. */
    private void keep(int count) {
        unread += count;
        unreadPieces++;
        lastPieceBytes = count;
        if (unread > MOST_UNREAD_BYTES || unreadPieces > MOST_UNREAD_PIECES) {
            tidy();
        } else if (!tidyDue) {
            tidyDue = true;
            loop().whenIdle(() -> {
                tidyDue = false;
                tidy();
            });
        }
        if (checkDue && count > Holding.SMALLEST_BYTES) {
            checkDue = false;
            loop().schedule(CHECK_DELAY, this::check);
        }
    }

    /** Takes off the queue what was read, but for the last byte. */
    private void tidy() {
        if (!isClosed() && unread > 0) {
            discard(holding.allows(lastPieceBytes) ? unread - 1 : unread);
        }
    }

    /** The kernel answers for what is first in the queue, and the held byte is not what is read next. */
    @Override
    public boolean isAtMark() {
        discard(unread);
        if (!receivesInline) {
            receivesInline = kernel().setOutOfBandInline(descriptor()) >= 0;
        }
        return super.isAtMark();
    }

    @Override
    public int readToMark(MemorySegment buffer, int offset, int length) {
        lastRead = loop().turn();
        discard(unread);
        return kernel().take(descriptor(), buffer, offset, length);
    }

    @Override
    public boolean splices() {
        return true;
    }

    /** All but the last bytes, as the kernel cannot move bytes and leave them there; so many that what follows begins with a page. */
    @Override
    public int spliceable() {
        int fresh = freshBytes();
        if (!barsDescriptors) {
            barsDescriptors = true;
            kernelBars = kernel().setPassDescriptors(descriptor(), false) >= 0;
            unbarredBytes = fresh = freshBytes();
        }
        if (unbarredBytes > 0) {
            return 1;
        }
        if (!kernelBars) {
            int first = peekOne();
            if (first < 0) {
                return first; // Descriptors, or an error that the kernel tells only once.
            }
        }
        return Math.max(0, fresh - PAGE_BYTES);
    }

    /** Looks at the first byte that was not read, which is still to be read after it. */
    private int peekOne() {
        int count = kernel().peek(descriptor(), loop().discarded(), 0, 1);
        if (peeksFromOffset && count != 0) {
            kernel().setPeekOffset(descriptor(), unread); // The kernel has moved it on.
        }
        return count;
    }

    @Override
    public void startSplicing() {
        lastRead = loop().turn();
        discard(unread);
    }

    @Override
    void takeOffWhatWasRead() {
        discard(unread);
    }

    /** Holds no more than the app's send buffer allows, if that is smaller than the system's default or cannot be known. */
    private void check() {
        if (isClosed()) {
            return;
        }
        int bytes = loop().diagnostics().peerSendBufferBytes(descriptor()).orElse(0);
        if (bytes < loop().unixSendBufferBytes()) {
            holding = Holding.within(bytes);
            tidy();
        }
    }

    private int freshBytes() {
        return Math.max(0, kernel().queuedBytes(descriptor()) - unread);
    }

    /** Takes bytes off the queue that were read already. */
    private void discard(int count) {
        Kernel kernel = kernel();
        int left = count;
        while (left > 0) {
            int most = Math.min(left, (int) loop().discarded().byteSize());
            int taken = kernel.receive(descriptor(), loop().discarded(), 0, most);
            if (taken <= 0) {
                break;
            }
            left -= taken;
        }
        unread -= count;
        unreadPieces = 0;
    }
}
