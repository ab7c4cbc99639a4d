package io.socketbridge.sidecar.relay;

import io.socketbridge.sidecar.linux.Kernel;
import java.lang.foreign.MemorySegment;

/** A connected stream socket of any family; what differs between families is how one is reset. */
public abstract class SocketStream implements ByteStream {

    private final Kernel kernel;
    private final int fd;

    /**
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
    public final int read(MemorySegment buffer, int offset, int length) {
        return kernel.receive(fd, buffer, offset, length);
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

    @Override
    public final void close() {
        kernel.close(fd);
    }
}
