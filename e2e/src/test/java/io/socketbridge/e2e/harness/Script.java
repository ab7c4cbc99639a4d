package io.socketbridge.e2e.harness;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A Python program of {@code src/test/resources/apps}, as a command line that carries the program itself. */
public final class Script {

    private Script() {}

    /** The command that runs a program with arguments. */
    public static String[] python(String program, String... arguments) {
        List<String> command = new ArrayList<>(List.of("python3", "-u", "-c", read("/apps/" + program)));
        command.addAll(List.of(arguments));
        return command.toArray(String[]::new);
    }

    private static String read(String resource) {
        try (InputStream stream = Script.class.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IllegalArgumentException("There is no test resource " + resource + ".");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
