package io.socketbridge.sidecar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The soak of {@code benchmarks/soak}, for a minute; {@code make soak} lets it go on for longer. */
@Timeout(900)
class SoakIT {

    private static final Path SOAK = Path.of("..", "benchmarks", "soak");

    @Test
    void accountsForEveryByteAndForWhateverIsKilled() throws Exception {
        assertSucceeds(SOAK.toString(), "--minutes", "0.75", "--output", "target/soak");
    }

    @Test
    void accountsForThemInTunnelsToo() throws Exception {
        assertSucceeds(SOAK.toString(), "--tls", "--minutes", "0.75", "--output", "target/soak");
    }

    @Test
    void knowsWhatIsAFault() throws Exception {
        assertSucceeds(SOAK.resolve("test_ledger.py").toString());
    }

    private static void assertSucceeds(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("python3", "-B"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        try {
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(said).isZero();
        } finally {
            // Asked, it ends what it has started.
            process.destroy();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }
}
