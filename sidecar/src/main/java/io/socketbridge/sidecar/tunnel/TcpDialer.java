package io.socketbridge.sidecar.tunnel;

import io.socketbridge.contract.TcpAddress;
import io.socketbridge.sidecar.loop.EventLoop;
import io.socketbridge.sidecar.relay.Dialer;
import io.socketbridge.sidecar.relay.ProxyHeader;
import java.time.Duration;
import java.util.function.Supplier;

/** Connects to a TCP address; a host name is looked up anew for each connection. */
public final class TcpDialer implements Dialer {

    private final TcpConnector connector;

    /** Dials this address. */
    public TcpDialer(TcpAddress address) {
        this.connector = new TcpConnector(address);
    }

    @Override
    public Pending dial(EventLoop loop, Supplier<ProxyHeader> origin, Duration limit, Outcome outcome) {
        return connector.connect(loop, limit, new TcpConnector.Outcome() {
            @Override
            public void connected(int fd, long registration, int events) {
                outcome.connected(TcpStream.dialled(loop, fd, registration, events));
            }

            @Override
            public void failed(String reason, String message) {
                outcome.failed(reason, message);
            }
        });
    }
}
