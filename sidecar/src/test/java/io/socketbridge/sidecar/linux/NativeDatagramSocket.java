package io.socketbridge.sidecar.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;

/** A Unix datagram socket as a C program has it. Its calls wait; for one thread at a time. */
public final class NativeDatagramSocket implements AutoCloseable {

    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final int BUFFER_BYTES = 1 << 20;

    private final Arena arena = Arena.ofShared();
    private final Kernel kernel = new Kernel(arena);
    private final MessageBatch messages = new MessageBatch(kernel, arena);
    private final PeerSockets sockets = new PeerSockets(kernel, arena);
    private final MemorySegment buffer = arena.allocate(BUFFER_BYTES);
    private final Epoll readable;
    private final Epoll writable;
    private final int fd;

    /**
     * What was received.
     *
     * @param sender the name that the sender is bound to; empty if it is to none
     */
    @SuppressWarnings("ArrayRecordComponent") // a test reads it once
    public record Message(byte[] bytes, String sender) {}

    /** Of no name. */
    public NativeDatagramSocket() throws IOException {
        fd = LinuxException.check(kernel.datagramSocket(SocketAddress.unix("@")), "socket", "");
        kernel.raiseSendBuffer(fd, BUFFER_BYTES);
        readable = watch(Epoll.IN);
        writable = watch(Epoll.OUT);
    }

    private Epoll watch(int events) throws IOException {
        Epoll epoll = new Epoll(kernel, arena);
        LinuxException.check(epoll.add(fd, events, 0), "epoll_ctl", "");
        return epoll;
    }

    /** Bound to a path or, behind {@code @}, to an abstract name. */
    public static NativeDatagramSocket boundTo(String name) throws IOException {
        NativeDatagramSocket socket = new NativeDatagramSocket();
        LinuxException.check(socket.kernel.bind(socket.fd, SocketAddress.unix(name)), "bind", name);
        return socket;
    }

    /** Bound to a name that the kernel chose. */
    public static NativeDatagramSocket boundToAnyName() throws IOException {
        NativeDatagramSocket socket = new NativeDatagramSocket();
        LinuxException.check(socket.kernel.bindToAnyName(socket.fd), "bind", "");
        return socket;
    }

    /** Sends to one address from now on, and receives from it alone. */
    public NativeDatagramSocket connect(String name) throws IOException {
        LinuxException.check(kernel.connect(fd, SocketAddress.unix(name)), "connect", name);
        return this;
    }

    /** The name that it is bound to. */
    public String name() {
        return sockets.localName(fd);
    }

    int descriptor() {
        return fd;
    }

    /** As the system call, to the address that it is connected to: how many bytes, or a negated error number. */
    public int trySend(byte[] bytes) {
        MemorySegment.copy(bytes, 0, buffer, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return kernel.send(fd, buffer, 0, bytes.length);
    }

    /** As the system call: 1, or a negated error number. */
    public int trySend(byte[] bytes, String to) {
        MemorySegment.copy(bytes, 0, buffer, ValueLayout.JAVA_BYTE, 0, bytes.length);
        SocketAddress target = SocketAddress.unix(to);
        messages.clear();
        messages.add(buffer, 0, bytes.length, target);
        return messages.send(fd);
    }

    /** Sends to the address that it is connected to, and waits while there is no room. */
    public void send(byte[] bytes) throws IOException {
        int result = trySend(bytes);
        while (result == -Errno.EAGAIN) {
            await(writable);
            result = trySend(bytes);
        }
        LinuxException.check(result, "send", "");
    }

    /** Receives one. */
    public Message receive() throws IOException {
        while (true) {
            int result = messages.receive(fd, 1, BUFFER_BYTES, false);
            if (result == -Errno.EAGAIN) {
                await(readable);
                continue;
            }
            LinuxException.check(result, "recvmmsg", "");
            byte[] bytes = messages.memory()
                    .asSlice(messages.start(0), messages.length(0))
                    .toArray(ValueLayout.JAVA_BYTE);
            return new Message(bytes, SocketAddress.unixName(messages.name(0), messages.nameLength(0)));
        }
    }

    /** Whether nothing is there to be received. */
    public boolean isEmpty() {
        return kernel.peek(fd, buffer, 0, 1) == -Errno.EAGAIN;
    }

    /** Sends a message that has a descriptor with it: 1, or a negated error number. */
    public int trySendDescriptor(byte[] bytes) {
        MemorySegment control = arena.allocate(24, 8);
        control.set(ValueLayout.JAVA_LONG, 0, 20);
        control.set(ValueLayout.JAVA_INT, 8, 1); // SOL_SOCKET
        control.set(ValueLayout.JAVA_INT, 12, 1); // SCM_RIGHTS
        control.set(ValueLayout.JAVA_INT, 16, fd);
        MemorySegment vector = arena.allocate(16, 8);
        MemorySegment.copy(bytes, 0, buffer, ValueLayout.JAVA_BYTE, 0, bytes.length);
        vector.set(ValueLayout.JAVA_LONG, 0, buffer.address());
        vector.set(ValueLayout.JAVA_LONG, 8, bytes.length);
        MemorySegment header = arena.allocate(64, 8);
        header.set(ValueLayout.JAVA_LONG, 16, vector.address());
        header.set(ValueLayout.JAVA_LONG, 24, 1);
        header.set(ValueLayout.JAVA_LONG, 32, control.address());
        header.set(ValueLayout.JAVA_LONG, 40, 24);
        return kernel.result(SystemCall.call(SystemCall.SENDMMSG, kernel.captured(), fd, header.address(), 1, 0));
    }

    @Override
    public void close() {
        kernel.close(fd);
        readable.close();
        writable.close();
    }

    private void await(Epoll epoll) throws IOException {
        if (epoll.await((int) DEADLINE.toMillis()) == 0) {
            throw new IOException("nothing came");
        }
    }
}
