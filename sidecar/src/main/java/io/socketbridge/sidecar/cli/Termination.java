package io.socketbridge.sidecar.cli;

import io.socketbridge.sidecar.control.RouteTable;
import java.util.concurrent.CountDownLatch;
import org.jboss.logging.Logger;

/**
 * Ends the process in order when it is sent SIGTERM or SIGINT: nothing new is taken, connections that are open have some time to
 * end, and what is left then is reset. Its status is 0, as it did what it was asked.
 */
final class Termination {

    private static final Logger LOG = Logger.getLogger(Termination.class);

    private final CountDownLatch asked = new CountDownLatch(1);

    Termination() {
        new Signal("TERM").handle(asked::countDown);
        new Signal("INT").handle(asked::countDown);
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
}
