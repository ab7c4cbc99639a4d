package io.socketbridge.sidecar.control;

import io.socketbridge.contract.Route;
import io.socketbridge.contract.Snapshot;
import io.socketbridge.sidecar.linux.DescriptorLimit;
import java.util.List;

/**
 * Shares the descriptors that the process may have among its routes' connections.
 *
 * @param limit how many it may have open
 */
public record DescriptorBudget(long limit) {

    /** Each connection has two: one for each side. */
    private static final int FOR_CONNECTION = 2;

    /**
     * For everything else: about 60 that the JVM has open, 32 of the health port's, 16 pipes' ends that a loop keeps and some in use, a
     * loop's own, listeners, and the stream from the operator.
     */
    private static final int RESERVE = 256;

    /** Raises the process's limit as far as it goes, and takes that. */
    public static DescriptorBudget ofProcess() {
        return new DescriptorBudget(DescriptorLimit.raise());
    }

    /** What is wrong if the routes ask for more than there is; empty if they do not. */
    public String shortage(Snapshot snapshot) {
        long wanted = wanted(snapshot.routes());
        if (wanted <= forConnections()) {
            return "";
        }
        return "maxConnections of all routes together is " + wanted + ", for which "
                + (wanted * FOR_CONNECTION + RESERVE)
                + " file descriptors are needed, and the process may have " + limit
                + "; raise the limit (ulimit -n), or lower maxConnections to " + forConnections() + " or less";
    }

    /**
     * How many connections a route may have: what it asks for, or its part of that if all ask for too much; where it asks for no number,
     * an equal share of what the others leave.
     *
     * @param route one of the snapshot's
     */
    public int share(Route route, Snapshot snapshot) {
        long wanted = wanted(snapshot.routes());
        long there = forConnections();
        long own = route.limits().maxConnections();
        if (own > 0) {
            return atLeastOne(wanted <= there ? own : own * there / wanted);
        }
        long sharing = snapshot.routes().stream()
                .filter(each -> each.limits().maxConnections() == 0)
                .count();
        return atLeastOne((there - wanted) / Math.max(1, sharing));
    }

    private long forConnections() {
        return Math.max(1, (limit - RESERVE) / FOR_CONNECTION);
    }

    private static long wanted(List<Route> routes) {
        return routes.stream()
                .mapToLong(route -> route.limits().maxConnections())
                .sum();
    }

    private static int atLeastOne(long share) {
        return Math.clamp(share, 1, Integer.MAX_VALUE);
    }
}
