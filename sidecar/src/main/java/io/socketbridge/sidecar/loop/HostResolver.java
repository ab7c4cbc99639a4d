package io.socketbridge.sidecar.loop;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Turns hosts into addresses. */
public final class HostResolver {

    /** The system's resolver blocks, so it is asked on threads of its own, and few: a storm of connections queues up here. */
    public static final ExecutorService THREADS = Executors.newFixedThreadPool(
            2, Thread.ofPlatform().name("resolver-", 0).daemon(true).factory());

    private HostResolver() {}

    /** The address that a text is, if it is an IP address and no name. */
    public static Optional<InetAddress> literal(String host) {
        try {
            return Optional.of(InetAddress.ofLiteral(host));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * Asks the system's resolver. Blocks.
     *
     * @throws UnknownHostException if it does not know the name
     */
    public static InetAddress resolve(String host) throws UnknownHostException {
        return InetAddress.getByName(host);
    }
}
