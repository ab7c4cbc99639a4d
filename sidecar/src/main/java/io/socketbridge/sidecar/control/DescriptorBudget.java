package io.socketbridge.sidecar.control;

import io.socketbridge.contract.Route;
import io.socketbridge.contract.Snapshot;
import io.socketbridge.sidecar.linux.DescriptorLimit;
import io.socketbridge.sidecar.tunnel.TunnelListener;
import io.socketbridge.sidecar.tunnel.TunnelPorts;
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
     * For everything else but tunnels: about 60 that the JVM has open, 32 of the health port's, 64 ends of pipes in use (all loops' together), 128
     * sockets that are reset once what was sent has arrived, and some for pipes that are kept, loops, listeners and the operator.
     */
    private static final int RESERVE = 320;

    /** Raises the process's limit as far as it goes, and takes that. */
    public static DescriptorBudget ofProcess() {
        return new DescriptorBudget(DescriptorLimit.raise());
    }

    /** What is wrong if the routes ask for more than there is; empty if they do not. */
    public String shortage(Snapshot snapshot) {
        long wanted = wanted(snapshot.routes());
        if (wanted <= forConnections(snapshot.routes())) {
            return "";
        }
        long unsaid = unsaid(snapshot.routes());
        String least = unsaid == 0
                ? ""
                : ", with " + least(snapshot.routes()) + " for each of the " + unsaid + " that name none";
        return "maxConnections of all routes together is " + wanted + least + ", for which "
                + (wanted * FOR_CONNECTION + reserve(snapshot.routes()))
                + " file descriptors are needed, and the process may have " + limit
                + "; raise the limit (ulimit -n), or lower maxConnections to " + forConnections(snapshot.routes())
                + " or less";
    }

    /**
     * How many connections a route may have: what it asks for, or its part of that if all ask for too much. One that names no number
     * asks for half of what it would have if all had the same, and has an equal share of what is left.
     *
     * @param route one of the snapshot's
     */
    public int share(Route route, Snapshot snapshot) {
        List<Route> routes = snapshot.routes();
        long wanted = wanted(routes);
        long there = forConnections(routes);
        long own = asked(route, routes);
        if (wanted > there) {
            return atLeastOne(own * there / wanted);
        }
        return atLeastOne(isUnsaid(route) ? own + (there - wanted) / unsaid(routes) : own);
    }

    private long forConnections(List<Route> routes) {
        return Math.max(1, (limit - reserve(routes)) / FOR_CONNECTION);
    }

    /** What is no connection's: where tunnels are taken those are among it that carry none. */
    private static long reserve(List<Route> routes) {
        List<String> tunnels = routes.stream()
                .map(route -> route.listen().address())
                .filter(address -> address.startsWith("tunnel:"))
                .toList();
        return RESERVE
                + (long) TunnelListener.SPARE_TUNNELS * tunnels.size()
                + TunnelPorts.MOST_NEWCOMERS * tunnels.stream().distinct().count();
    }

    private long wanted(List<Route> routes) {
        return routes.stream().mapToLong(route -> asked(route, routes)).sum();
    }

    private long asked(Route route, List<Route> routes) {
        return isUnsaid(route) ? least(routes) : route.limits().maxConnections();
    }

    /** For a route that names no number, so that it is not starved by those that name large ones. */
    private long least(List<Route> routes) {
        return Math.max(1, forConnections(routes) / routes.size() / 2);
    }

    private static long unsaid(List<Route> routes) {
        return routes.stream().filter(DescriptorBudget::isUnsaid).count();
    }

    private static boolean isUnsaid(Route route) {
        return route.limits().maxConnections() == 0;
    }

    private static int atLeastOne(long share) {
        return Math.clamp(share, 1, Integer.MAX_VALUE);
    }
}
