package io.socketbridge.sidecar.cli;

import io.socketbridge.sidecar.control.RouteTable;
import java.util.concurrent.CountDownLatch;
import org.jboss.logging.Logger;

/**
 * Ends the process in order when it is sent SIGTERM or SIGINT: nothing new is taken, connections that are open have some time to
 * end, and what is left then is reset. Its status is 0, as it did what it was asked.
 */
final class Termination implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Termination.class);

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch drained = new CountDownLatch(1);

    // The JVM runs its hooks for a signal. This one holds the end up, and then halts, as the JVM's own status would be
    // that of a
    // process that was killed.
    private final Thread hook = Thread.ofPlatform().name("termination").unstarted(this::terminate);

    Termination() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Waits for a signal. Blocks. */
    void await() throws InterruptedException {
        asked.await();
    }

    /** Gives all addresses up, and waits for connections to end, as long as their routes allow. Blocks. */
    void drain(RouteTable routes) {
        int cut = routes.drain().join();
        if (cut > 0) {
            LOG.warnf("ending; %d connections did not end in their time, and were reset", cut);
        } else {
            LOG.info("ending; all connections have ended");
        }
    }

    /** Lets the process end: by a signal with status 0, else as it would have without this. */
    @Override
    public void close() {
        drained.countDown();
        if (asked.getCount() > 0) {
            Runtime.getRuntime().removeShutdownHook(hook);
        }
    }

    private void terminate() {
        asked.countDown();
        try {
            drained.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(0);
    }
}
