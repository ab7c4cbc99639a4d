package io.socketbridge.sidecar.tunnel;

import io.socketbridge.contract.RouteState;
import io.socketbridge.contract.TcpAddress;
import io.socketbridge.sidecar.linux.Errno;
import io.socketbridge.sidecar.linux.Kernel;
import io.socketbridge.sidecar.linux.LinuxException;
import io.socketbridge.sidecar.linux.SocketAddress;
import io.socketbridge.sidecar.loop.Acceptor;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.loop.EventLoops;
import io.socketbridge.sidecar.loop.HostResolver;
import io.socketbridge.sidecar.record.Framer;
import io.socketbridge.sidecar.relay.Listener;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** A TCP port on which the sidecar takes connections from the network. Lives on one loop. */
public final class TcpListener implements Listener {

    /** See {@code net.core.somaxconn}, to which the kernel lowers it. */
    private static final int BACKLOG = 65_535;

    private final EventLoop loop;
    private final EventLoops loops;
    private final TcpAddress wanted;
    private final boolean anyPort;
    private final Framer framer;

    /** The address in fact; keeps its port when the listener refuses and opens again. */
    private volatile TcpAddress address;

    private int fd = -1;
    private @Nullable Acceptor acceptor;

    /**
     * @param loop the loop that the listener lives on
     * @param loops among which its connections are spread
     * @param anyPort whether another port will do if the wanted one is taken
     * @param framer makes its connections what the route carries
     */
    public TcpListener(EventLoop loop, EventLoops loops, TcpAddress wanted, boolean anyPort, Framer framer) {
        this.framer = framer;
        this.loop = loop;
        this.loops = loops;
        this.wanted = wanted;
        this.anyPort = anyPort;
        this.address = wanted;
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
        bindTo(address.port());
    }

    private void bindTo(int port) throws ListenException {
        InetAddress host = host();
        int result = tryBind(SocketAddress.inet(host, port));
        if (result == -Errno.EADDRINUSE && anyPort) {
            result = tryBind(SocketAddress.inet(host, 0));
        }
        if (result < 0) {
            throw failure("bind", -result);
        }
        fd = result;
        String bound = loop.kernel().localInetAddress(fd);
        address = new TcpAddress(address.host(), Integer.parseInt(bound.substring(bound.lastIndexOf(':') + 1)));
    }

    @Override
    public void open(Accepted accepted, Acceptor.Gate gate) throws ListenException {
        if (acceptor != null) {
            return;
        }
        bind();
        int result = loop.kernel().listen(fd, BACKLOG);
        if (result == -Errno.EADDRINUSE && anyPort) {
            // Until it listened, the port could still be taken by another.
            release();
            bindTo(0);
            result = loop.kernel().listen(fd, BACKLOG);
        }
        if (result < 0) {
            release();
            throw failure("listen", -result);
        }
        try {
            Acceptor starting = new Acceptor(
                    loop,
                    loops,
                    fd,
                    address(),
                    gate,
                    (target, connection) ->
                            accepted.accept(target, framer.frame(target, TcpStream.accepted(target, connection))));
            starting.start();
            acceptor = starting;
        } catch (LinuxException e) {
            throw new ListenException(RouteState.LISTEN_FAILED, e.getMessage());
        }
    }

    @Override
    public void resume() {
        if (acceptor != null) {
            acceptor.resume();
        }
    }

    @Override
    public void refuse() throws ListenException {
        if (acceptor != null) {
            release();
        }
        bind();
    }

    @Override
    public void close() {
        release();
    }

    private void release() {
        if (acceptor != null) {
            acceptor.close();
            acceptor = null;
        } else if (fd >= 0) {
            loop.kernel().close(fd);
        }
        fd = -1;
    }

    private InetAddress host() throws ListenException {
        try {
            return HostResolver.resolve(wanted.host());
        } catch (UnknownHostException e) {
            throw new ListenException(
                    RouteState.LISTEN_FAILED, wanted + ": the host name '" + wanted.host() + "' is not known");
        }
    }

    private int tryBind(SocketAddress candidate) {
        Kernel kernel = loop.kernel();
        int socket = kernel.streamSocket(candidate);
        if (socket < 0) {
            return socket;
        }
        kernel.setReuseAddress(socket);
        TcpStream.setOptions(kernel, socket);
        int result = kernel.bind(socket, candidate);
        if (result < 0) {
            kernel.close(socket);
            return result;
        }
        return socket;
    }

    private ListenException failure(String call, int errno) {
        LinuxException failure = new LinuxException(call, address(), errno);
        return errno == Errno.EADDRINUSE
                ? new ListenException(RouteState.ADDRESS_IN_USE, failure.getMessage() + "; choose another port")
                : new ListenException(RouteState.LISTEN_FAILED, failure.getMessage());
    }
}
