package io.socketbridge.sidecar.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * How many descriptors the process may have open.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/getrlimit.2.html">getrlimit(2), RLIMIT_NOFILE</a>
 */
public final class DescriptorLimit {

    private static final int RLIMIT_NOFILE = 7;

    /** What a limit that is none counts as: {@code fs.nr_open} does not allow more either. */
    private static final long MOST = 1 << 30;

    private DescriptorLimit() {}

    /** Raises the limit as far as it goes without privilege (the JVM mostly has done so), and tells what it is then. */
    public static long raise() {
        try (Arena arena = Arena.ofConfined()) {
            Kernel kernel = new Kernel(arena);
            MemorySegment limits = arena.allocate(16, 8);
            if (call(SystemCall.GETRLIMIT, kernel, limits) < 0) {
                return MOST;
            }
            long soft = limits.get(ValueLayout.JAVA_LONG, 0);
            long hard = limits.get(ValueLayout.JAVA_LONG, 8);
            limits.set(ValueLayout.JAVA_LONG, 0, hard);
            boolean raised = soft == hard || call(SystemCall.SETRLIMIT, kernel, limits) >= 0;
            long limit = raised ? hard : soft;
            return limit < 0 || limit > MOST ? MOST : limit;
        }
    }

    private static int call(MethodHandle function, Kernel kernel, MemorySegment limits) {
        return kernel.result(SystemCall.call(function, kernel.captured(), RLIMIT_NOFILE, limits.address()));
    }
}
