package io.socketbridge.sidecar.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * What the kernel knows of who is at the other end of a connected socket, and whether they are still there. For one thread.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/unix.7.html">unix(7), SO_PEERCRED</a>
 * @see <a href="https://man7.org/linux/man-pages/man7/tcp.7.html">tcp(7), TCP_INFO</a>
 */
public final class PeerSockets {

    /**
     * Who connected to a Unix socket, at the time when they did.
     *
     * @param pid as this process's namespace counts; 0 if it is not in it
     */
    public record Credentials(int pid, int uid, int gid) {}

    /**
     * How long ago a TCP peer last gave a sign of life.
     *
     * @param millis since its last acknowledgement
     * @param unanswered retransmissions and window probes since then
     */
    public record Silence(long millis, int unanswered) {}

    private static final int SOL_SOCKET = 1;
    private static final int SO_PEERCRED = 17;
    private static final int CREDENTIALS_BYTES = 12;
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_INFO = 11;
    private static final int TCP_RTO_MAX_MS = 44;

    /** Where in {@code struct tcp_info} things are, and how much of it is asked for. */
    private static final int INFO_RETRANSMITS = 2;

    private static final int INFO_PROBES = 3;
    private static final int INFO_LAST_ACK_RECEIVED = 56;
    private static final int INFO_BYTES = 104;

    private final Kernel kernel;
    private final MemorySegment scratch;
    private final MemorySegment length;

    /**
     * Takes the memory that its calls need.
     *
     * @param kernel of the thread that will ask
     */
    public PeerSockets(Kernel kernel, Arena arena) {
        this.kernel = kernel;
        this.scratch = arena.allocate(128, 8);
        this.length = arena.allocate(8, 8);
    }

    /** Who connected to a Unix socket; empty if it is none. */
    public Optional<Credentials> credentials(int fd) {
        if (getOption(fd, SOL_SOCKET, SO_PEERCRED, CREDENTIALS_BYTES) < 0) {
            return Optional.empty();
        }
        return Optional.of(new Credentials(word(0), word(4), word(8)));
    }

    /** The name that a Unix socket is bound to, an abstract one behind {@code @}; empty if it has none. */
    public String localName(int fd) {
        return name(SystemCall.GETSOCKNAME, fd);
    }

    /** The name that the other end of a Unix socket is bound to; most often it is empty. */
    public String remoteName(int fd) {
        return name(SystemCall.GETPEERNAME, fd);
    }

    /** The IP address and port of this end. */
    public Optional<InetSocketAddress> localAddress(int fd) {
        return address(SystemCall.GETSOCKNAME, fd);
    }

    /** The IP address and port of the other end; empty if it is gone. */
    public Optional<InetSocketAddress> remoteAddress(int fd) {
        return address(SystemCall.GETPEERNAME, fd);
    }

    /** Has the kernel send again, and probe a closed window, at least this often; kernels before 6.15 cannot, and go on as before. */
    public void setLongestRetransmission(int fd, int millis) {
        kernel.setOption(fd, IPPROTO_TCP, TCP_RTO_MAX_MS, millis);
    }

    /** How long a TCP peer has been silent; empty where the kernel does not say. */
    public Optional<Silence> silence(int fd) {
        if (getOption(fd, IPPROTO_TCP, TCP_INFO, INFO_BYTES) < 0) {
            return Optional.empty();
        }
        int unanswered = Byte.toUnsignedInt(scratch.get(ValueLayout.JAVA_BYTE, INFO_RETRANSMITS))
                + Byte.toUnsignedInt(scratch.get(ValueLayout.JAVA_BYTE, INFO_PROBES));
        return Optional.of(new Silence(Integer.toUnsignedLong(word(INFO_LAST_ACK_RECEIVED)), unanswered));
    }

    private String name(MethodHandle call, int fd) {
        return SocketAddress.unixName(scratch, ask(call, fd));
    }

    private Optional<InetSocketAddress> address(MethodHandle call, int fd) {
        return ask(call, fd) < 0 ? Optional.empty() : SocketAddress.inet(scratch);
    }

    /** The address that the kernel wrote is so long; negative if there is none. */
    private int ask(MethodHandle call, int fd) {
        length.set(ValueLayout.JAVA_INT, 0, (int) scratch.byteSize());
        int result = kernel.result(SystemCall.call(call, kernel.captured(), fd, scratch.address(), length.address()));
        return result < 0 ? result : length.get(ValueLayout.JAVA_INT, 0);
    }

    private int word(int offset) {
        return scratch.get(ValueLayout.JAVA_INT, offset);
    }

    private int getOption(int fd, int level, int option, int bytes) {
        length.set(ValueLayout.JAVA_INT, 0, bytes);
        return kernel.result(SystemCall.call(
                SystemCall.GETSOCKOPT, kernel.captured(), fd, level, option, scratch.address(), length.address()));
    }
}
