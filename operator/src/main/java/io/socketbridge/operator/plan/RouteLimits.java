package io.socketbridge.operator.plan;

import io.socketbridge.contract.Limits;
import io.socketbridge.contract.SocketType;

/**
 * What a sidecar is told of the limits of a route. A flow of datagrams has no end but its age, and it is the sidecar that takes it from a
 * socket which sees to that; the other one hears of the end, and would only get in its way.
 */
final class RouteLimits {

    /** Between the 30 s and the 120 s that Linux' connection tracking gives a flow of UDP before and after both have spoken. */
    static final long FLOW_IDLE_MILLIS = 60_000;

    private RouteLimits() {}

    static Limits ofClient(End.ClientEnd end) {
        Limits said = end.bridge().policy().limits();
        return isFlow(end.client().type()) ? ageing(said) : said;
    }

    static Limits ofServer(End.ServerEnd end) {
        Limits said = end.bridge().policy().limits();
        return switch (end.server().transport()) {
            case Transport.Udp _, Transport.Ip _ -> ageing(said);
            case Transport.Mutual _, Transport.Plain _ ->
                end.bridge().clients().stream().allMatch(client -> isFlow(client.type())) ? said.resting(0) : said;
        };
    }

    private static boolean isFlow(SocketType type) {
        return switch (type) {
            case DATAGRAM, RAW -> true;
            case STREAM, SEQ_PACKET -> false;
        };
    }

    private static Limits ageing(Limits said) {
        return said.idleTimeoutMillis() > 0 ? said : said.resting(FLOW_IDLE_MILLIS);
    }
}
