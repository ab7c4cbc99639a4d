package io.socketbridge.sidecar.local;

import io.socketbridge.contract.Records;
import io.socketbridge.sidecar.linux.Epoll;
import io.socketbridge.sidecar.linux.Errno;
import io.socketbridge.sidecar.linux.LinuxException;
import io.socketbridge.sidecar.linux.MessageBatch;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.loop.Handler;
import io.socketbridge.sidecar.record.RecordBatch;
import io.socketbridge.sidecar.record.RecordMeter;
import io.socketbridge.sidecar.record.RecordPacker;
import io.socketbridge.sidecar.record.RecordPrefix;
import io.socketbridge.sidecar.record.RecordSource;
import io.socketbridge.sidecar.record.RecordUnpacker;
import io.socketbridge.sidecar.record.TooLarge;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A connected Unix socket of sequenced packets: what is read are its records as bytes, and what is written are such bytes.
 *
 * <p>Records are peeked at, and taken off the queue when the loop has time, several at once; the last one that is not empty stays there with
 * what follows it, as long as it takes little of the app's send buffer (see {@link LocalStream}). The kernel does not count an empty one.
 */
final class SeqPacketStream extends LocalStream {

    /** How much may stay in the queue until the loop has time, in bytes and in records: little beside any send buffer. */
    private static final int MOST_UNREAD_BYTES = 16 * 1024;

    private static final int MOST_UNREAD_RECORDS = 8;

    /** When a connection that holds more than the smallest is looked at, and an app that waits for room goes on. */
    private static final Duration CHECK_DELAY = Duration.ofMillis(20);

    private final int mostReceived;
    private final RecordPacker input;
    private final RecordUnpacker output;
    private @Nullable Handler handler;
    private Holding holding;
    private boolean checkDue = true;

    /** Records at the head of the queue that were read already, and their bytes. */
    private int unread;

    private int unreadBytes;

    /** How many of them are the last one that is not empty and those behind it; 0 if that one is not to be held. */
    private int tail;

    private int tailBytes;
    private boolean tidyDue;

    /** Whether the next peek gives the rest of a record whose beginning was too large already. */
    private boolean continues;

    /** Whether the app has reset the connection: the kernel says so before what was sent earlier is read, and only once. */
    private boolean wasReset;

    /** What ended the input, as it was found behind records that were given; 0 before. */
    private int failure;

    private boolean bufferRaised;

    SeqPacketStream(EventLoop loop, int fd, Records records, RecordMeter meter) {
        super(loop, fd);
        this.mostReceived = RecordPacker.mostReceived(records) + 1;
        this.input = new RecordPacker(records, meter, TooLarge.CUTS, this::receive);
        this.output = new RecordUnpacker(records, meter, TooLarge.CUTS, this::send);
        this.holding = Holding.ofRecordsWithin(loop.unixSendBufferBytes());
        kernel().setTimestamps(fd);
        kernel().setPeekOffset(fd, 0);
    }

    @Override
    public int watch(Handler watcher) throws LinuxException {
        handler = watcher;
        return super.watch(this::ready);
    }

    /** There is room only when nothing waits for it any more. */
    private void ready(int events) {
        boolean room = (events & (Epoll.OUT | Epoll.HUP | Epoll.ERR)) != 0;
        boolean waits = room && output.holdsBack() && output.flush() == -Errno.EAGAIN;
        signal(waits ? events & ~Epoll.OUT : events);
    }

    private void signal(int events) {
        if (handler != null && events != 0) {
            handler.ready(events);
        }
    }

    @Override
    public boolean hasNews(int events) {
        return true; // There are no marks.
    }

    @Override
    public int look() {
        return (loop().outOfBand().poll(descriptor()) & ~Epoll.PRI) | Epoll.IN;
    }

    @Override
    public boolean isAtMark() {
        return false;
    }

    @Override
    public int read(MemorySegment buffer, int offset, int length) {
        int count = input.read(buffer, offset, length);
        if (count > 0 && count < length && (input.hasMore() || failure != 0)) {
            loop().afterOthers(() -> {
                if (!isClosed()) {
                    signal(Epoll.IN);
                }
            });
        }
        return count;
    }

    @Override
    public int readToMark(MemorySegment buffer, int offset, int length) {
        return read(buffer, offset, length);
    }

