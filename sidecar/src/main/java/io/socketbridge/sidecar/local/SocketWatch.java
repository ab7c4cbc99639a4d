package io.socketbridge.sidecar.local;

import io.socketbridge.contract.UnixAddress;
import io.socketbridge.sidecar.linux.Kernel;
import io.socketbridge.sidecar.linux.UnixDiagnostics;
import io.socketbridge.sidecar.relay.Readiness;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Tells whether apps listen on their sockets, and when that changes. Has one thread, which looks at all of them. */
public final class SocketWatch implements AutoCloseable {

    /** How soon a change is seen: a tenth of the second within which clients shall know of it. */
    private static final long PERIOD_NANOS = 100_000_000;

    private final Map<String, WatchedSocket> watched = new ConcurrentHashMap<>();
    private final Thread thread;
    private volatile boolean closed;

    /** Starts the thread. */
    public SocketWatch() {
        this.thread = Thread.ofPlatform().name("socket-watch").daemon(true).start(this::run);
    }

    /** Is told what is at an address; on the watch's thread. */
    public interface Observer {

        /** It is something else than before. */
        void changed(Readiness readiness);

        /** The app has made its socket anew since it was last seen. */
        void recreated();
    }

    /**
     * Tells {@code observer} what is at an address, first soon, and then each time that it is something else.
     *
     * @param key for {@link #remove}; takes the place of what was added by the same key before
     */
    public void add(String key, UnixAddress address, Observer observer) {
        watched.put(key, new WatchedSocket(address, observer));
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

    /**
     * Looks at those of one kind.
     *
     * @param question for all of them
     * @param again for one that seems to be gone
     */
    private void look(
            Kernel kernel,
            Supplier<Optional<UnixDiagnostics.Listening>> question,
            Supplier<Optional<UnixDiagnostics.Listening>> again,
            Predicate<WatchedSocket> kind) {
        List<WatchedSocket> some = watched.values().stream().filter(kind).toList();
        if (!some.isEmpty()) {
            Optional<UnixDiagnostics.Listening> found = question.get();
            some.forEach(each -> each.look(kernel, found, again));
        }
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
                look(kernel, diagnostics::listening, diagnostics::listening, each -> !each.takesDatagrams());
                look(kernel, diagnostics::receiving, diagnostics::receivingOfAll, WatchedSocket::takesDatagrams);
                LockSupport.parkNanos(PERIOD_NANOS);
            }
        }
    }
}
