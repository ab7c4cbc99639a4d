package io.socketbridge.sidecar.tunnel;

import io.socketbridge.sidecar.frame.FrameType;
import io.socketbridge.sidecar.frame.ResetCode;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.relay.InvalidProxyHeaderException;
import io.socketbridge.sidecar.relay.ProxyHeader;
import io.socketbridge.sidecar.tls.Protection;
import io.socketbridge.sidecar.tunnel.Handshakes.Result;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A tunnel that the other end has begun, and on which it begins connections. Owned by its loop. */
final class ServerTunnel implements Tunnel.Owner, TunnelStream.Use {

    /** The other end went away, which it may at any time. */
    private static final Set<String> ORDINARY = Set.of("ended", "reset");

    private final TunnelPort port;
    private final EventLoop loop;
    private final Tunnel tunnel;

    /** What it is until it has shown that it is a client's. */
    private final Newcomers.Newcomer newcomer;

    /** The connection that is on it; null while there is none. */
    private @Nullable TunnelStream stream;

    /** Of the bridge that was asked for last; null if there was none. */
    private @Nullable TunnelListener listener;

    private boolean established;

    ServerTunnel(
            TunnelPort port,
            EventLoop loop,
            int fd,
            Protection protection,
            Departures departures,
            Newcomers.Newcomer newcomer) {
        this.newcomer = newcomer;
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

    @Override
    public void established() {
        established = true;
        TunnelListener asked = ask();
        boolean allowed = asked != null && asked.allows(tunnel.protection().peer());
        newcomer.count(asked == null ? Result.UNKNOWN_BRIDGE : allowed ? Result.ALLOWED : Result.NOT_ALLOWED);
        if (port.isClosed()) {
            leave();
        } else if (asked != null && allowed && asked.enter(this)) {
            newcomer.isNone();
        }
    }

    /** The listener of the bridge that is asked for, by the name in the handshake; null if there is none. */
    private @Nullable TunnelListener ask() {
        TunnelListener before = listener;
        TunnelListener now = port.listener(tunnel.protection().serverName());
        if (before != null && before != now) {
            before.forget(this);
        }
        listener = now;
        return now;
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
        TunnelListener found = ask();
        if (port.isClosed()) {
            refuse(ResetCode.DRAIN);
        } else if (!tunnel.isStillTrusted()) {
            port.warn("a tunnel was ended: the certificate that "
                    + tunnel.protection().peer().spiffeId()
                    + " began it with has expired, or is by an authority that is not trusted any more");
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

    /** It is a client's: from now on it is no stranger. */
    void isKnown() {
        newcomer.isNone();
    }

    /** Ends it, if it has no connection. */
    void leaveIfIdle() {
        if (stream == null) {
            leave();
        }
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
        TunnelListener asked = listener;
        if (port.isClosed() || asked == null || !asked.ended(this)) {
            tunnel.leave();
        } else {
            tunnel.readBy(null);
        }
    }

    @Override
    public void broken(TunnelException reason) {
        if (!established) {
            newcomer.count(Result.FAILED);
            port.warn("a tunnel was refused: " + reason.getMessage());
        } else if (!ORDINARY.contains(reason.reason())) {
            port.warn("a tunnel was ended: " + reason.getMessage());
        }
        TunnelStream open = stream;
        if (open != null) {
            open.isGone();
        }
    }

    /** Ends it before it is a client's. */
    void giveUp() {
        tunnel.close();
    }

    @Override
    public void closed() {
        TunnelListener asked = listener;
        if (asked != null) {
            asked.forget(this);
        }
        newcomer.isNone();
        port.closed(this);
    }
}