    private int receive(RecordSource.Receiver each, int most) {
        MessageBatch batch = loop().messages();
        int given = 0;
        if (failure != 0) {
            return failure;
        }
        while (given < most) {
            int count = batch.peek(descriptor(), most - given, mostReceived);
            if (count == -Errno.ECONNRESET && !wasReset) {
                wasReset = true; // What was sent before is still there.
                continue;
            }
            if (count < 0) {
                return given > 0 ? given : count;
            }
            for (int i = 0; i < count; i++) {
                int result = take(batch, i, each);
                if (result < 0) {
                    failure = result;
                    tidySoon();
                    return given > 0 ? given : result;
                }
                given += result;
            }
            boolean drained = batch.isDrained();
            tidySoon();
            if (drained && given > 0) {
                return given;
            }
        }
        return given;
    }

    /** How many records a message is: 1, 0 if it is the rest of one, or a negated error number. */
    private int take(MessageBatch batch, int i, RecordSource.Receiver each) {
        if (batch.hadDescriptors(i)) {
            return -Errno.EOPNOTSUPP;
        }
        if (!batch.isAccompanied(i)) {
            return wasReset ? -Errno.ECONNRESET : RecordSource.END;
        }
        boolean isRest = continues;
        continues = batch.isCut(i);
        if (isRest) {
            return 0;
        }
        int length = batch.length(i);
        unread++;
        unreadBytes += length;
        if (length > 0) {
            tail = 1;
            tailBytes = length;
        } else if (tail > 0) {
            tail = tail < MOST_UNREAD_RECORDS ? tail + 1 : 0;
        }
        each.received(batch.memory(), batch.start(i), length);
        return 1;
    }

    private void tidySoon() {
        if (unreadBytes > MOST_UNREAD_BYTES || unread > MOST_UNREAD_RECORDS || isPeerGone()) {
            tidy();
        } else if (!tidyDue && unread > tail) {
            tidyDue = true;
            loop().whenIdle(() -> {
                tidyDue = false;
                if (!isClosed()) {
                    tidy();
                }
            });
        }
        if (checkDue && tailBytes > Holding.SMALLEST_BYTES) {
            checkDue = false;
            loop().schedule(CHECK_DELAY, this::check);
        }
    }

    /** Takes off the queue what was read, but for what is to be held; not in the middle of a record. */
    private void tidy() {
        if (continues) {
            return;
        }
        if (!holding.allows(tailBytes) || isPeerGone()) {
            tail = 0;
        }
        discard(unread - tail);
        unreadBytes = tail > 0 ? tailBytes : 0;
    }

    /** Holds no more than the app's send buffer allows, if that is smaller than the system's default or cannot be known. */
    private void check() {
        if (isClosed()) {
            return;
        }
        int bytes = loop().diagnostics().peerSendBufferBytes(descriptor()).orElse(0);
        if (bytes < loop().unixSendBufferBytes()) {
            holding = Holding.ofRecordsWithin(bytes);
            tidy();
        }
    }

    @Override
    void takeOffWhatWasRead() {
        discard(unread);
    }

    private void discard(int count) {
        MessageBatch batch = loop().messages();
        int left = count;
        while (left > 0) {
            int taken = batch.receive(descriptor(), Math.min(left, MessageBatch.MOST), 1, false);
            if (taken <= 0) {
                break;
            }
            left -= taken;
        }
        unread -= count;
    }

    @Override
    public int write(MemorySegment buffer, int offset, int length) {
        return output.write(buffer, offset, length);
    }

    private int send(RecordBatch records) {
        MessageBatch batch = loop().messages();
        records.fill(batch, null);
        int result = batch.send(descriptor());
        if (result == -Errno.EMSGSIZE && !bufferRaised) {
            bufferRaised = true;
            kernel().raiseSendBuffer(descriptor(), mostReceived + RecordPrefix.HEADER_BYTES);
            result = batch.send(descriptor());
        }
        return result;
    }

    @Override
    public boolean holdsBack() {
        return output.holdsBack();
    }

    @Override
    public int outcome() {
        return output.outcome();
    }

    @Override
    public int writeOutOfBand(byte value) {
        return -Errno.EOPNOTSUPP;
    }

    @Override
    void release() {
        input.release();
        output.release();
    }
}
