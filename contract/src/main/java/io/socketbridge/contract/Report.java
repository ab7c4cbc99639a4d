package io.socketbridge.contract;

import java.util.List;
import java.util.Objects;

/**
 * What a sidecar sees; sent whole whenever it changes and at least every {@link ControlStream#REPORT_INTERVAL}.
 *
 * @param revision the snapshot that is in force
 * @param version the sidecar's version
 * @param routes one for each route of that snapshot
 */
public record Report(String revision, String version, List<RouteReport> routes) {

    public Report {
        Objects.requireNonNull(revision, "revision");
        Objects.requireNonNull(version, "version");
        routes = List.copyOf(routes);
    }
}
