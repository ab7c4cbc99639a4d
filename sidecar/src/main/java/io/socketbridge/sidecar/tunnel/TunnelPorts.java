package io.socketbridge.sidecar.tunnel;

import io.socketbridge.contract.TcpAddress;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.loop.EventLoops;
import io.socketbridge.sidecar.relay.Listener.ListenException;
import io.socketbridge.sidecar.tls.Protections;
import java.util.HashMap;
import java.util.Map;

/** The ports on which this process takes tunnels, each for as long as some bridge uses it. Any thread may call. */
public final class TunnelPorts {

    /** How many there may be at once, at one port, of those who have not shown that they are clients of a bridge. */
    public static final int MOST_NEWCOMERS = 512;

    private final Handshakes handshakes = new Handshakes();
    private final EventLoops loops;
    private final Protections protections;
    private final Departures departures;
    private final Map<TcpAddress, TunnelPort> ports = new HashMap<>();

    /**
     * @param protections of each tunnel
     * @param departures is told of those that have only to send what waits
     */
    public TunnelPorts(EventLoops loops, Protections protections, Departures departures) {
        this.departures = departures;
        this.loops = loops;
        this.protections = protections;
    }

    /** How many have connected, by a stable word for what became of their handshake. */
    public Map<String, Long> handshakes() {
        return handshakes.read();
    }

    /**
     * A port, which listens from now on at the latest.
     *
     * @param loop that it lives on if it is new
     */
    synchronized TunnelPort acquire(EventLoop loop, TcpAddress wanted, boolean anyPort) throws ListenException {
        TunnelPort port = ports.get(wanted);
        if (port == null) {
            port = new TunnelPort(loop, loops, wanted, anyPort, protections, departures, handshakes);
            port.open();
            ports.put(wanted, port);
        }
        port.users++;
        return port;
    }

    /** Gives a port back; with the last of its users it ends. */
    synchronized void release(TunnelPort port) {
        port.users--;
        if (port.users == 0) {
            ports.values().remove(port);
            port.close();
        }
    }
}
