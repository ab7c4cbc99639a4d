package io.socketbridge.sidecar.linux;

import io.socketbridge.contract.Address;
import io.socketbridge.contract.RawAddress;
import io.socketbridge.contract.TcpAddress;
import io.socketbridge.contract.TunnelAddress;
import io.socketbridge.contract.UdpAddress;
import io.socketbridge.contract.UnixAddress;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.time.Duration;

/** A stream socket as a C program has it, out-of-band data and all. Its calls wait; for one thread at a time. */
public final class NativeSocket implements AutoCloseable {

    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final int MSG_OOB = 1;
    private static final int BUFFER_BYTES = 1 << 16;

    private final Arena arena = Arena.ofShared();
    private final Kernel kernel = new Kernel(arena);
    private final OutOfBand outOfBand = new OutOfBand(kernel, arena);
    private final MemorySegment buffer = arena.allocate(BUFFER_BYTES);
    private final int fd;

    private NativeSocket(int fd) {
        this.fd = fd;
    }

    /** Listens on an address of the command line's grammar. */
    public static NativeSocket listen(String address) throws IOException {
        SocketAddress target = socketAddress(address);
        NativeSocket socket = open(target);
        socket.kernel.setReuseAddress(socket.fd);
        LinuxException.check(socket.kernel.bind(socket.fd, target), "bind", address);
        LinuxException.check(socket.kernel.listen(socket.fd, 1_000), "listen", address);
        return socket;
    }

    public static NativeSocket connect(String address) throws IOException {
        SocketAddress target = socketAddress(address);
        NativeSocket socket = open(target);
        int result = socket.kernel.connect(socket.fd, target);
        if (result == -Errno.EINPROGRESS) {
            Waiting.until(socket.kernel, socket.fd, Epoll.OUT, DEADLINE);
            result = socket.kernel.takeError(socket.fd);
        }
        LinuxException.check(result, "connect", address);
        return socket;
    }

    public NativeSocket accept() throws IOException {
        Waiting.until(kernel, fd, Epoll.IN, DEADLINE);
        return new NativeSocket(LinuxException.check(kernel.accept(fd), "accept", ""));
    }

    /** The port of a TCP socket. */
    public int port() {
        String text = kernel.localInetAddress(fd);
        return Integer.parseInt(text.substring(text.lastIndexOf(':') + 1));
    }

    public void write(byte[] bytes) throws IOException {
        for (int at = 0; at < bytes.length; ) {
            int count = Math.min(bytes.length - at, BUFFER_BYTES);
            MemorySegment.copy(bytes, at, buffer, ValueLayout.JAVA_BYTE, 0, count);
            int written = kernel.send(fd, buffer, 0, count);
            if (written == -Errno.EAGAIN) {
                Waiting.until(kernel, fd, Epoll.OUT, DEADLINE);
            } else {
                at += LinuxException.check(written, "send", "");
            }
        }
    }

    public void writeOutOfBand(char value) throws IOException {
        for (int result = -Errno.EAGAIN; result == -Errno.EAGAIN; ) {
            result = outOfBand.send(fd, (byte) value);
            if (result == -Errno.EAGAIN) {
                Waiting.until(kernel, fd, Epoll.OUT, DEADLINE);
            } else {
                LinuxException.check(result, "send", "MSG_OOB");
            }
        }
    }

    /** Reads what is there, at most so many bytes, once something is; empty at the end of file. */
    public byte[] read(int most) throws IOException {
        while (true) {
            int count = tryRead(most);
            if (count == -Errno.EAGAIN) {
                Waiting.until(kernel, fd, Epoll.IN, DEADLINE);
                continue;
            }
            LinuxException.check(count, "recv", "");
            return buffer.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE);
        }
    }

    /** Waits until something can be read, or the end. */
    public void awaitBytes() throws IOException {
        Waiting.until(kernel, fd, Epoll.IN, DEADLINE);
    }

    /** As the system call: 0 at the end of file, a negated error number. */
    public int tryRead(int most) {
        return kernel.receive(fd, buffer, 0, Math.min(most, BUFFER_BYTES));
    }

    /** Waits for a byte that was sent out of band, and takes it out of the stream. */
    public char readOutOfBand() throws IOException {
        Waiting.until(kernel, fd, Epoll.PRI, DEADLINE);
        int result =
                kernel.result(SystemCall.call(SystemCall.RECV, kernel.captured(), fd, buffer.address(), 1L, MSG_OOB));
        LinuxException.check(result, "recv", "MSG_OOB");
        return (char) buffer.get(ValueLayout.JAVA_BYTE, 0);
    }

    /** {@code SIOCATMARK}. */
    public boolean isAtMark() {
        return outOfBand.isAtMark(fd) == 1;
    }

    /** {@code SO_OOBINLINE}. */
    public void receiveOutOfBandInline() {
        kernel.setOutOfBandInline(fd);
    }

    public void endOutput() {
        kernel.shutdownWrite(fd);
    }

    @Override
    public void close() {
        kernel.close(fd);
    }

    private static NativeSocket open(SocketAddress address) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            return new NativeSocket(
                    LinuxException.check(new Kernel(arena).streamSocket(address), "socket", address.text()));
        }
    }

    private static SocketAddress socketAddress(String address) throws IOException {
        return switch (Address.parse(address)) {
            case UnixAddress unix -> SocketAddress.unix(unix.name());
            case TcpAddress tcp -> SocketAddress.inet(InetAddress.getByName(tcp.host()), tcp.port());
            case TunnelAddress _, UdpAddress _, RawAddress _ ->
                throw new IllegalArgumentException(address + " is no address of a stream socket");
        };
    }
}
