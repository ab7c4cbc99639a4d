package io.socketbridge.sidecar.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/**
 * System calls for one thread: an instance owns the memory into which its calls write {@code errno} and small
 * structures. Descriptors are non-blocking and close on exec.
 *
 * <p>Each method returns what the kernel returned, or the negated error number of {@link Errno}.
 */
public final class Kernel {

    private static final int SOCK_STREAM = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_SEQPACKET = 5;
    private static final int SOCK_NONBLOCK = 0x800;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MSG_PEEK = 2;
    private static final int MSG_CTRUNC = 8;
    private static final int MESSAGE_FLAGS_OFFSET = 48;
    private static final int MESSAGE_VECTOR_OFFSET = 56;
    private static final int STAT_INODE_OFFSET = 8;
    private static final int SHUT_RD = 0;
    private static final int SHUT_WR = 1;
    private static final int SPLICE_F_MOVE_NONBLOCK = 1 | 2;
    private static final int MSG_OOB = 1;
    private static final long SIOCATMARK = 0x8905;
    private static final long SIOCOUTQ = 0x5411;
    private static final long FIONREAD = 0x541B;
    private static final int F_SETPIPE_SZ = 1031;
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int NETLINK_SOCK_DIAG = 4;
    private static final int EFD_NONBLOCK_CLOEXEC = SOCK_NONBLOCK | SOCK_CLOEXEC;

    private static final int SOL_SOCKET = 1;
    private static final int SO_REUSEADDR = 2;
    private static final int SO_ERROR = 4;
    private static final int SO_SNDBUF = 7;
    private static final int SO_KEEPALIVE = 9;
    private static final int SO_OOBINLINE = 10;
    private static final int SO_LINGER = 13;
    private static final int SO_PASSCRED = 16;
    private static final int SO_TIMESTAMP = 29;
    private static final int SO_RCVBUF = 8;
    private static final int SO_MEMINFO = 55;

    /** What {@code SK_MEMINFO_DROPS} is the last of. */
    private static final int MEMINFO_BYTES = 9 * 4;

    private static final int MEMINFO_DROPS_OFFSET = 8 * 4;
    private static final int SO_PEEK_OFF = 42;
    private static final int SO_PASSRIGHTS = 83;
    private static final int IPPROTO_TCP = 6;
    private static final int IPPROTO_IP = 0;
    private static final int IP_HDRINCL = 3;
    private static final int IP_MTU_DISCOVER = 10;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_MTU_DISCOVER = 23;
    private static final int IPV6_HDRINCL = 36;
    private static final int PMTUDISC_WANT = 1;
    private static final int TCP_NODELAY = 1;
    private static final int TCP_KEEPIDLE = 4;
    private static final int TCP_KEEPINTVL = 5;
    private static final int TCP_KEEPCNT = 6;
    private static final int TCP_INFO = 11;

    /** The state in which a connection is that was reset; the first byte of {@code struct tcp_info}. */
    private static final byte TCP_CLOSE = 7;

    /** Guards the process's umask. */
    private static final Object UMASK = new Object();

    private final MemorySegment captured;
    private final MemorySegment scratch;
    private final MemorySegment scratchLength;

    /** A {@code struct msghdr} with one buffer and no room for control data, and behind it its {@code struct iovec}. */
    private final MemorySegment message;

    private final MemorySegment stat;

    /**
     * Takes the memory that its calls need.
     *
     * @param arena lives as long as the thread that calls
     */
    public Kernel(Arena arena) {
        this.captured = arena.allocate(SystemCall.CAPTURED);
        this.scratch = arena.allocate(128, 8);
        this.scratchLength = arena.allocate(8, 8);
        this.message = arena.allocate(MESSAGE_VECTOR_OFFSET + 16, 8);
        message.set(ValueLayout.JAVA_LONG, 16, message.address() + MESSAGE_VECTOR_OFFSET);
        message.set(ValueLayout.JAVA_LONG, 24, 1);
        this.stat = arena.allocate(256, 8);
    }

