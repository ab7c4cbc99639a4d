package io.socketbridge.sidecar.health;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;

/**
 * Answers short HTTP requests on one thread, one on each connection.
 *
 * <p>It has a bounded number of connections, and the oldest makes room for a new one. So nobody who connects and says nothing, or takes
 * no answer, keeps others from theirs, nor takes more descriptors than these.
 */
final class HttpPort implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(HttpPort.class);

    /** More than ever ask at once: the kubelet has three questions, and few scrape the metrics. */
    private static final int MOST_CONNECTIONS = 32;

    private static final int BACKLOG = 128;

    /** A connection that cannot be accepted would wake the thread again at once. */
    private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final ServerSocketChannel listener;
    private final Selector selector;
    private final Pages pages;

    /** The oldest first; the thread's. */
    private final Deque<HttpConnection> open = new ArrayDeque<>();

    /** Says what is at a path; called on the port's thread. */
    interface Pages {

        /** What is answered to a request for a path, which has no query. */
        Answer at(String path);
    }

    /**
     * What is answered.
     *
     * @param status of HTTP, such as {@code 200 OK}
     */
    record Answer(String status, String contentType, String body) {}

    private HttpPort(ServerSocketChannel listener, Selector selector, Pages pages) {
        this.listener = listener;
        this.selector = selector;
        this.pages = pages;
    }

    /**
     * Starts to listen.
     *
     * @param port 0 for a free one
     * @throws IOException if the port is taken
     */
    static HttpPort open(int port, Pages pages) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        try {
            listener.bind(new InetSocketAddress(port), BACKLOG).configureBlocking(false);
            Selector selector = Selector.open();
            listener.register(selector, SelectionKey.OP_ACCEPT);
            HttpPort opened = new HttpPort(listener, selector, pages);
            Thread.ofPlatform().name("health").daemon(true).start(opened::run);
            return opened;
        } catch (IOException e) {
            listener.close();
            throw e;
        }
    }

    int port() {
        return listener.socket().getLocalPort();
    }

    /** Closes the port; connections that are open end with the process. */
    @Override
    public void close() {
        try {
            selector.close();
            listener.close();
        } catch (IOException e) {
            LOG.debugf("health port: %s", e);
        }
    }

    private void run() {
        try {
            while (selector.isOpen()) {
                selector.select(this::ready);
            }
        } catch (ClosedSelectorException e) {
            LOG.debug("health port closed");
        } catch (IOException e) {
            LOG.errorf("health port: %s", e);
        }
    }

    private void ready(SelectionKey key) {
        try {
            if (key.attachment() instanceof HttpConnection connection) {
                connection.ready();
            } else {
                accept();
            }
        } catch (IOException e) {
            if (key.attachment() instanceof HttpConnection connection) {
                close(connection);
            } else {
                rest(e);
            }
        }
    }

    private void accept() throws IOException {
        SocketChannel channel = listener.accept();
        if (channel == null) {
            return;
        }
        if (open.size() == MOST_CONNECTIONS) {
            close(open.getFirst());
        }
        channel.configureBlocking(false);
        SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
        HttpConnection connection = new HttpConnection(channel, key, pages, this::close);
        key.attach(connection);
        open.add(connection);
    }

    /** Where there is no descriptor for a new connection, an old one's will do; and where there is none, one will come. */
    private void rest(IOException reason) {
        LOG.debugf("health port: %s", reason);
        if (open.isEmpty()) {
            LockSupport.parkNanos(REST_NANOS);
        } else {
            close(open.getFirst());
        }
    }

    private void close(HttpConnection connection) {
        open.remove(connection);
        connection.close();
    }
}
