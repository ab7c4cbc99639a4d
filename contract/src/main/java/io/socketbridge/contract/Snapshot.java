package io.socketbridge.contract;

import java.util.List;

/**
 * A sidecar's configuration: always whole, never a difference, so that the last one received is the truth.
 *
 * @param revision opaque; two snapshots for one sidecar with the same revision are equal
 * @param trust the certificates, in PEM, by which other pods are known; empty where none has to be
 * @param routes every route that the sidecar shall serve; one that is missing ends
 */
public record Snapshot(String revision, String trust, List<Route> routes) {

    public Snapshot {
        routes = List.copyOf(routes);
    }

    /** Routes without tunnels. */
    public Snapshot(String revision, List<Route> routes) {
        this(revision, "", routes);
    }
}