    /** A stream socket of the address's family. */
    public int streamSocket(SocketAddress address) {
        return result(SystemCall.call(
                SystemCall.SOCKET, captured, address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    }

    /** A datagram socket of the address's family. */
    public int datagramSocket(SocketAddress address) {
        return result(SystemCall.call(
                SystemCall.SOCKET, captured, address.family(), SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    }

    /** A socket of sequenced packets of the address's family. */
    public int sequencedPacketSocket(SocketAddress address) {
        return result(SystemCall.call(
                SystemCall.SOCKET, captured, address.family(), SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    }

    /** A raw IP socket of the address's family, which the process needs a privilege for ({@code CAP_NET_RAW}). */
    public int rawSocket(SocketAddress address, int protocol) {
        return result(SystemCall.call(
                SystemCall.SOCKET, captured, address.family(), SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol));
    }

    /** A socket that answers questions about sockets; see {@link UnixDiagnostics}. */
    int diagnosticsSocket() {
        return result(SystemCall.call(
                SystemCall.SOCKET, captured, AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
    }

    public int bind(int fd, SocketAddress address) {
        return result(
                SystemCall.call(SystemCall.BIND, captured, fd, address.memory().address(), address.length()));
    }

    /**
     * Listens.
     *
     * @param backlog how many connections may wait; the kernel lowers it to {@code net.core.somaxconn}
     */
    public int listen(int fd, int backlog) {
        return result(SystemCall.call(SystemCall.LISTEN, captured, fd, backlog));
    }

    public int accept(int fd) {
        return result(SystemCall.call(SystemCall.ACCEPT4, captured, fd, 0L, 0L, SOCK_NONBLOCK | SOCK_CLOEXEC));
    }

    public int connect(int fd, SocketAddress address) {
        return result(SystemCall.call(
                SystemCall.CONNECT, captured, fd, address.memory().address(), address.length()));
    }

    /** Ends the sending direction; the other end reads end of file once it has read everything before it. */
    public int shutdownWrite(int fd) {
        return result(SystemCall.call(SystemCall.SHUTDOWN, captured, fd, SHUT_WR));
    }

    /** Ends the receiving direction of a Unix socket; who writes at the other end gets {@code EPIPE}. */
    public int shutdownRead(int fd) {
        return result(SystemCall.call(SystemCall.SHUTDOWN, captured, fd, SHUT_RD));
    }

    public int close(int fd) {
        return result(SystemCall.call(SystemCall.CLOSE, captured, fd));
    }

    /**
     * Binds a Unix socket to a path, at which a file appears that has this mode from its first moment on.
     *
     * <p>The kernel takes the process's umask off; it is none for that moment, which is short and has no other use in a sidecar.
     */
    public int bindFile(int fd, SocketAddress path, int mode) {
        int result = result(SystemCall.call(SystemCall.FCHMOD, captured, fd, mode));
        if (result < 0) {
            return result;
        }
        synchronized (UMASK) {
            int umask = SystemCall.call(SystemCall.UMASK, captured, 0);
            result = bind(fd, path);
            SystemCall.call(SystemCall.UMASK, captured, umask);
        }
        return result;
    }

    /** Receives from a socket; 0 is end of file. */
    public int receive(int fd, MemorySegment buffer, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, buffer.byteSize());
        return result(SystemCall.call(SystemCall.RECV, captured, fd, buffer.address() + offset, (long) length, 0));
    }

    /**
     * Receives from a Unix socket without taking off its queue, beginning where the last call ended ({@link #setPeekOffset}).
     *
     * @return a count, 0 at end of file; {@code -EOPNOTSUPP} if the bytes came with descriptors ({@code SCM_RIGHTS}), of which none
     *     is taken
     */
    public int peek(int fd, MemorySegment buffer, int offset, int length) {
        return receiveMessage(fd, buffer, offset, length, MSG_PEEK);
    }

    /** Receives from a Unix socket; as {@link #peek}, and takes off the queue. */
    public int take(int fd, MemorySegment buffer, int offset, int length) {
        return receiveMessage(fd, buffer, offset, length, 0);
    }

    private int receiveMessage(int fd, MemorySegment buffer, int offset, int length, int flags) {
        Objects.checkFromIndexSize(offset, length, buffer.byteSize());
        message.set(ValueLayout.JAVA_LONG, MESSAGE_VECTOR_OFFSET, buffer.address() + offset);
        message.set(ValueLayout.JAVA_LONG, MESSAGE_VECTOR_OFFSET + 8, length);
        message.set(ValueLayout.JAVA_INT, MESSAGE_FLAGS_OFFSET, 0);
        int result = result(SystemCall.call(SystemCall.RECVMSG, captured, fd, message.address(), flags));
        // There is no room for descriptors, so the kernel installs none and says that something was cut off.
        boolean descriptors = (message.get(ValueLayout.JAVA_INT, MESSAGE_FLAGS_OFFSET) & MSG_CTRUNC) != 0;
        return descriptors ? -Errno.EOPNOTSUPP : result;
    }

    /** Bytes in a socket's receive queue, peeked at or not; or a negated error number. */
    public int queuedBytes(int fd) {
        return ioctlInt(fd, FIONREAD);
    }

    /**
     * Sets whether the app at the other end of a Unix socket may send descriptors; where not, it is told so by {@code EPERM}. Linux 6.16
     * or later, else {@code -ENOPROTOOPT}.
     */
    public int setPassDescriptors(int fd, boolean pass) {
        return setOption(fd, SOL_SOCKET, SO_PASSRIGHTS, pass ? 1 : 0);
    }

    /** Has each message that a Unix socket receives come with its sender's credentials. */
    public int setPassCredentials(int fd) {
        return setOption(fd, SOL_SOCKET, SO_PASSCRED, 1);
    }

    /**
     * Has each message that a socket receives come with the time at which it did: so even an empty one comes with something, which an end of
     * file does not.
     */
    public int setTimestamps(int fd) {
        return setOption(fd, SOL_SOCKET, SO_TIMESTAMP, 1);
    }

    /** Sees to it that a socket sends messages of so many bytes, as far as the kernel lets it ({@code net.core.wmem_max}). */
    public void raiseSendBuffer(int fd, int bytes) {
        // What the kernel tells is twice what was asked for, since it counts its overhead.
        if (getOption(fd, SOL_SOCKET, SO_SNDBUF, 4) >= 0 && scratch.get(ValueLayout.JAVA_INT, 0) / 2 < bytes) {
            setOption(fd, SOL_SOCKET, SO_SNDBUF, bytes);
        }
    }

    /** Has a socket keep so many bytes that were not received yet, as far as the kernel lets it ({@code net.core.rmem_max}). */
    public void raiseReceiveBuffer(int fd, int bytes) {
        if (getOption(fd, SOL_SOCKET, SO_RCVBUF, 4) >= 0 && scratch.get(ValueLayout.JAVA_INT, 0) / 2 < bytes) {
            setOption(fd, SOL_SOCKET, SO_RCVBUF, bytes);
        }
    }

    /** How many messages a network's socket has dropped until now, as there was no room for them; counts on from 2³² at 0. */
    public int receiveDrops(int fd) {
        int result = getOption(fd, SOL_SOCKET, SO_MEMINFO, MEMINFO_BYTES);
        return result < 0 ? 0 : scratch.get(ValueLayout.JAVA_INT, MEMINFO_DROPS_OFFSET);
    }

    /** Binds a Unix socket to an abstract name that nobody else has, which the kernel chooses. */
    public int bindToAnyName(int fd) {
        scratch.set(ValueLayout.JAVA_SHORT, 0, (short) SocketAddress.AF_UNIX);
        return result(SystemCall.call(SystemCall.BIND, captured, fd, scratch.address(), 2));
    }

    /**
     * Has the kernel send a packet whole or in fragments of which the other end makes the same packet, as large as the path is known to
     * take, and tell of those that turn out to be too large for it ({@code IP_PMTUDISC_WANT}).
     */
    public int setPathDiscovery(int fd, SocketAddress address) {
        return address.family() == SocketAddress.AF_INET6
                ? setOption(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, PMTUDISC_WANT)
                : setOption(fd, IPPROTO_IP, IP_MTU_DISCOVER, PMTUDISC_WANT);
    }

    /** Has a raw socket be given whole packets to send, the IP header in front. */
    public int setHeaderIncluded(int fd, SocketAddress address) {
        return address.family() == SocketAddress.AF_INET6
                ? setOption(fd, IPPROTO_IPV6, IPV6_HDRINCL, 1)
                : setOption(fd, IPPROTO_IP, IP_HDRINCL, 1);
    }

    /** Has {@link #peek} begin at this offset in the queue, and go on from there. */
    public int setPeekOffset(int fd, int offset) {
        return setOption(fd, SOL_SOCKET, SO_PEEK_OFF, offset);
    }

    /** The inode by which sock_diag knows a socket; 0 if it cannot be had. */
    int inode(int fd) {
        int result = result(SystemCall.call(SystemCall.FSTAT, captured, fd, stat.address()));
        return result < 0 ? 0 : stat.get(ValueLayout.JAVA_INT, STAT_INODE_OFFSET);
    }

    /** The send buffer's size of a new Unix socket, as the kernel counts it, with its overhead; 0 if none can be made. */
    public int defaultUnixSendBufferBytes() {
        int fd = streamSocket(SocketAddress.unix("@"));
        int result = getOption(fd, SOL_SOCKET, SO_SNDBUF, 4);
        int bytes = result < 0 ? 0 : scratch.get(ValueLayout.JAVA_INT, 0);
        close(fd);
        return bytes;
    }

    /** Sends to a socket, as much as it takes; no signal where nobody reads any more. */
    public int send(int fd, MemorySegment buffer, int offset, int length) {
        return send(fd, buffer, offset, length, MSG_NOSIGNAL);
    }

    /** Sends a byte out of band: {@code -EOPNOTSUPP} where the socket's family has no such thing. */
    int sendOutOfBand(int fd, byte value) {
        scratch.set(ValueLayout.JAVA_BYTE, 0, value);
        return send(fd, scratch, 0, 1, MSG_NOSIGNAL | MSG_OOB);
    }

    private int send(int fd, MemorySegment buffer, int offset, int length, int flags) {
        Objects.checkFromIndexSize(offset, length, buffer.byteSize());
        return result(SystemCall.call(SystemCall.SEND, captured, fd, buffer.address() + offset, (long) length, flags));
    }

    /**
     * Moves bytes between a pipe and a socket without copying them, as far as the kernel can.
     *
     * @return a count; 0 at end of file; {@code -EAGAIN} when {@code from} is empty or {@code to} is full
     */
    public int splice(int from, int to, int length) {
        return result(
                SystemCall.call(SystemCall.SPLICE, captured, from, 0L, to, 0L, (long) length, SPLICE_F_MOVE_NONBLOCK));
    }

    /** Takes the pending error off a socket: 0, or a negated error number. */
    public int takeError(int fd) {
        int result = getOption(fd, SOL_SOCKET, SO_ERROR, 4);
        return result < 0 ? result : -scratch.get(ValueLayout.JAVA_INT, 0);
    }

    /** Sends small segments at once instead of waiting for the last one's acknowledgement. */
    public int setNoDelay(int fd) {
        return setOption(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    }

    /** Lets a listener bind while connections of an earlier one linger. */
    public int setReuseAddress(int fd) {
        return setOption(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    }

    /**
     * Sets whether {@code close} of a TCP socket, and the end of its process, sends a reset and not an end of file. A listening
     * socket hands this on to its connections.
     */
    public int setResetOnClose(int fd, boolean reset) {
        scratch.set(ValueLayout.JAVA_INT, 4, 0);
        return setOption(fd, SOL_SOCKET, SO_LINGER, reset ? 1 : 0, 8);
    }

    /** Bytes that a TCP socket has taken and its other end may still acknowledge; 0 once it has reset the connection. */
    public int unacknowledgedBytes(int fd) {
        int bytes = ioctlInt(fd, SIOCOUTQ);
        return bytes > 0 && isClosedTcp(fd) ? 0 : bytes;
    }

    private boolean isClosedTcp(int fd) {
        return getOption(fd, IPPROTO_TCP, TCP_INFO, 1) >= 0 && scratch.get(ValueLayout.JAVA_BYTE, 0) == TCP_CLOSE;
    }

    /**
     * Has the kernel ask an idle TCP peer whether it is there, and end the connection if nothing is heard.
     *
     * @param idleSeconds of silence before it asks
     * @param intervalSeconds between its questions
     * @param probes how many
     */
    public void setKeepAlive(int fd, int idleSeconds, int intervalSeconds, int probes) {
        setOption(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
        setOption(fd, IPPROTO_TCP, TCP_KEEPIDLE, idleSeconds);
        setOption(fd, IPPROTO_TCP, TCP_KEEPINTVL, intervalSeconds);
        setOption(fd, IPPROTO_TCP, TCP_KEEPCNT, probes);
    }

    /** The IP address and port that a socket is bound to, as text; empty if it has none. */
    public String localInetAddress(int fd) {
        scratchLength.set(ValueLayout.JAVA_INT, 0, (int) scratch.byteSize());
        int result = result(
                SystemCall.call(SystemCall.GETSOCKNAME, captured, fd, scratch.address(), scratchLength.address()));
        return result < 0 ? "" : SocketAddress.inetText(scratch);
    }

    /**
     * Makes a pipe.
     *
     * @param bytes what it shall hold; where the kernel does not allow that much, it holds 64 KiB
     * @return the descriptors that are read (upper half) and written (lower half), or a negated error number
     */
    public long pipe(int bytes) {
        int result =
                result(SystemCall.call(SystemCall.PIPE2, captured, scratch.address(), SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (result < 0) {
            return result;
        }
        int read = scratch.get(ValueLayout.JAVA_INT, 0);
        int write = scratch.get(ValueLayout.JAVA_INT, 4);
        SystemCall.call(SystemCall.FCNTL, captured, write, F_SETPIPE_SZ, bytes);
        return (long) read << 32 | write;
    }

    /** A descriptor that one thread writes to wake another out of {@link Epoll#await}. */
    public int eventfd() {
        return result(SystemCall.call(SystemCall.EVENTFD, captured, 0, EFD_NONBLOCK_CLOEXEC));
    }

    /** Adds one to an eventfd's counter. */
    public int signal(int eventfd) {
        scratch.set(ValueLayout.JAVA_LONG, 0, 1);
        return result(SystemCall.call(SystemCall.WRITE, captured, eventfd, scratch.address(), 8L));
    }

    /** Sets an eventfd's counter to zero. */
    public int drain(int eventfd) {
        return result(SystemCall.call(SystemCall.READ, captured, eventfd, scratch.address(), 8L));
    }

    /** Whether the next byte to be received from a stream socket is an out-of-band one; or a negated error number. */
    int atMark(int fd) {
        return ioctlInt(fd, SIOCATMARK);
    }

    /** Has out-of-band bytes be received in their place in the stream. */
    public int setOutOfBandInline(int fd) {
        return setOption(fd, SOL_SOCKET, SO_OOBINLINE, 1);
    }

    private int ioctlInt(int fd, long request) {
        int result = result(SystemCall.call(SystemCall.IOCTL, captured, fd, request, scratch.address()));
        return result < 0 ? result : scratch.get(ValueLayout.JAVA_INT, 0);
    }

    private int getOption(int fd, int level, int option, int length) {
        scratchLength.set(ValueLayout.JAVA_INT, 0, length);
        return result(SystemCall.call(
                SystemCall.GETSOCKOPT, captured, fd, level, option, scratch.address(), scratchLength.address()));
    }

    int setOption(int fd, int level, int option, int value) {
        return setOption(fd, level, option, value, 4);
    }

    private int setOption(int fd, int level, int option, int value, int length) {
        scratch.set(ValueLayout.JAVA_INT, 0, value);
        return result(SystemCall.call(SystemCall.SETSOCKOPT, captured, fd, level, option, scratch.address(), length));
    }

    int result(int returned) {
        return returned >= 0 ? returned : -(int) SystemCall.ERRNO.get(captured, 0L);
    }

    MemorySegment captured() {
        return captured;
    }
}
