package io.socketbridge.sidecar.relay;

import io.socketbridge.sidecar.linux.Epoll;
import io.socketbridge.sidecar.linux.Errno;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.loop.Pipe;
import java.lang.foreign.ValueLayout;

/**
 * One direction of a connection: reads from one stream, writes to the other, and reads no further while the other takes
 * nothing. Owned by the connection's loop.
 *
 * <p>Small messages pass through the loop's buffer, which costs the fewest calls; what comes in large pieces passes through
 * a pipe, inside the kernel, which costs the fewest copies. The flow goes from one to the other as its traffic does.
 *
 * <p>A byte that was sent out of band has a mark on it, and is sent so in its place. A read that begins at a mark would not notice
 * it. So before each read it is known that none is there: by the event that reported what is now read first, or by looking.
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
        /** The writing side was reset, or its reader has gone before it had read everything; no read will say so. */
        SINK_RESET
    }

    /** How many pieces are moved before other connections get a turn. */
    private static final int TURNS = 16;

    /** Events that say that more may come than bytes: then only a read tells the end. */
    private static final int ENDING = Epoll.RDHUP | Epoll.HUP | Epoll.ERR;

    private final ByteStream source;
    private final ByteStream sink;
    private final int mostAtOnce;
    private final Pace pace;

    /** Whether bytes have to pass through the buffer, as the sink changes them. */
    private final boolean copies;

    private final Remainder remainder = new Remainder();

    /** Since edges are reported once, they are remembered until a call says {@code EAGAIN}. */
    private boolean readable;

    private boolean writable = true;

    /** Whether no mark is on what is read next. */
    private boolean unmarked;

    /** Whether a mark is somewhere in what is read next. */
    private boolean marked;

    /** Whether the last few bytes wait for others, or until there is time for them. */
    private boolean tail;

    private boolean tailDue;
    private boolean sourceEnding;
    private boolean sourceEnded;
    private boolean sourceFailed;
    private boolean sourceRefused;
    private boolean sinkRefused;

    /** The error of either side that says that the records are not as they have to be; 0 while there is none. */
    private int recordError;

    /** Whether the source was reset, which it will say no more: then what looks like its end of file is none. */
    private boolean sourceWasReset;

    /** Whether the source was told that nobody reads any more. */
    private boolean refused;

    /** Whether what the source gives is read, and thrown away. */
    private boolean discards;

    private Progress last = Progress.WAITING;
    private long bytes;

    Flow(ByteStream source, ByteStream sink) {
        this.source = source;
        this.sink = sink;
        this.mostAtOnce = sink.mostAtOnce();
        this.pace = new Pace(source.splices());
        this.copies = !sink.splices();
    }

    /** Takes note of events of the source. */
    void sourceReady(int events) {
        if ((events & (Epoll.IN | Epoll.PRI | ENDING)) != 0) {
            readable = true;
            sourceEnding |= (events & ENDING) != 0;
            marked |= (events & Epoll.PRI) != 0;
            unmarked = !marked && source.hasNews(events);
        }
    }

    /** Takes note of events of the sink. */
    void sinkReady(int events) {
        writable |= (events & (Epoll.OUT | Epoll.HUP | Epoll.ERR)) != 0;
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
        sourceEnding = true;
        readable = true;
    }

    /** Whether the source gave something that cannot be carried. */
    boolean sourceRefused() {
        return sourceRefused;
    }

    /** Whether the sink has no way to take what the source gave. */
    boolean sinkRefused() {
        return sinkRefused;
    }

    /** Which error says that the records are not as they have to be, of {@link Errno}; 0 if none does. */
    int recordError() {
        return recordError;
    }

    /** What became of the last turn. */
    Progress progress() {
        return last;
    }

    /** Whether the sink takes no more now, and something waits for it: backpressure. */
    boolean isBlocked() {
        return !writable;
    }

    /** Whether much is moved at once. */
    boolean isBulk() {
        return pace.isBulk();
    }

    /** Whether {@link #tailIsDue} shall be called when there is time. */
    boolean hasTail() {
        return tail;
    }

    void tailIsDue() {
        tailDue = tail;
        tail = false;
    }

    /** Bytes written since this was last asked. */
    long takeBytes() {
        long taken = bytes;
        bytes = 0;
        return taken;
    }

    /**
     * Moves what can be moved now; only while not {@link #finished}.
     *
     * @param closes whether the sink is closed once this flow has ended, which says that nothing more will be written
     */
    Progress pump(EventLoop loop, boolean closes) {
        last = move(loop, closes);
        return last;
    }

    /**
     * Sees to it, if the sink has failed, that whoever writes to the source does not wait for ever: has them told, or reads on.
     *
     * @return whether there is more to do at once
     */
    boolean discard(EventLoop loop) {
        if (last != Progress.SINK_FAILED && last != Progress.SINK_RESET) {
            return false;
        }
        if (!refused || source.refusesLater()) {
            refused = true;
            writable = true;
            remainder.release(loop);
            discards = !sourceEnded && !source.refuseInput();
        }
        for (int turn = 0; discards && readable && turn < TURNS; turn++) {
            int count = source.readToMark(loop.buffer(), 0, mostAtOnce);
            readable = count != -Errno.EAGAIN;
            discards = count > 0 || !readable;
            if (!discards && count < 0) {
                last = Progress.CUT;
                return true;
            }
        }
        return discards && readable;
    }

    /** Gives back what the flow holds, bytes and all. */
    void release(EventLoop loop) {
        remainder.release(loop);
    }

    private Progress move(EventLoop loop, boolean closes) {
        for (int turn = 0; turn < TURNS; turn++) {
            int flushed = flush(loop);
            if (flushed < 0) {
                return flushed == -Errno.EAGAIN ? Progress.WAITING : failure(flushed);
            }
            if (!writable) {
                return Progress.WAITING;
            }
            if (sourceFailed) {
                return Progress.CUT;
            }
            if (sourceEnded) {
                int outcome = sink.outcome();
                if (outcome < 0) {
                    return failure(outcome);
                }
                return closes || sink.endOutput() >= 0 ? Progress.ENDED : Progress.SINK_FAILED;
            }
            if (!readable) {
                return Progress.WAITING;
            }
            int count = take(loop);
            if (count > 0) {
                int written = remainder.isEmpty() ? write(loop, count) : 0;
                if (written < 0) {
                    return failure(written);
                }
            } else if (count == 0) {
                sourceEnded = !sourceWasReset;
                sourceFailed = sourceWasReset;
            } else if (tail) {
                return Progress.WAITING;
            } else if (count == -Errno.EAGAIN) {
                readable = false;
            } else {
                sourceFailed = true;
                sourceRefused |= count == -Errno.EOPNOTSUPP;
                recordError = isOfRecords(-count) ? -count : 0;
            }
        }
        return Progress.MORE;
    }

    /** Reads, into the loop's buffer or into {@link #remainder}; what the last call has said. */
    private int take(EventLoop loop) {
        tail = false;
        if (!unmarked && !marked) {
            int state = source.look();
            marked = (state & Epoll.PRI) != 0;
            if (!marked && (state & (Epoll.IN | ENDING)) == 0 && !sourceEnding) {
                return -Errno.EAGAIN;
            }
        }
        unmarked = false;
        if (marked) {
            return takeToMark(loop);
        }
        int count = pace.isBulk() ? splice(loop) : read(loop);
        if (count > 0) {
            // Less than was asked for is all there was; what has come since is another event.
            readable = !remainder.isEmpty() || pace.isBulk() || count == mostAtOnce || sourceEnding;
            pace.moved(count);
        }
        return count;
    }

    private int takeToMark(EventLoop loop) {
        if (source.isAtMark()) {
            int count = source.readToMark(loop.buffer(), 0, 1);
            if (count == 1) {
                marked = false;
                remainder.keepOutOfBand(loop.buffer().get(ValueLayout.JAVA_BYTE, 0));
            }
            return count;
        }
        int count = source.readToMark(loop.buffer(), 0, EventLoop.BUFFER_BYTES);
        if (count == -Errno.EAGAIN) {
            marked = false; // Another mark has taken its place, and is reported anew.
        }
        return count;
    }

    private int read(EventLoop loop) {
        tailDue = false;
        return source.read(loop.buffer(), 0, mostAtOnce);
    }

    /** Fills a pipe from the source; without one to be had, goes back to the buffer. */
    private int splice(EventLoop loop) {
        int most = source.spliceable();
        if (most == 0 && !tailDue && !sourceEnding) {
            tail = true;
            return -Errno.EAGAIN;
        }
        if (most < Pace.SMALL_BYTES) {
            return most < 0 ? most : read(loop);
        }
        if (copies) {
            // Without looking first, which for so many bytes would be as dear as reading them.
            return source.readToMark(loop.buffer(), 0, Math.min(most, mostAtOnce));
        }
        Pipe pipe = loop.pipes().acquire().orElse(null);
        if (pipe == null) {
            pace.endBulk();
            return read(loop);
        }
        source.startSplicing();
        int count = pipe.fill(source.descriptor(), most);
        if (count > 0) {
            remainder.keep(pipe);
            return count;
        }
        loop.pipes().release(pipe);
        if (count == -Errno.EINVAL) {
            // Some sandboxes' kernels have no splice for sockets.
            pace.neverSplice();
            return read(loop);
        }
        return count;
    }

    /** Writes what the loop's buffer holds, and keeps what is not taken; a negated error number if the sink failed. */
    private int write(EventLoop loop, int count) {
        int written = sink.write(loop.buffer(), 0, count);
        if (written == -Errno.EAGAIN) {
            written = 0;
        } else if (written < 0) {
            return written;
        }
        bytes += written;
        if (written < count) {
            remainder.keep(loop, loop.buffer(), written, count - written);
            // A short write says that the socket's buffer is full; the edge will say when it is not.
            writable = false;
        } else if (sink.holdsBack()) {
            writable = false;
        }
        return written;
    }

    /** Writes what is held; 0 if nothing is left, {@code -EAGAIN} if the sink is full, or a negated error number. */
    private int flush(EventLoop loop) {
        while (!remainder.isEmpty()) {
            if (!writable) {
                return -Errno.EAGAIN;
            }
            int written = remainder.writeTo(sink, loop);
            if (written < 0) {
                writable = written != -Errno.EAGAIN;
                return written;
            }
            bytes += written;
        }
        return 0;
    }

    private static boolean isOfRecords(int errno) {
        return errno == Errno.EMSGSIZE || errno == Errno.EBADMSG || errno == Errno.EPROTO;
    }

    private Progress failure(int result) {
        return switch (-result) {
            case Errno.EPIPE -> cameTooLate() ? Progress.SINK_RESET : Progress.SINK_FAILED;
            case Errno.ENOMEM, Errno.ENOBUFS -> Progress.CUT;
            case Errno.EMSGSIZE, Errno.EBADMSG, Errno.EPROTO -> {
                recordError = -result;
                yield Progress.CUT;
            }
            case Errno.EOPNOTSUPP -> {
                sinkRefused = true;
                yield Progress.CUT;
            }
            default -> Progress.SINK_RESET;
        };
    }

    /**
     * Whether the sink's reader is gone for good, and not only done with reading: bytes that it will never read are a reset, as they are on
     * a local socket whose queue holds them. A write that was taken in part may have used up the error by which the kernel says so.
     */
    private boolean cameTooLate() {
        return (sink.look() & Epoll.HUP) != 0;
    }
}
