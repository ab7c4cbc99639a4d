package io.socketbridge.sidecar.linux;

import java.lang.foreign.Arena;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What a system call through {@link Kernel} costs: the least that the kernel itself takes is most of it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class SystemCallBenchmark {

    private static final int NO_DESCRIPTOR = -1;

    private Arena arena;
    private Kernel kernel;
    private int socket;

    @Setup
    public void open() {
        arena = Arena.ofConfined();
        kernel = new Kernel(arena);
        socket = kernel.streamSocket(SocketAddress.unix("@benchmark"));
    }

    @TearDown
    public void close() {
        kernel.close(socket);
        arena.close();
    }

    /** A call that succeeds, and so does not look at errno. */
    @Benchmark
    public int succeeds() {
        return kernel.takeError(socket);
    }

    /** A call that fails in the kernel's first lines: its errno is captured and read. */
    @Benchmark
    public int fails() {
        return kernel.close(NO_DESCRIPTOR);
    }
}
