package io.socketbridge.sidecar.cli;

import io.socketbridge.contract.Snapshot;
import io.socketbridge.sidecar.control.SnapshotFormat;
import io.socketbridge.sidecar.tls.Protections;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Serves the routes of a file, until it is told to stop. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description =
                "Serves the routes of a file, in the form in which the operator gives them, until SIGTERM or SIGINT.",
        footer = {
            "",
            "Example:",
            "  {\"routes\": [{\"id\": \"db\", \"listen\": {\"address\": \"unix:/tmp/db.sock\", \"mode\": \"0660\"},",
            "                \"targets\": [{\"address\": \"tcp:127.0.0.1:7000\"}]}]}"
        })
final class RunCommand implements Callable<Integer> {

    @Mixin
    private LoopOptions loops = new LoopOptions();

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "The routes, as JSON.")
    private Path config = Path.of("");

    @Override
    public Integer call() throws Exception {
        Snapshot snapshot;
        try {
            snapshot = SnapshotFormat.read(Files.readString(config));
        } catch (IOException e) {
            throw new IOException(config + ": " + e, e);
        }
        return DataPlane.serve(loops, Protections.CLEARTEXT, 0, snapshot);
    }
}
