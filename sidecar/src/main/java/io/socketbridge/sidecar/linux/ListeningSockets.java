package io.socketbridge.sidecar.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Asks the kernel which Unix sockets of this network namespace, and so of this pod, somebody listens on: without connecting
 * to them, which a server would notice. For one thread.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/sock_diag.7.html">sock_diag(7)</a>
 */
public final class ListeningSockets {

    /**
     * What is listened on.
     *
     * @param inodes of sockets with a file, the lower 32 bits
     * @param abstractNames behind {@code @}
     */
    public record Found(Set<Integer> inodes, Set<String> abstractNames) {}

    private static final int BUFFER_BYTES = 32 * 1024;
    private static final int REQUEST_BYTES = 40;
    private static final int HEADER_BYTES = 16;
    private static final int MESSAGE_BYTES = 16;

    private static final short SOCK_DIAG_BY_FAMILY = 20;
    private static final short NLM_F_REQUEST_DUMP = 0x301;
    private static final short NLMSG_ERROR = 2;
    private static final short NLMSG_DONE = 3;
    private static final int STATE_LISTEN = 1 << 10;
    private static final int SHOW_NAME_AND_VFS = 1 | 2;
    private static final short ATTRIBUTE_NAME = 0;
    private static final short ATTRIBUTE_VFS = 1;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

    private final Kernel kernel;
    private final MemorySegment buffer;

    /**
     * Takes the memory for answers.
     *
     * @param kernel of the thread that will ask
     */
    public ListeningSockets(Kernel kernel, Arena arena) {
        this.kernel = kernel;
        this.buffer = arena.allocate(BUFFER_BYTES, 8);
    }

    /** Asks; empty where the kernel does not answer such questions. */
    public Optional<Found> find() {
        int fd = kernel.diagnosticsSocket();
        if (fd < 0) {
            return Optional.empty();
        }
        try {
            writeRequest();
            if (kernel.send(fd, buffer, 0, REQUEST_BYTES) < 0) {
                return Optional.empty();
            }
            Found found = new Found(new HashSet<>(), new HashSet<>());
            while (true) {
                int count = kernel.receive(fd, buffer, 0, BUFFER_BYTES);
                if (count <= 0) {
                    return Optional.empty();
                }
                switch (readMessages(count, found)) {
                    case MORE -> {}
                    case COMPLETE -> {
                        return Optional.of(found);
                    }
                    case FAILED -> {
                        return Optional.empty();
                    }
                }
            }
        } finally {
            kernel.close(fd);
        }
    }

    private enum Reply {
        MORE,
        COMPLETE,
        FAILED
    }

    private void writeRequest() {
        buffer.asSlice(0, REQUEST_BYTES).fill((byte) 0);
        buffer.set(INT, 0, REQUEST_BYTES);
        buffer.set(SHORT, 4, SOCK_DIAG_BY_FAMILY);
        buffer.set(SHORT, 6, NLM_F_REQUEST_DUMP);
        buffer.set(ValueLayout.JAVA_BYTE, 16, (byte) SocketAddress.AF_UNIX);
        buffer.set(INT, 20, STATE_LISTEN);
        buffer.set(INT, 28, SHOW_NAME_AND_VFS);
    }

    private Reply readMessages(int count, Found found) {
        int at = 0;
        while (at + HEADER_BYTES <= count) {
            int length = buffer.get(INT, at);
            short type = buffer.get(SHORT, at + 4);
            if (type == NLMSG_DONE) {
                return Reply.COMPLETE;
            }
            if (type == NLMSG_ERROR || length < HEADER_BYTES || at + length > count) {
                return Reply.FAILED;
            }
            if (type == SOCK_DIAG_BY_FAMILY) {
                readAttributes(at + HEADER_BYTES + MESSAGE_BYTES, at + length, found);
            }
            at += (length + 3) & ~3;
        }
        return Reply.MORE;
    }

    private void readAttributes(int start, int end, Found found) {
        int at = start;
        while (at + 4 <= end) {
            int length = Short.toUnsignedInt(buffer.get(SHORT, at));
            short type = buffer.get(SHORT, at + 2);
            if (length < 4 || at + length > end) {
                return;
            }
            if (type == ATTRIBUTE_VFS && length >= 8) {
                found.inodes().add(buffer.get(INT, at + 4));
            } else if (type == ATTRIBUTE_NAME && length > 5 && buffer.get(ValueLayout.JAVA_BYTE, at + 4) == 0) {
                byte[] name = buffer.asSlice(at + 5, length - 5).toArray(ValueLayout.JAVA_BYTE);
                found.abstractNames().add("@" + new String(name, StandardCharsets.UTF_8));
            }
            at += (length + 3) & ~3;
        }
    }
}
