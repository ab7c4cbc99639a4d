package io.socketbridge.sidecar.local;

import io.socketbridge.contract.UnixAddress;
import io.socketbridge.sidecar.linux.LinuxException;
import io.socketbridge.sidecar.loop.Acceptor;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.loop.EventLoops;
import io.socketbridge.sidecar.relay.Listener;
import org.jspecify.annotations.Nullable;

/**
 * A Unix socket that the sidecar makes and apps connect to.
 *
 * <p>Lives on one loop.
 */
public final class UnixListener implements Listener {

    /**
     * A burst of non-blocking connects must find room, as there is no waiting for it: more than any common {@code
     * net.core.somaxconn}, to which the kernel lowers it.
     */
    private static final int BACKLOG = 65_535;

    private final EventLoop loop;
    private final EventLoops loops;
    private final UnixAddress address;
    private final UnixBinding binding;
    private final UnixStreams streams;
    private int fd = -1;
    private @Nullable Acceptor acceptor;

    /**
     * @param loop the loop that the listener lives on
     * @param loops among which its connections are spread
     * @param mode permission bits of the socket's file; of no meaning for an abstract name
     * @param streams makes streams of its connections
     */
    public UnixListener(EventLoop loop, EventLoops loops, UnixAddress address, int mode, UnixStreams streams) {
        this.streams = streams;
        this.loop = loop;
        this.loops = loops;
        this.address = address;
        this.binding = new UnixBinding(loop, address, mode);
    }

    @Override
    public String address() {
        return address.toString();
    }

    @Override
    public void bind() throws ListenException {
        if (fd >= 0) {
            return;
        }
        fd = binding.bind();
    }

    @Override
    public void open(Accepted accepted, Acceptor.Gate gate) throws ListenException {
        if (acceptor != null) {
            return;
        }
        bind();
        try {
            LinuxException.check(loop.kernel().listen(fd, BACKLOG), "listen", address.toString());
            Acceptor starting = new Acceptor(
                    loop,
                    loops,
                    fd,
                    address.toString(),
                    gate,
                    (target, connection) -> accepted.accept(target, streams.of(target, connection)));
            starting.start();
            acceptor = starting;
        } catch (LinuxException e) {
            throw UnixBinding.failure(e);
        }
    }

    @Override
    public void resume() {
        if (acceptor != null) {
            acceptor.resume();
        }
    }

    /** A socket cannot stop listening, so it is closed; its file stays, and whoever connects to it is refused. */
    @Override
    public void refuse() throws ListenException {
        if (acceptor != null) {
            closeSocket();
        }
        if (!binding.hasFile()) {
            bind();
        }
    }

    @Override
    public void close() {
        closeSocket();
        binding.removeFile();
    }

    private void closeSocket() {
        if (acceptor != null) {
            acceptor.close();
            acceptor = null;
        } else if (fd >= 0) {
            loop.kernel().close(fd);
        }
        fd = -1;
    }
}
