package io.socketbridge.sidecar.relay;

import io.socketbridge.sidecar.linux.Epoll;
import io.socketbridge.sidecar.linux.Kernel;
import io.socketbridge.sidecar.linux.LinuxException;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.loop.Handler;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** A connected stream socket of any family; families differ in how they say that a connection was cut. */
public abstract class SocketStream implements ByteStream {

    private static final int INTEREST = Epoll.IN | Epoll.PRI | Epoll.RDHUP | Epoll.EDGE_TRIGGERED;

    private final EventLoop loop;
    private final int fd;
    private final boolean roomIsRare;

    /** With the loop, of whoever wants to know whether the peer is gone; negative while nobody does. */
    private long goneRegistration = -1;

    /** With the loop; negative before {@link #watch}. */
    private long registration;

    private int eventsBefore;
    private boolean roomAwaited;

    /**
     * Takes a socket over.
     *
     * @param loop which the stream belongs to
     * @param fd belongs to the stream from now on
     * @param registration with the loop, for all events; negative if there is none yet
     * @param eventsBefore that came already
     * @param roomIsRare whether the kernel tells of room only where a write was not taken
     */
    protected SocketStream(EventLoop loop, int fd, long registration, int eventsBefore, boolean roomIsRare) {
        this.loop = loop;
        this.fd = fd;
        this.registration = registration;
        this.eventsBefore = eventsBefore;
        this.roomIsRare = roomIsRare;
    }

    /** The loop that the stream belongs to. */
    protected final EventLoop loop() {
        return loop;
    }

    /** The loop's system calls. */
    protected final Kernel kernel() {
        return loop.kernel();
    }

    @Override
    public final Optional<ProxyHeader> header() {
        return Optional.empty();
    }

    @Override
    public final int descriptor() {
        return fd;
    }

    @Override
    public int watch(Handler handler) throws LinuxException {
        if (registration >= 0) {
            loop.hand(registration, handler);
        } else {
            registration = loop.watch(fd, interest(), handler);
        }
        int before = eventsBefore;
        eventsBefore = 0;
        return before;
    }

    @Override
    public final void whenGone(Runnable task) throws LinuxException {
        goneRegistration = loop.watch(fd, Epoll.HUP | Epoll.EDGE_TRIGGERED, events -> {
            forgetWhenGone();
            if ((events & Epoll.ERR) != 0 || kernel().queuedBytes(fd) == 0) {
                task.run();
            }
        });
    }

    @Override
    public final void forgetWhenGone() {
        if (goneRegistration >= 0) {
            loop.unwatch(goneRegistration, fd);
            goneRegistration = -1;
        }
    }

    @Override
    public final void joined() {}

    @Override
    public final void awaitRoom(boolean awaited) {
        if (!roomIsRare && awaited != roomAwaited) {
            roomAwaited = awaited;
            loop.change(registration, fd, interest());
            eventsComeAgain();
        }
    }

    /** Called when events may come that tell no news. */
    protected void eventsComeAgain() {}

    private int interest() {
        return roomIsRare || roomAwaited ? INTEREST | Epoll.OUT : INTEREST;
    }

    @Override
    public boolean isAtMark() {
        return loop.outOfBand().isAtMark(fd) > 0;
    }

    @Override
    public int write(MemorySegment buffer, int offset, int length) {
        return kernel().send(fd, buffer, offset, length);
    }

    @Override
    public boolean holdsBack() {
        return false;
    }

    @Override
    public final int mostAtOnce() {
        return EventLoop.BUFFER_BYTES;
    }

    @Override
    public int writeOutOfBand(byte value) {
        return loop.outOfBand().send(fd, value);
    }

    @Override
    public final void refuse(String reason) {
        abandon();
    }

    @Override
    public final int endOutput() {
        return kernel().shutdownWrite(fd);
    }

    /** Closes the descriptor, and no event will come any more. */
    protected final void closeDescriptor() {
        stopWatching();
        kernel().close(fd);
    }

    /** No event will come any more. */
    protected final void stopWatching() {
        loop.forget(registration);
        registration = -1;
    }
}
