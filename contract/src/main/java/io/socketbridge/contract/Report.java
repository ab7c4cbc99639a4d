package io.socketbridge.contract;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a sidecar sees; sent whole whenever it changes and at least every {@link ControlStream#REPORT_INTERVAL}.
 *
 * @param revision the snapshot that is in force
 * @param version the sidecar's version
 * @param routes one for each route of that snapshot
 * @param certificate the pod's certificate
 */
public record Report(String revision, String version, List<RouteReport> routes, CertificateReport certificate) {

    /** @param certificate null as well where there is none: older sidecars say nothing of it */
    public Report(String revision, String version, List<RouteReport> routes, @Nullable CertificateReport certificate) {
        this.revision = Objects.requireNonNull(revision, "revision");
        this.version = Objects.requireNonNull(version, "version");
        this.routes = List.copyOf(routes);
        this.certificate = Objects.requireNonNullElse(certificate, CertificateReport.NONE);
    }

    /** Of a pod that has no certificate. */
    public Report(String revision, String version, List<RouteReport> routes) {
        this(revision, version, routes, CertificateReport.NONE);
    }
}
