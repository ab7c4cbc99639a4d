package io.socketbridge.sidecar.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;

/**
 * A kernel before 6.16, as one thread sees it: {@code setsockopt} answers {@code ENOPROTOOPT} for {@code SO_PASSRIGHTS}. The thread is put
 * under a filter of system calls, which cannot be taken off it.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/seccomp.2.html">seccomp(2)</a>
 */
public final class KernelWithoutPassRights {

    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final int PR_SET_SECCOMP = 22;
    private static final int SECCOMP_MODE_FILTER = 2;
    private static final int SECCOMP_RET_ALLOW = 0x7FFF_0000;
    private static final int SECCOMP_RET_ERRNO = 0x0005_0000;
    private static final int ENOPROTOOPT = 92;

    /** {@code BPF_LD | BPF_W | BPF_ABS}, {@code BPF_JMP | BPF_JEQ | BPF_K}, {@code BPF_RET | BPF_K}. */
    private static final short LOAD = 0x20;

    private static final short JUMP_IF_EQUAL = 0x15;
    private static final short RETURN = 0x06;

    /** Where in {@code struct seccomp_data} things are. */
    private static final int CALL = 0;

    private static final int LEVEL = 24;
    private static final int OPTION = 32;

    private static final int SETSOCKOPT = System.getProperty("os.arch").equals("aarch64") ? 208 : 54;
    private static final int SOL_SOCKET = 1;
    private static final int SO_PASSRIGHTS = 83;

    private KernelWithoutPassRights() {}

    /** Makes it the one that the calling thread sees, for the rest of its life. */
    public static void enter() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment filter = arena.allocate(8 * 8, 8);
            put(filter, 0, LOAD, 0, CALL);
            put(filter, 1, JUMP_IF_EQUAL, 5, SETSOCKOPT);
            put(filter, 2, LOAD, 0, LEVEL);
            put(filter, 3, JUMP_IF_EQUAL, 3, SOL_SOCKET);
            put(filter, 4, LOAD, 0, OPTION);
            put(filter, 5, JUMP_IF_EQUAL, 1, SO_PASSRIGHTS);
            put(filter, 6, RETURN, 0, SECCOMP_RET_ERRNO | ENOPROTOOPT);
            put(filter, 7, RETURN, 0, SECCOMP_RET_ALLOW);
            MemorySegment program = arena.allocate(16, 8);
            program.set(JAVA_SHORT, 0, (short) 8);
            program.set(JAVA_LONG, 8, filter.address());
            prctl(PR_SET_NO_NEW_PRIVS, 1, 0);
            prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program.address());
        }
    }

    /** Writes a {@code struct sock_filter}; where a jump's condition does not hold, so many instructions are left out. */
    private static void put(MemorySegment filter, int index, short code, int otherwise, int operand) {
        filter.set(JAVA_SHORT, index * 8L, code);
        filter.set(JAVA_BYTE, index * 8L + 3, (byte) otherwise);
        filter.set(JAVA_INT, index * 8L + 4, operand);
    }

    private static void prctl(int operation, long a, long b) {
        Linker linker = Linker.nativeLinker();
        var function = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("prctl"),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                Linker.Option.firstVariadicArg(1));
        try {
            int result = (int) function.invokeExact(operation, a, b, 0L, 0L);
            if (result != 0) {
                throw new IllegalStateException("prctl " + operation + " failed");
            }
        } catch (Throwable e) {
            throw SystemCall.unexpected(e);
        }
    }
}
