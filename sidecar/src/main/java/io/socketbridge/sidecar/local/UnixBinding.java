package io.socketbridge.sidecar.local;

import io.socketbridge.contract.RouteState;
import io.socketbridge.contract.UnixAddress;
import io.socketbridge.sidecar.linux.Errno;
import io.socketbridge.sidecar.linux.Kernel;
import io.socketbridge.sidecar.linux.LinuxException;
import io.socketbridge.sidecar.linux.SocketAddress;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.relay.Listener.ListenException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A name that sockets of the sidecar are bound to, one after the other, and the file that is there while it is a path.
 *
 * <p>A file left by a socket that nobody has open is replaced; a live socket, or a file that is none, is left alone and is an error.
 * Lives on one loop.
 */
public final class UnixBinding {

    private static final Logger LOG = Logger.getLogger(UnixBinding.class);

    private final EventLoop loop;
    private final UnixAddress address;
    private final int mode;
    private final SocketAddress socketAddress;

    /** The file that the last socket was bound to; null for an abstract name. */
    private @Nullable SocketFile file;

    /** @param mode permission bits of the socket's file; of no meaning for an abstract name */
    public UnixBinding(EventLoop loop, UnixAddress address, int mode) {
        this.loop = loop;
        this.address = address;
        this.mode = mode;
        this.socketAddress = SocketAddress.unix(address.name());
    }

    /**
     * Makes a socket of the address's type that is bound to the name.
     *
     * @return its descriptor, which belongs to the caller
     * @throws ListenException if the name cannot be had
     */
    public int bind() throws ListenException {
        try {
            removeDeadFile();
            return boundSocket();
        } catch (LinuxException e) {
            throw failure(e);
        } catch (InvalidPathException e) {
            throw new ListenException(RouteState.LISTEN_FAILED, e.getReason());
        } catch (IOException e) {
            throw new ListenException(RouteState.LISTEN_FAILED, address + ": " + e);
        }
    }

    /** Whether there is a file that refuses whoever connects once the socket is closed. */
    public boolean hasFile() {
        return file != null;
    }

    /** Removes the file unless another process has put its own in its place. */
    public void removeFile() {
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

    private int socket() throws LinuxException {
        return LinuxException.check(
                UnixSocket.make(loop.kernel(), address.type(), socketAddress), "socket", address.toString());
    }

    private int boundSocket() throws IOException {
        Kernel kernel = loop.kernel();
        int socket = socket();
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
        int probe = socket();
        int result = kernel.connect(probe, socketAddress);
        kernel.close(probe);
        return (result != -Errno.ECONNREFUSED && result != -Errno.ENOENT)
                || loop.diagnostics().isBound(there.id());
    }

    /** What a failed system call on such a socket means. */
    static ListenException failure(LinuxException e) {
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
