package io.socketbridge.sidecar.linux;

import io.socketbridge.contract.Address;
import io.socketbridge.contract.UnixAddress;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Optional;

/** A socket of sequenced packets as a C program has it. Its calls wait; for one thread at a time in each direction. */
public final class NativeSeqPacket implements AutoCloseable {

    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final int MOST_BYTES = 2 << 20;

    private final Arena arena = Arena.ofShared();
    private final Kernel kernel = new Kernel(arena);
    private final Kernel sendingKernel = new Kernel(arena);
    private final MessageBatch messages = new MessageBatch(kernel, arena);
    private final int fd;

    private NativeSeqPacket(int fd) {
        this.fd = fd;
        kernel.setTimestamps(fd);
    }

    /** Listens on an address of the command line's grammar. */
    public static NativeSeqPacket listen(String address) throws IOException {
        SocketAddress target = socketAddress(address);
        NativeSeqPacket socket = open(target);
        LinuxException.check(socket.kernel.bind(socket.fd, target), "bind", address);
        LinuxException.check(socket.kernel.listen(socket.fd, 1_000), "listen", address);
        return socket;
    }

    public static NativeSeqPacket connect(String address) throws IOException {
        SocketAddress target = socketAddress(address);
        NativeSeqPacket socket = open(target);
        LinuxException.check(socket.kernel.connect(socket.fd, target), "connect", address);
        return socket;
    }

    public NativeSeqPacket accept() throws IOException {
        Waiting.until(kernel, fd, Epoll.IN, DEADLINE);
        return new NativeSeqPacket(LinuxException.check(kernel.accept(fd), "accept", ""));
    }

    /** Has records of so many bytes be sent at once, if the system allows it. */
    public void raiseSendBuffer(int bytes) {
        kernel.raiseSendBuffer(fd, bytes);
    }

    public void send(byte[] record) throws IOException {
        while (!trySend(record)) {
            Waiting.until(sendingKernel, fd, Epoll.OUT, DEADLINE);
        }
    }

    /** Whether it was taken at once. */
    public boolean trySend(byte[] record) throws IOException {
        try (Arena own = Arena.ofConfined()) {
            MemorySegment memory = own.allocate(record.length + 1L);
            MemorySegment.copy(record, 0, memory, ValueLayout.JAVA_BYTE, 0, record.length);
            int result = sendingKernel.send(fd, memory, 0, record.length);
            if (result == -Errno.EAGAIN) {
                return false;
            }
            LinuxException.check(result, "send", record.length + " bytes");
            return true;
        }
    }

    /** The next record, once there is one; empty at the end of file. */
    public Optional<byte[]> receive() throws IOException {
        while (true) {
            int count = messages.receive(fd, 1, MOST_BYTES, true);
            if (count == -Errno.EAGAIN) {
                Waiting.until(kernel, fd, Epoll.IN, DEADLINE);
                continue;
            }
            LinuxException.check(count, "recvmmsg", "");
            return messages.isAccompanied(0)
                    ? Optional.of(messages.memory()
                            .asSlice(messages.start(0), messages.length(0))
                            .toArray(ValueLayout.JAVA_BYTE))
                    : Optional.empty();
        }
    }

    /** Waits until a record, or the end, or an error can be received. */
    public void awaitInput() throws IOException {
        Waiting.until(kernel, fd, Epoll.IN, DEADLINE);
    }

    public void endOutput() {
        kernel.shutdownWrite(fd);
    }

    public void refuseInput() {
        kernel.shutdownRead(fd);
    }

    @Override
    public void close() {
        kernel.close(fd);
    }

    private static NativeSeqPacket open(SocketAddress address) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            return new NativeSeqPacket(
                    LinuxException.check(new Kernel(arena).sequencedPacketSocket(address), "socket", address.text()));
        }
    }

    private static SocketAddress socketAddress(String address) {
        return SocketAddress.unix(((UnixAddress) Address.parse(address)).name());
    }
}
