package io.socketbridge.sidecar.local;

import io.socketbridge.contract.RouteState;
import io.socketbridge.contract.SocketType;
import io.socketbridge.contract.UnixAddress;
import io.socketbridge.sidecar.linux.Errno;
import io.socketbridge.sidecar.linux.Kernel;
import io.socketbridge.sidecar.linux.SocketAddress;
import io.socketbridge.sidecar.linux.UnixDiagnostics;
import io.socketbridge.sidecar.loop.LogLimit;
import io.socketbridge.sidecar.relay.Readiness;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** One address that a {@link SocketWatch} looks at; its state belongs to that one's thread. */
final class WatchedSocket {

    private static final Logger LOG = Logger.getLogger(WatchedSocket.class);

    private final LogLimit errors = new LogLimit();

    /** A backlog is full at moments where the app is but slow: it counts when it is so each time in half a second. */
    private static final int FULL_LOOKS = 5;

    /** How often the kernel is asked before it is believed that an app which listened does so no more. */
    private static final int MOST_LOOKS = 2;

    private final UnixAddress address;
    private final SocketWatch.Observer observer;
    private @Nullable Readiness last;

    /** The file that was seen in the last look; null if there was none. */
    private @Nullable SocketFile lastFile;

    /** The last socket that was seen, even if it is gone by now. */
    private @Nullable SocketFile lastSocket;

    /** Looks in a row that found the backlog full. */
    private int full;

    WatchedSocket(UnixAddress address, SocketWatch.Observer observer) {
        this.address = address;
        this.observer = observer;
    }

    /** Whether the app receives datagrams, for which it does not listen. */
    boolean takesDatagrams() {
        return address.type() == SocketType.DATAGRAM;
    }

    /**
     * Looks, and tells the observer what is new.
     *
     * @param found who listens, as asked for a moment ago
     * @param now asks again
     */
    void look(
            Kernel kernel,
            Optional<UnixDiagnostics.Listening> found,
            Supplier<Optional<UnixDiagnostics.Listening>> now) {
        try {
            tell(kernel, found, now);
        } catch (RuntimeException e) {
            errors.write(more -> LOG.errorf(e, "%s cannot be watched%s", address, more));
        }
    }

    private void tell(
            Kernel kernel,
            Optional<UnixDiagnostics.Listening> found,
            Supplier<Optional<UnixDiagnostics.Listening>> askAgain) {
        Readiness now = judge(kernel, found);
        // A socket that has taken another's place since the kernel was asked looks as if nobody listened on it.
        for (int i = 0; i < MOST_LOOKS && serves() && now.state() == RouteState.NOT_LISTENING; i++) {
            now = judge(kernel, askAgain.get());
        }
        if (!now.equals(last)) {
            last = now;
            observer.changed(now);
        }
    }

    private Readiness judge(Kernel kernel, Optional<UnixDiagnostics.Listening> found) {
        return address.isAbstract() ? abstractName(kernel, found) : path(kernel, found);
    }

    private Readiness abstractName(Kernel kernel, Optional<UnixDiagnostics.Listening> found) {
        boolean listening =
                found.map(f -> f.abstractNames().contains(address.name())).orElseGet(() -> connects(kernel));
        return listening ? serving(found, address.name()) : notListening("nobody listens on " + address);
    }

    private Readiness path(Kernel kernel, Optional<UnixDiagnostics.Listening> found) {
        try {
            Path path = SocketFile.path(address);
            SocketFile file = SocketFile.at(path).orElse(null);
            boolean same = file != null && file.equals(lastFile);
            lastFile = file;
            if (file == null) {
                return new Readiness(RouteState.SOCKET_MISSING, "there is no " + address + " yet; is the app running?");
            }
            if (!file.isSocket()) {
                return new Readiness(RouteState.NOT_A_SOCKET, address + " is not a socket");
            }
            compare(file);
            if (!Files.isWritable(path)) {
                return denied();
            }
            // Where the kernel does not say it one must connect, which the app sees: only when there may be news.
            boolean listening =
                    found.flatMap(f -> f.listens(file.id())).orElseGet(() -> (same && serves()) || connects(kernel));
            return listening
                    ? serving(found, file.id().toString())
                    : notListening(address + " exists, but nobody listens on it; is the app running?");
        } catch (InvalidPathException e) {
            return new Readiness(RouteState.LISTEN_FAILED, e.getReason());
        } catch (AccessDeniedException e) {
            return denied();
        } catch (IOException e) {
            return new Readiness(RouteState.SOCKET_MISSING, address + ": " + e);
        }
    }

    /** Takes note of a socket, and tells if it has taken another's place. */
    private void compare(SocketFile socket) {
        if (lastSocket != null && !lastSocket.equals(socket)) {
            LOG.infof("%s was made anew by the app", address);
            observer.recreated();
        }
        lastSocket = socket;
    }

    private Readiness serving(Optional<UnixDiagnostics.Listening> found, String key) {
        full = found.filter(f -> f.full().contains(key)).isPresent() ? full + 1 : 0;
        if (full < FULL_LOOKS) {
            return Readiness.READY;
        }
        return new Readiness(
                RouteState.BACKLOG_FULL,
                "the app listens on " + address
                        + ", but its backlog is full, as it does not accept what waits there; new"
                        + " connections wait too");
    }

    private boolean serves() {
        return last != null && last.serves();
    }

    private Readiness denied() {
        return new Readiness(
                RouteState.PERMISSION_DENIED,
                "the sidecar's user may not write to " + address
                        + "; set runAsUser to the app's own, or let others write to the socket");
    }

    private static Readiness notListening(String message) {
        return new Readiness(RouteState.NOT_LISTENING, message);
    }

    private boolean connects(Kernel kernel) {
        SocketAddress target = SocketAddress.unix(address.name());
        int fd = UnixSocket.make(kernel, address.type(), target);
        if (fd < 0) {
            return serves(); // Where this process has no descriptor left, that is no news of the app.
        }
        int result = kernel.connect(fd, target);
        kernel.close(fd);
        return result >= 0 || result == -Errno.EAGAIN;
    }
}
