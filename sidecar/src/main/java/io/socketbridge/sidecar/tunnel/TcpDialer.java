package io.socketbridge.sidecar.tunnel;

import io.socketbridge.contract.TcpAddress;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.record.Framer;
import io.socketbridge.sidecar.relay.Dialer;
import io.socketbridge.sidecar.relay.ProxyHeader;
import java.time.Duration;
import java.util.function.Supplier;

/** Connects to a TCP address; a host name is looked up anew for each connection. */
public final class TcpDialer implements Dialer {

    private final TcpConnector connector;
    private final Framer framer;

    /** Dials this address, where the connections' bytes are. */
    public TcpDialer(TcpAddress address) {
        this(address, Framer.NONE);
    }

    /** Dials this address, where a framer makes the connections what they are to be. */
    public TcpDialer(TcpAddress address, Framer framer) {
        this.framer = framer;
        this.connector = new TcpConnector(address);
    }

    @Override
    public Pending dial(EventLoop loop, Supplier<ProxyHeader> origin, Duration limit, Outcome outcome) {
        return connector.connect(loop, limit, new TcpConnector.Outcome() {
            @Override
            public void connected(int fd, long registration, int events) {
                outcome.connected(framer.frame(loop, TcpStream.dialled(loop, fd, registration, events)));
            }

            @Override
            public void failed(String reason, String message) {
                outcome.failed(reason, message);
            }
        });
    }
}
