package io.socketbridge.sidecar.relay;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/** Names connections, so that both sidecars' logs can be searched for one: a part for the process, and a number. */
final class ConnectionId {

    private static final HexFormat HEX = HexFormat.of();
    private static final AtomicLong NEXT = new AtomicLong(1);

    private ConnectionId() {}

    /** A name that no other connection has, such as {@code 9f3ab2c4-000000000000002a}. */
    static String next() {
        return OfProcess.PREFIX + HEX.toHexDigits(NEXT.getAndIncrement());
    }

    /** Made when the first connection is named: random numbers cost a start some time. */
    private static final class OfProcess {
        private static final String PREFIX = HEX.toHexDigits(new SecureRandom().nextInt()) + "-";
    }
}
