package io.socketbridge.sidecar.cli;

import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import picocli.CommandLine;

/** The program: one of its commands, until it has ended. */
@QuarkusMain
public final class Main implements QuarkusApplication {

    private final String version;

    Main(@ConfigProperty(name = "quarkus.application.version") String version) {
        this.version = version;
    }

    @Override
    public int run(String... arguments) {
        CommandLine commands = new CommandLine(new SocketBridgeCommand());
        commands.addSubcommand(new RelayCommand());
        commands.addSubcommand(new RunCommand());
        commands.addSubcommand(new SidecarCommand(version));
        commands.addSubcommand(new TrainCommand());
        commands.getCommandSpec().version("socketbridge " + version);
        commands.setCaseInsensitiveEnumValuesAllowed(true);
        commands.setExecutionExceptionHandler((e, command, parsed) -> {
            command.getErr().println("socketbridge: " + e.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        });
        return commands.execute(arguments);
    }
}
