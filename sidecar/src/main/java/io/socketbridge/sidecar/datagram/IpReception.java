package io.socketbridge.sidecar.datagram;

import io.socketbridge.contract.RouteState;
import io.socketbridge.sidecar.linux.Errno;
import io.socketbridge.sidecar.linux.Kernel;
import io.socketbridge.sidecar.linux.LinuxException;
import io.socketbridge.sidecar.linux.MessageBatch;
import io.socketbridge.sidecar.linux.SocketAddress;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.loop.HostResolver;
import io.socketbridge.sidecar.relay.Listener.ListenException;
import io.socketbridge.sidecar.relay.Peer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** An IP address at which packets are received. */
final class IpReception implements Reception {

    private final EventLoop loop;
    private final IpFamily family;
    private final String host;
    private final boolean anyPort;
    private final int mostBytes;

    /** Keeps the number that the kernel chose. */
    private volatile int port;

    private volatile String text;
    private boolean ipv4;

    /**
     * @param text the address as it was asked for
     * @param anyPort whether another port will do if the wanted one is taken
     * @param mostBytes the largest packet that is to be sent from it
     */
    IpReception(EventLoop loop, IpFamily family, String text, String host, int port, boolean anyPort, int mostBytes) {
        this.loop = loop;
        this.family = family;
        this.text = text;
        this.host = host;
        this.port = port;
        this.anyPort = anyPort;
        this.mostBytes = mostBytes;
    }

    @Override
    public String address() {
        return text;
    }

    @Override
    public int bind() throws ListenException {
        InetAddress resolved = resolve();
        int fd = tryBind(family.address(resolved, port));
        if (fd == -Errno.EADDRINUSE && anyPort) {
            fd = tryBind(family.address(resolved, 0));
        }
        if (fd < 0) {
            LinuxException failure = new LinuxException("bind", text, -fd);
            throw fd == -Errno.EADDRINUSE
                    ? new ListenException(RouteState.ADDRESS_IN_USE, failure.getMessage() + "; choose another port")
                    : new ListenException(RouteState.LISTEN_FAILED, failure.getMessage() + family.advice(-fd));
        }
        if (family.equals(IpFamily.UDP)) {
            String bound = loop.kernel().localInetAddress(fd);
            int colon = bound.lastIndexOf(':');
            port = Integer.parseInt(bound.substring(colon + 1));
            text = text.substring(0, text.lastIndexOf(':') + 1) + port;
        }
        return fd;
    }

    private InetAddress resolve() throws ListenException {
        try {
            return HostResolver.resolve(host);
        } catch (UnknownHostException e) {
            throw new ListenException(RouteState.LISTEN_FAILED, text + ": the host name '" + host + "' is not known");
        }
    }

    private int tryBind(SocketAddress candidate) {
        Kernel kernel = loop.kernel();
        int fd = family.open(kernel, candidate);
        if (fd < 0) {
            return fd;
        }
        kernel.raiseSendBuffer(fd, mostBytes);
        int result = kernel.bind(fd, candidate);
        if (result < 0) {
            kernel.close(fd);
            return result;
        }
        ipv4 = candidate.isIpv4();
        return fd;
    }

    @Override
    public void release() {}

    @Override
    public boolean tellsCredentials() {
        return false;
    }

    @Override
    public int headerBytes(MessageBatch batch, int i) {
        return family.headerBytes(batch, i, ipv4);
    }

    @Override
    public int mostHeaderBytes() {
        return family.mostHeaderBytes();
    }

    @Override
    public Peer peer(Sender sender) {
        InetSocketAddress from = sender.address()
                .flatMap(address -> SocketAddress.inet(address.memory()))
                .orElse(null);
        InetAddress to = HostResolver.literal(host).orElse(null);
        return from == null || to == null
                ? Peer.UNKNOWN
                : new Peer(
                        new Peer.Addresses.Inet(from, new InetSocketAddress(to, port)),
                        Peer.UNKNOWN_ID,
                        Peer.UNKNOWN_ID);
    }
}
