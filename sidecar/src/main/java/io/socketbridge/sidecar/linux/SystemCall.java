package io.socketbridge.sidecar.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** Handles of the C library's functions. Each captures {@code errno} into memory that the caller passes first. */
final class SystemCall {

    static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
    static final VarHandle ERRNO = CAPTURED.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    static final MethodHandle SOCKET = quick("socket", 3);
    static final MethodHandle BIND = quick("bind", JAVA_INT, JAVA_LONG, JAVA_INT);
    static final MethodHandle LISTEN = quick("listen", 2);
    static final MethodHandle ACCEPT4 = quick("accept4", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    static final MethodHandle CONNECT = quick("connect", JAVA_INT, JAVA_LONG, JAVA_INT);
    static final MethodHandle SHUTDOWN = quick("shutdown", 2);
    static final MethodHandle CLOSE = quick("close", 1);
    static final MethodHandle FCHMOD = quick("fchmod", 2);
    static final MethodHandle GETSOCKOPT = quick("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    static final MethodHandle SETSOCKOPT = quick("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    static final MethodHandle GETSOCKNAME = quick("getsockname", JAVA_INT, JAVA_LONG, JAVA_LONG);
    static final MethodHandle GETPEERNAME = quick("getpeername", JAVA_INT, JAVA_LONG, JAVA_LONG);
    static final MethodHandle GETRLIMIT = quick("getrlimit", JAVA_INT, JAVA_LONG);
    static final MethodHandle SETRLIMIT = quick("setrlimit", JAVA_INT, JAVA_LONG);
    static final MethodHandle EVENTFD = quick("eventfd", 2);
    static final MethodHandle EPOLL_CREATE1 = quick("epoll_create1", 1);
    static final MethodHandle EPOLL_CTL = quick("epoll_ctl", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    static final MethodHandle RECV = quickBytes("recv", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    static final MethodHandle SEND = quickBytes("send", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    static final MethodHandle PIPE2 = quick("pipe2", JAVA_LONG, JAVA_INT);
    static final MethodHandle FCNTL = quick("fcntl", 3);
    static final MethodHandle IOCTL = quick("ioctl", JAVA_INT, JAVA_LONG, JAVA_LONG);
    static final MethodHandle SPLICE =
            quickBytes("splice", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    static final MethodHandle RECVMSG = quickBytes("recvmsg", JAVA_INT, JAVA_LONG, JAVA_INT);
    static final MethodHandle FSTAT = quick("fstat", JAVA_INT, JAVA_LONG);
    static final MethodHandle POLL = quick("poll", JAVA_LONG, JAVA_LONG, JAVA_INT);
    static final MethodHandle UMASK = quick("umask", 1);
    static final MethodHandle READ = quickBytes("read", JAVA_INT, JAVA_LONG, JAVA_LONG);
    static final MethodHandle WRITE = quickBytes("write", JAVA_INT, JAVA_LONG, JAVA_LONG);

    /** The one call that may block, and so must not keep the garbage collector waiting. */
    static final MethodHandle EPOLL_WAIT = handle(
            "epoll_wait",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT),
            Linker.Option.captureCallState("errno"));

    private SystemCall() {}

    private static MethodHandle quick(String name, int intArguments) {
        MemoryLayout[] arguments = new MemoryLayout[intArguments];
        java.util.Arrays.fill(arguments, JAVA_INT);
        return quick(name, arguments);
    }

    /** A call that never blocks (its descriptor is non-blocking), so that it needs no transition of the thread's state. */
    private static MethodHandle quick(String name, MemoryLayout... arguments) {
        return quick(name, FunctionDescriptor.of(JAVA_INT, arguments));
    }

    private static MethodHandle quickBytes(String name, MemoryLayout... arguments) {
        return quick(name, FunctionDescriptor.of(JAVA_LONG, arguments));
    }

    private static MethodHandle quick(String name, FunctionDescriptor descriptor) {
        return handle(name, descriptor, Linker.Option.captureCallState("errno"), Linker.Option.critical(false));
    }

    private static MethodHandle handle(String name, FunctionDescriptor descriptor, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup()
                        .find(name)
                        .orElseThrow(() -> new UnsatisfiedLinkError("the C library has no function " + name)),
                descriptor,
                options);
    }
}
