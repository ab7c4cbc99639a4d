package io.socketbridge.sidecar.tunnel;

import io.socketbridge.sidecar.frame.FrameHeader;
import io.socketbridge.sidecar.frame.FrameType;
import io.socketbridge.sidecar.frame.ResetCode;
import io.socketbridge.sidecar.linux.Epoll;
import io.socketbridge.sidecar.linux.Errno;
import io.socketbridge.sidecar.loop.Handler;
import io.socketbridge.sidecar.loop.LogLimit;
import io.socketbridge.sidecar.relay.ByteStream;
import io.socketbridge.sidecar.relay.Dialer;
import io.socketbridge.sidecar.relay.ProxyHeader;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** One app's connection in a tunnel. Owned by the tunnel's loop. */
final class TunnelStream implements ByteStream {

    private static final Logger LOG = Logger.getLogger(TunnelStream.class);
    private static final LogLimit WARNINGS = new LogLimit();

    private final Tunnel tunnel;
    private final Use use;
    private final @Nullable ProxyHeader header;
    private @Nullable Handler handler;
    private @Nullable Runnable whenGone;

    /** Whether the other end has cut the connection, or the tunnel is broken. */
    private boolean gone;

    private boolean inputEnded;
    private boolean outputEnded;
    private boolean over;

    /** What becomes of the tunnel. */
    interface Use {

        /** The connection ended in order, as far as this end knows; what is left to be sent is {@code last}. */
        void ended(FrameType... last);
    }

    /** @param header what the connection began with, where the other end has begun it */
    TunnelStream(Tunnel tunnel, @Nullable ProxyHeader header, Use use) {
        this.tunnel = tunnel;
        this.header = header;
        this.use = use;
    }

    @Override
    public Optional<ProxyHeader> header() {
        return Optional.ofNullable(header);
    }

    @Override
    public int descriptor() {
        return tunnel.descriptor();
    }

    @Override
    public int watch(Handler newHandler) {
        handler = newHandler;
        if (!gone) {
            tunnel.readBy(this);
        }
        return gone ? Epoll.IN : 0;
    }

    /** Passes events on. */
    void ready(int events) {
        if (handler != null) {
            handler.ready(events);
        }
    }

    /** The other end has cut the connection before it was read, or the tunnel is broken. */
    void isGone() {
        gone = true;
        Runnable told = whenGone;
        whenGone = null;
        if (told != null) {
            told.run();
        } else if (handler != null) {
            handler.ready(Epoll.IN | Epoll.OUT);
        }
    }

    @Override
    public void whenGone(Runnable task) {
        if (gone) {
            tunnel.loop().afterOthers(() -> {
                if (!over) {
                    task.run();
                }
            });
        } else {
            whenGone = task;
        }
    }

    @Override
    public void forgetWhenGone() {
        whenGone = null;
    }

    @Override
    public void awaitRoom(boolean awaited) {
        // The tunnel always tells.
    }

    @Override
    public boolean holdsBack() {
        return tunnel.isFull();
    }

    @Override
    public boolean hasNews(int events) {
        return (events & Epoll.IN) != 0;
    }

    @Override
    public int look() {
        return Epoll.IN | (isAtMark() ? Epoll.PRI : 0);
    }

    /**
     * {@inheritDoc}
     *
     * @param buffer the loop's, and {@code offset} is 0
     */
    @Override
    public int read(MemorySegment buffer, int offset, int length) {
        if (inputEnded) {
            return 0;
        }
        if (gone) {
            return -Errno.ECONNRESET;
        }
        try {
            int count = tunnel.readData();
            if (count > 0) {
                tunnel.readAgain();
                return count;
            }
        } catch (TunnelException e) {
            WARNINGS.write(
                    more -> LOG.warnf("a tunnel failed while a connection was on it: %s%s", e.getMessage(), more));
            gone = true;
            return -Errno.ECONNRESET;
        }
        FrameType next = tunnel.pending();
        if (next == null) {
            tunnel.readAgain();
            return -Errno.EAGAIN;
        }
        if (next == FrameType.OUT_OF_BAND) {
            tunnel.readAgain();
            return -Errno.EAGAIN;
        }
        if (next == FrameType.END) {
            tunnel.take();
            inputEnded = true;
            return 0;
        }
        gone = true;
        return -Errno.ECONNRESET;
    }

    @Override
    public int readToMark(MemorySegment buffer, int offset, int length) {
        if (gone || !isAtMark()) {
            return read(buffer, offset, length);
        }
        buffer.set(ValueLayout.JAVA_BYTE, offset, tunnel.take()[0]);
        tunnel.readAgain();
        return 1;
    }

    @Override
    public boolean isAtMark() {
        return tunnel.pending() == FrameType.OUT_OF_BAND;
    }

    @Override
    public int write(MemorySegment buffer, int offset, int length) {
        if (tunnel.isFull()) {
            return -Errno.EAGAIN;
        }
        MemorySegment own = tunnel.loop().buffer();
        if (offset != 0 || buffer.address() != own.address()) {
            MemorySegment.copy(buffer, offset, own, 0, length);
        }
        int result = tunnel.sendData(length);
        return result < 0 ? result : length;
    }

    @Override
    public int mostAtOnce() {
        return FrameHeader.MOST_DATA_BYTES;
    }

    @Override
    public int writeOutOfBand(byte value) {
        if (tunnel.isFull()) {
            return -Errno.EAGAIN;
        }
        int result = tunnel.send(FrameType.OUT_OF_BAND, new byte[] {value});
        return result < 0 ? result : 1;
    }

    @Override
    public boolean crossesNetwork() {
        return true;
    }

    @Override
    public int endOutput() {
        outputEnded = true;
        return tunnel.send(FrameType.END);
    }

    @Override
    public boolean refuseInput() {
        return false;
    }

    @Override
    public void peerIsGone() {}

    @Override
    public void joined() {
        tunnel.send(FrameType.ACCEPT);
    }

    @Override
    public void close() {
        if (outputEnded) {
            leave();
            use.ended();
        } else {
            leave();
            use.ended(FrameType.END);
        }
    }

    @Override
    public void reset() {
        leave();
        tunnel.reset(ResetCode.CUT);
    }

    @Override
    public void abandon() {
        reset();
    }

    @Override
    public void refuse(String reason) {
        leave();
        tunnel.reset(code(reason));
    }

    private static ResetCode code(String reason) {
        return switch (reason) {
            case "refused", "socket-missing", "permission-denied", "no-target", "unavailable" -> ResetCode.UNAVAILABLE;
            case "timeout", "backlog-full" -> ResetCode.TIMEOUT;
            case Dialer.RESOURCES -> ResetCode.RESOURCES;
            default -> ResetCode.CUT;
        };
    }

    private void leave() {
        over = true;
        handler = null;
        whenGone = null;
    }
}
