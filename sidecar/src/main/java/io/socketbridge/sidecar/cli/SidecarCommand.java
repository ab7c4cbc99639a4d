package io.socketbridge.sidecar.cli;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.socketbridge.contract.SidecarPod;
import io.socketbridge.sidecar.control.ControlClient;
import io.socketbridge.sidecar.control.ControlEndpoint;
import io.socketbridge.sidecar.control.Enrolment;
import io.socketbridge.sidecar.control.RouteTable;
import io.socketbridge.sidecar.health.HealthServer;
import io.socketbridge.sidecar.health.IdentityMetrics;
import io.socketbridge.sidecar.health.RouteMetrics;
import io.socketbridge.sidecar.identity.EnrolmentMeter;
import io.socketbridge.sidecar.identity.Identity;
import io.socketbridge.sidecar.local.SocketWatch;
import io.socketbridge.sidecar.loop.EventLoops;
import io.socketbridge.sidecar.tls.Protections;
import io.socketbridge.sidecar.tls.Tls;
import io.socketbridge.sidecar.tls.TlsEngine;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Serves the routes that the operator gives. */
@Command(
        name = "sidecar",
        mixinStandardHelpOptions = true,
        description =
                "Serves the routes that the operator gives to this pod, until SIGTERM. This is what runs in an injected"
                        + " container; its environment is set by the webhook.")
final class SidecarCommand implements Callable<Integer> {

    private static final Logger LOG = Logger.getLogger(SidecarCommand.class);

    private final String version;

    @Mixin
    private LoopOptions loopOptions = new LoopOptions();

    @Option(
            names = "--control-urls",
            split = ",",
            paramLabel = "URL",
            defaultValue = "${env:" + SidecarPod.CONTROL_URLS + "}",
            description = "Base URLs of the operator, in the order in which they are tried. Default: $"
                    + SidecarPod.CONTROL_URLS + ".")
    private List<URI> controlUrls = List.of();

    @Option(
            names = "--control-directory",
            paramLabel = "DIR",
            description = "Holds this pod's token and the operator's CA certificates. Default: ${DEFAULT-VALUE}.")
    private Path controlDirectory = Path.of(SidecarPod.CONTROL_DIRECTORY);

    @Option(
            names = "--health-port",
            paramLabel = "PORT",
            description = "Serves /health/{live,ready,started} and /metrics. Default: ${DEFAULT-VALUE}.")
    private int healthPort = SidecarPod.HEALTH_PORT;

    SidecarCommand(String version) {
        this.version = version;
    }

    @Override
    public Integer call() throws Exception {
        if (controlUrls.isEmpty()) {
            throw new IllegalArgumentException(
                    "no operator is known: set " + SidecarPod.CONTROL_URLS + " or --control-urls");
        }
        for (URI url : controlUrls) {
            if (!"https".equals(url.getScheme())) {
                throw new IllegalArgumentException(
                        "the operator's URL '" + url + "' is not https: this pod's token is not sent in the clear");
            }
        }
        PrometheusRegistry registry = new PrometheusRegistry();
        CompletableFuture<Void> configured = new CompletableFuture<>();
        // The table reports through the client, and the client applies to the table.
        AtomicReference<Runnable> changed = new AtomicReference<>(() -> {});
        Termination termination = new Termination();
        try (EventLoops loops = loopOptions.start();
                SocketWatch watch = new SocketWatch();
                HealthServer health = HealthServer.start(healthPort, configured::isDone, registry)) {
            Identity identity = new Identity();
            Protections protections = new Tls(identity, TlsEngine.BORINGSSL, Clock.systemUTC());
            RouteTable routes = new RouteTable(
                    loops, watch, protections, () -> changed.get().run());
            RouteMetrics.register(routes, registry);
            EnrolmentMeter enrolmentMeter = new EnrolmentMeter();
            IdentityMetrics.register(identity, enrolmentMeter, registry);
            ControlEndpoint endpoint = new ControlEndpoint(
                    controlUrls,
                    controlDirectory.resolve(SidecarPod.TOKEN_FILE),
                    controlDirectory.resolve(SidecarPod.TRUST_FILE),
                    identity);
            try (Enrolment enrolment = new Enrolment(endpoint, identity, enrolmentMeter);
                    ControlClient client =
                            new ControlClient(endpoint, routes, enrolment, version, () -> configured.complete(null))) {
                changed.set(client::reportSoon);
                enrolment.start();
                client.start();
                LOG.infof(
                        "socketbridge %s in pod %s/%s; health on port %d; operator at %s",
                        version,
                        System.getenv().getOrDefault(SidecarPod.POD_NAMESPACE, "?"),
                        System.getenv().getOrDefault(SidecarPod.POD_NAME, "?"),
                        health.port(),
                        Arrays.toString(controlUrls.toArray()));
                termination.await();
            }
            termination.drain(routes);
        }
        return 0;
    }
}
