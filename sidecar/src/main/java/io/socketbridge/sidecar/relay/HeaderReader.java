package io.socketbridge.sidecar.relay;

import io.socketbridge.contract.Limits;
import io.socketbridge.sidecar.linux.Epoll;
import io.socketbridge.sidecar.linux.Errno;
import io.socketbridge.sidecar.linux.LinuxException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Reads the PROXY protocol header that an accepted connection has to begin with, and not a byte of what follows. Owned by the
 * connection's loop.
 */
final class HeaderReader implements Phase {

    private final Session session;
    private byte[] header = new byte[ProxyHeader.FIXED_BYTES];
    private int count;
    private long registration = -1;

    HeaderReader(Session session) {
        this.session = session;
    }

    @Override
    public void start() {
        try {
            // The header mostly comes right behind the connection, and yet after it was accepted.
            registration = session.loop().watch(session.accepted().descriptor(), Epoll.IN, events -> read());
        } catch (LinuxException e) {
            reset(ResetReason.RESOURCES);
        }
    }

    private void read() {
        try {
            for (int missing = ProxyHeader.missing(header, count);
                    missing > 0;
                    missing = ProxyHeader.missing(header, count)) {
                if (!take(missing)) {
                    return;
                }
            }
            ProxyHeader read = ProxyHeader.decode(header);
            settle();
            session.headerRead(read);
        } catch (InvalidProxyHeaderException e) {
            reject(e.reason(), String.valueOf(e.getMessage()));
        }
    }

    /** Takes up to so many bytes; false if none are there yet. */
    private boolean take(int missing) throws InvalidProxyHeaderException {
        MemorySegment buffer = session.loop().buffer();
        int taken = session.loop().kernel().receive(session.accepted().descriptor(), buffer, 0, missing);
        if (taken == -Errno.EAGAIN || taken == -Errno.EINTR) {
            return false;
        }
        if (taken <= 0) {
            throw new InvalidProxyHeaderException("cut-off", "it ended after " + count + " bytes");
        }
        if (count + missing > header.length) {
            header = Arrays.copyOf(header, count + missing);
        }
        MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, header, count, taken);
        count += taken;
        return true;
    }

    @Override
    public void sweep(long nowNanos, Limits limits) {
        if (nowNanos - session.connectDeadlineNanos() >= 0) {
            reject("timeout", "only " + count + " bytes came in " + limits.connectTimeoutMillis() + " ms");
        }
    }

    @Override
    public void reset(ResetReason reason) {
        settle();
        session.reset(reason);
    }

    @Override
    public void targetsChanged() {
        // First the header.
    }

    private void reject(String reason, String message) {
        session.relay().meter().headerRejected(reason);
        session.relay()
                .warnOfHeader(
                        "connection reset: it has to begin with a PROXY protocol header of version 2, but " + message);
        reset(ResetReason.PROXY_HEADER);
    }

    private void settle() {
        if (registration >= 0) {
            session.loop().unwatch(registration, session.accepted().descriptor());
            registration = -1;
        }
    }
}
