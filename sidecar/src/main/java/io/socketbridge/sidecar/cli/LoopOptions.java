package io.socketbridge.sidecar.cli;

import io.socketbridge.sidecar.linux.LinuxException;
import io.socketbridge.sidecar.loop.EventLoops;
import java.time.Duration;
import picocli.CommandLine.Option;

/** Options that every command with a data plane has. */
final class LoopOptions {

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Event loops, 1 to 256; a connection stays on one. Default: the cores it may use.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--drain-timeout",
            paramLabel = "SECONDS",
            description = "How long connections may go on after SIGTERM. Default: ${DEFAULT-VALUE}.")
    private int drainTimeoutSeconds = 5;

    Duration drainTimeout() {
        if (drainTimeoutSeconds < 0) {
            throw new IllegalArgumentException("--drain-timeout " + drainTimeoutSeconds + " is negative");
        }
        return Duration.ofSeconds(drainTimeoutSeconds);
    }

    EventLoops start() throws LinuxException {
        if (threads < 1 || threads > 256) {
            throw new IllegalArgumentException("--threads " + threads + " is not in 1-256");
        }
        return EventLoops.start(threads);
    }
}
