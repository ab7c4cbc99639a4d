package io.socketbridge.e2e.harness;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.ContainerResource;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A program that runs in a container, until it ends by itself. */
public final class Running implements AutoCloseable {

    private static final Duration DEADLINE = Duration.ofMinutes(3);

    private final String command;
    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
    private final ExecWatch watch;

    private Running(ContainerResource container, String text, String... command) {
        this.command = text;
        this.watch = container
                .redirectingInput()
                .writingOutput(stdout)
                .writingError(stderr)
                .exec(command);
    }

    /** Starts a program; {@code text} says what it is, for people. */
    static Running in(ContainerResource container, String text, String... command) {
        return new Running(container, text, command);
    }

    /** Writes a line to its standard input. */
    public void tell(String line) {
        try {
            watch.getInput().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            watch.getInput().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What it has written so far. */
    public List<String> lines() {
        return stdout.toString(StandardCharsets.UTF_8).lines().toList();
    }

    /** Waits for a line that begins so, and returns it. */
    public String awaitLine(String beginning) {
        Await.untilAsserted(
                "'" + beginning + "' of " + command,
                () -> assertThat(lines()).as("%s", stderr).anyMatch(line -> line.startsWith(beginning)));
        return lines().stream()
                .filter(line -> line.startsWith(beginning))
                .findFirst()
                .orElseThrow();
    }

    /** Waits for its end. */
    public Exec end() {
        try {
            int exitCode = watch.exitCode().get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
            return new Exec(
                    command,
                    exitCode,
                    stdout.toString(StandardCharsets.UTF_8),
                    stderr.toString(StandardCharsets.UTF_8));
        } catch (TimeoutException e) {
            throw new AssertionError("Still running after " + DEADLINE + ": " + command + "\n" + stdout + stderr, e);
        } catch (ExecutionException e) {
            throw new KubernetesClientException("exec failed: " + command, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted in: " + command, e);
        }
    }

    /** Leaves it alone; whether the program ends then is its own affair. */
    @Override
    public void close() {
        watch.close();
    }
}
