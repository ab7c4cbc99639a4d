package io.socketbridge.sidecar.tunnel;

import io.socketbridge.sidecar.frame.FrameType;
import io.socketbridge.sidecar.frame.ResetCode;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.relay.InvalidProxyHeaderException;
import io.socketbridge.sidecar.relay.ProxyHeader;
import io.socketbridge.sidecar.tls.Protection;
import org.jspecify.annotations.Nullable;

/** A tunnel that the other end has begun, and on which it begins connections. Owned by its loop. */
final class ServerTunnel implements Tunnel.Owner, TunnelStream.Use {

    private final TunnelPort port;
    private final EventLoop loop;
    private final Tunnel tunnel;

    /** The connection that is on it; null while there is none. */
    private @Nullable TunnelStream stream;

    private @Nullable TunnelListener listener;
    private boolean established;

    ServerTunnel(TunnelPort port, EventLoop loop, int fd, Protection protection, Departures departures) {
        this.port = port;
        this.loop = loop;
        this.tunnel = new Tunnel(loop, fd, -1, protection, departures, this);
    }

    void start() {
        tunnel.start();
    }

    EventLoop loop() {
        return loop;
    }

    boolean isEstablished() {
        return established;
    }

    @Override
    public void established() {
        established = true;
        port.established(this);
    }

    @Override
    public void frame(FrameType type, byte[] payload) throws TunnelException {
        TunnelStream open = stream;
        if (type == FrameType.OPEN && open == null) {
            open(payload);
        } else if (type == FrameType.RESET) {
            // Of one that has ended here it is no news.
            if (open != null) {
                open.isGone();
            }
        } else {
            throw new TunnelException("protocol", "a frame " + type + " came out of turn");
        }
    }

    private void open(byte[] payload) throws TunnelException {
        ProxyHeader header;
        try {
            header = ProxyHeader.decode(payload);
        } catch (InvalidProxyHeaderException e) {
            throw new TunnelException("protocol", "a connection's header is not valid: " + e.getMessage());
        }
        stream = new TunnelStream(tunnel, header, this);
        TunnelListener found = port.listener(tunnel.protection().serverName());
        listener = found;
        if (port.isClosed()) {
            refuse(ResetCode.DRAIN);
        } else if (found == null) {
            port.unknownBridge(tunnel.protection().serverName());
            refuse(ResetCode.DENIED);
        } else {
            found.opened(this, tunnel.protection().peer(), header);
        }
    }

    TunnelStream stream() {
        TunnelStream open = stream;
        if (open == null) {
            throw new IllegalStateException("no connection is open");
        }
        return open;
    }

    /** Refuses the connection that was begun, and ends the tunnel. */
    void refuse(ResetCode code) {
        stream = null;
        tunnel.reset(code);
    }

    /** Takes no more connections; one that is open goes on. */
    void leave() {
        if (stream == null) {
            tunnel.send(FrameType.GO_AWAY);
            tunnel.leave();
        } else {
            tunnel.send(FrameType.GO_AWAY);
        }
    }

    @Override
    public void ended(FrameType... last) {
        stream = null;
        if (last.length == 0) {
            tunnel.send(FrameType.DONE);
        } else {
            tunnel.send(FrameType.END, FrameType.DONE);
        }
        if (port.isClosed()) {
            tunnel.leave();
        } else {
            tunnel.readBy(null);
        }
    }

    @Override
    public void broken(TunnelException reason) {
        if (!established) {
            port.handshakeFailed(reason);
        }
        TunnelStream open = stream;
        if (open != null) {
            open.isGone();
        }
    }

    /** Ends it before it is established. */
    void giveUp() {
        tunnel.close();
    }

    @Override
    public void closed() {
        TunnelListener asked = listener;
        if (asked != null) {
            asked.forget(this);
        }
        port.closed(this);
    }
}
