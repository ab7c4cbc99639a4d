package io.socketbridge.sidecar.loop;

import io.socketbridge.sidecar.linux.Kernel;

/** A pipe through which bytes pass from socket to socket inside the kernel. Owned by one loop. */
public final class Pipe {

    /** What one turn moves: some of what a socket's buffers hold, and not so much that it leaves the processor's cache. */
    public static final int CAPACITY_BYTES = 256 * 1024;

    private final Kernel kernel;
    private final int readEnd;
    private final int writeEnd;
    private int count;

    Pipe(Kernel kernel, long ends) {
        this.kernel = kernel;
        this.readEnd = (int) (ends >>> 32);
        this.writeEnd = (int) ends;
    }

    /** Bytes in the pipe. */
    public int count() {
        return count;
    }

    /** Takes so much of what a socket has; only while the pipe is empty, so that {@code -EAGAIN} means that the socket is. */
    public int fill(int socket, int length) {
        int moved = kernel.splice(socket, writeEnd, length);
        count += Math.max(0, moved);
        return moved;
    }

    /** Gives to a socket as much as it takes. */
    public int drain(int socket) {
        int moved = kernel.splice(readEnd, socket, count);
        count -= Math.max(0, moved);
        return moved;
    }

    void close() {
        kernel.close(readEnd);
        kernel.close(writeEnd);
    }
}
