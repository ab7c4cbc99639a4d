package io.socketbridge.sidecar.relay;

import io.socketbridge.sidecar.linux.Kernel;
import java.lang.foreign.MemorySegment;

/** A connected stream socket of any family; families differ in how they say that a connection was cut. */
public abstract class SocketStream implements ByteStream {

    private final Kernel kernel;
    private final int fd;

    /**
     * Takes a socket over.
     *
     * @param kernel of the loop that the stream belongs to
     * @param fd belongs to the stream from now on
     */
    protected SocketStream(Kernel kernel, int fd) {
        this.kernel = kernel;
        this.fd = fd;
    }

    /** The loop's system calls. */
    protected final Kernel kernel() {
        return kernel;
    }

    @Override
    public final int descriptor() {
        return fd;
    }

    @Override
    public final int write(MemorySegment buffer, int offset, int length) {
        return kernel.send(fd, buffer, offset, length);
    }

    @Override
    public final boolean splices() {
        return true;
    }

    @Override
    public final int endOutput() {
        return kernel.shutdownWrite(fd);
    }
}
