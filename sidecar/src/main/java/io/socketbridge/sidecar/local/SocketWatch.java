package io.socketbridge.sidecar.local;

import io.socketbridge.contract.RouteState;
import io.socketbridge.contract.UnixAddress;
import io.socketbridge.sidecar.linux.Errno;
import io.socketbridge.sidecar.linux.Kernel;
import io.socketbridge.sidecar.linux.SocketAddress;
import io.socketbridge.sidecar.linux.UnixDiagnostics;
import io.socketbridge.sidecar.relay.Readiness;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Tells whether apps listen on their sockets, and when that changes. Has one thread, which looks at all of them. */
public final class SocketWatch implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(SocketWatch.class);

    /** How soon a change is seen: a tenth of the second within which clients shall know of it. */
    private static final long PERIOD_NANOS = 100_000_000;

    private final Map<String, Watched> watched = new ConcurrentHashMap<>();
    private final Thread thread;
    private volatile boolean closed;

    /** Starts the thread. */
    public SocketWatch() {
        this.thread = Thread.ofPlatform().name("socket-watch").daemon(true).start(this::run);
    }

    /**
     * Tells {@code changed} what is at an address, first soon, and then each time that it is something else.
     *
     * @param key for {@link #remove}; takes the place of what was added by the same key before
     */
    public void add(String key, UnixAddress address, Consumer<Readiness> changed) {
        watched.put(key, new Watched(address, changed));
        LockSupport.unpark(thread);
    }

    /** Stops telling. */
    public void remove(String key) {
        watched.remove(key);
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    private void run() {
        try (Arena arena = Arena.ofConfined()) {
            Kernel kernel = new Kernel(arena);
            UnixDiagnostics diagnostics = new UnixDiagnostics(kernel, arena);
            while (!closed) {
                if (watched.isEmpty()) {
                    LockSupport.park();
                    continue;
                }
                Optional<UnixDiagnostics.Listening> found = diagnostics.listening();
                watched.values().forEach(each -> each.look(kernel, found));
                LockSupport.parkNanos(PERIOD_NANOS);
            }
        }
    }

    /** One address; its state belongs to the thread. */
    private static final class Watched {

        private final UnixAddress address;
        private final Consumer<Readiness> changed;
        private @Nullable Readiness last;
        private @Nullable SocketFile lastFile;

        Watched(UnixAddress address, Consumer<Readiness> changed) {
            this.address = address;
            this.changed = changed;
        }

        void look(Kernel kernel, Optional<UnixDiagnostics.Listening> found) {
            try {
                tell(kernel, found);
            } catch (RuntimeException e) {
                LOG.errorf(e, "%s cannot be watched", address);
            }
        }

        private void tell(Kernel kernel, Optional<UnixDiagnostics.Listening> found) {
            Readiness now = address.isAbstract() ? abstractName(kernel, found) : path(kernel, found);
            if (!now.equals(last)) {
                last = now;
                changed.accept(now);
            }
        }

        private Readiness abstractName(Kernel kernel, Optional<UnixDiagnostics.Listening> found) {
            boolean listening =
                    found.map(f -> f.abstractNames().contains(address.name())).orElseGet(() -> connects(kernel));
            return listening ? Readiness.READY : notListening("nobody listens on " + address);
        }

        private Readiness path(Kernel kernel, Optional<UnixDiagnostics.Listening> found) {
            Path path = Path.of(address.name());
            try {
                SocketFile file = SocketFile.at(path).orElse(null);
                boolean same = file != null && file.equals(lastFile);
                lastFile = file;
                if (file == null) {
                    return new Readiness(
                            RouteState.SOCKET_MISSING, "there is no " + address + " yet; is the app running?");
                }
                if (!file.isSocket()) {
                    return new Readiness(RouteState.NOT_A_SOCKET, address + " is not a socket");
                }
                if (!Files.isWritable(path)) {
                    return denied();
                }
                // Without an answer from the kernel one must connect, which the app sees: only when there may be news.
                boolean listening = found.map(f -> f.inodes().contains((int) file.inode()))
                        .orElseGet(() -> (same && isReady()) || connects(kernel));
                return listening
                        ? Readiness.READY
                        : notListening(address + " exists, but nobody listens on it; is the app running?");
            } catch (AccessDeniedException e) {
                return denied();
            } catch (IOException e) {
                return new Readiness(RouteState.SOCKET_MISSING, address + ": " + e);
            }
        }

        private boolean isReady() {
            return last != null && last.isReady();
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
            int fd = kernel.streamSocket(target);
            if (fd < 0) {
                return false;
            }
            int result = kernel.connect(fd, target);
            kernel.close(fd);
            return result >= 0 || result == -Errno.EAGAIN;
        }
    }
}
