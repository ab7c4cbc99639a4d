package io.socketbridge.e2e.harness;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How a command in a container ended.
 *
 * @param command what was run
 * @param exitCode its exit status
 * @param stdout all that it wrote to standard output
 * @param stderr all that it wrote to standard error
 */
public record Exec(String command, int exitCode, String stdout, String stderr) {

    /** Whether its exit status was 0. */
    public boolean succeeded() {
        return exitCode == 0;
    }

    /** Its standard output without blanks around it; fails unless its exit status was 0. */
    public String output() {
        assertThat(exitCode)
                .as("exit status of: %s%n%s%s", command, stdout, stderr)
                .isZero();
        return stdout.strip();
    }
}
