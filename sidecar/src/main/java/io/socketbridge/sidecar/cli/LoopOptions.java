package io.socketbridge.sidecar.cli;

import io.socketbridge.sidecar.linux.LinuxException;
import io.socketbridge.sidecar.loop.EventLoops;
import picocli.CommandLine.Option;

/** Options that every command with a data plane has. */
final class LoopOptions {

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Event loops, 1 to 256; a connection stays on one. Default: the cores it may use.")
    private int threads = Runtime.getRuntime().availableProcessors();

    EventLoops start() throws LinuxException {
        if (threads < 1 || threads > 256) {
            throw new IllegalArgumentException("--threads " + threads + " is not in 1-256");
        }
        return EventLoops.start(threads);
    }
}
