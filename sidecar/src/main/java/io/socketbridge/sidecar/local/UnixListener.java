package io.socketbridge.sidecar.local;

import io.socketbridge.contract.RouteState;
import io.socketbridge.contract.UnixAddress;
import io.socketbridge.sidecar.linux.Errno;
import io.socketbridge.sidecar.linux.Kernel;
import io.socketbridge.sidecar.linux.LinuxException;
import io.socketbridge.sidecar.linux.SocketAddress;
import io.socketbridge.sidecar.loop.Acceptor;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.loop.EventLoops;
import io.socketbridge.sidecar.relay.Listener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A Unix socket that the sidecar makes and apps connect to.
 *
 * <p>A file left at its path by a socket that nobody has open is replaced; a live socket, or a file that is none, is left
 * alone and is an error. Lives on one loop.
 */
public final class UnixListener implements Listener {

    private static final Logger LOG = Logger.getLogger(UnixListener.class);

    /**
     * A burst of non-blocking connects must find room, as there is no waiting for it: more than any common {@code
     * net.core.somaxconn}, to which the kernel lowers it.
     */
    private static final int BACKLOG = 65_535;

    private final EventLoop loop;
    private final EventLoops loops;
    private final UnixAddress address;
    private final int mode;
    private final SocketAddress socketAddress;
    private int fd = -1;
    private @Nullable Acceptor acceptor;

    /** The file that {@link #fd} is bound to; null for an abstract name. */
    private @Nullable SocketFile file;

    /**
     * @param loop the loop that the listener lives on
     * @param loops among which its connections are spread
     * @param mode permission bits of the socket's file; of no meaning for an abstract name
     */
    public UnixListener(EventLoop loop, EventLoops loops, UnixAddress address, int mode) {
        this.loop = loop;
        this.loops = loops;
        this.address = address;
        this.mode = mode;
        this.socketAddress = SocketAddress.unix(address.name());
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
        try {
            removeDeadFile();
            fd = boundSocket();
        } catch (LinuxException e) {
            throw failure(e);
        } catch (InvalidPathException e) {
            throw new ListenException(RouteState.LISTEN_FAILED, e.getReason());
        } catch (IOException e) {
            throw new ListenException(RouteState.LISTEN_FAILED, address + ": " + e);
        }
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
                    (target, connection) -> accepted.accept(target, new UnixStream(target, connection)));
            starting.start();
            acceptor = starting;
        } catch (LinuxException e) {
            throw failure(e);
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
        if (file == null) {
            bind();
        }
    }

    @Override
    public void close() {
        closeSocket();
        removeOwnFile();
    }

    private int boundSocket() throws IOException {
        Kernel kernel = loop.kernel();
        int socket = LinuxException.check(kernel.streamSocket(socketAddress), "socket", address.toString());
        try {
            int result = address.isAbstract()
                    ? kernel.bind(socket, socketAddress)
                    : kernel.bindFile(socket, socketAddress, mode);
            LinuxException.check(result, "bind", address.toString());
            if (!address.isAbstract()) {
                file = SocketFile.at(SocketFile.path(address), LinkOption.NOFOLLOW_LINKS)
                        .orElse(null);
            }
            return socket;
        } catch (IOException e) {
            kernel.close(socket);
            throw e;
        }
    }

    /** Removes what a process that is gone left at the path. */
    private void removeDeadFile() throws IOException, ListenException {
        if (address.isAbstract()) {
            return;
        }
        Path path = SocketFile.path(address);
        Optional<SocketFile> found = SocketFile.at(path, LinkOption.NOFOLLOW_LINKS);
        if (found.isEmpty()) {
            return;
        }
        if (!found.get().isSocket()) {
            throw new ListenException(
                    RouteState.ADDRESS_IN_USE,
                    address + " is a file that is not a socket, and is left alone; remove it or choose another path");
        }
        if (isAlive(found.get())) {
            throw new ListenException(
                    RouteState.ADDRESS_IN_USE,
                    address + " is a socket that another process has open, and is left alone; stop that process or"
                            + " choose another path");
        }
        LOG.debugf("%s: replacing the file of a socket on which nobody listens", address);
        Files.deleteIfExists(path);
    }

    /** A dead socket refuses a connection, and nobody has one open that is bound to its file; anything else is taken for life. */
    private boolean isAlive(SocketFile there) throws IOException {
        Kernel kernel = loop.kernel();
        int probe = LinuxException.check(kernel.streamSocket(socketAddress), "socket", address.toString());
        int result = kernel.connect(probe, socketAddress);
        kernel.close(probe);
        return (result != -Errno.ECONNREFUSED && result != -Errno.ENOENT)
                || loop.diagnostics().isBound(there.id());
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

    /** Removes the file unless another process has put its own in its place. */
    private void removeOwnFile() {
        SocketFile own = file;
        file = null;
        if (own == null) {
            return;
        }
        try {
            Path path = SocketFile.path(address);
            if (SocketFile.at(path, LinkOption.NOFOLLOW_LINKS)
                    .filter(own::equals)
                    .isPresent()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            LOG.warnf("%s: its file could not be removed: %s", address, e);
        }
    }

    private ListenException failure(LinuxException e) {
        RouteState state = e.errno() == Errno.EADDRINUSE ? RouteState.ADDRESS_IN_USE : RouteState.LISTEN_FAILED;
        String advice = switch (e.errno()) {
            case Errno.ENOENT -> "; the directory does not exist";
            case Errno.EACCES, Errno.EPERM -> "; the sidecar's user may not write to the directory";
            case Errno.EADDRINUSE -> "; another process listens there";
            default -> "";
        };
        return new ListenException(state, e.getMessage() + advice);
    }
}
