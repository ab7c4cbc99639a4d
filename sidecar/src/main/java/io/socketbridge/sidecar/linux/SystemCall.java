package io.socketbridge.sidecar.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** Handles of the C library's functions. Each captures {@code errno} into memory that the caller passes first. */
final class SystemCall {

    static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
    static final VarHandle ERRNO = CAPTURED.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    /**
     * All calls have this one shape, of which a function takes as many arguments as it has: they are in registers. One shape is
     * linked in a fraction of the time, and of the classes, that one for each function takes.
     */
    private static final FunctionDescriptor SHAPE =
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

    static final MethodHandle SOCKET = quick("socket");
    static final MethodHandle BIND = quick("bind");
    static final MethodHandle LISTEN = quick("listen");
    static final MethodHandle ACCEPT4 = quick("accept4");
    static final MethodHandle CONNECT = quick("connect");
    static final MethodHandle SHUTDOWN = quick("shutdown");
    static final MethodHandle CLOSE = quick("close");
    static final MethodHandle FCHMOD = quick("fchmod");
    static final MethodHandle GETSOCKOPT = quick("getsockopt");
    static final MethodHandle SETSOCKOPT = quick("setsockopt");
    static final MethodHandle GETSOCKNAME = quick("getsockname");
    static final MethodHandle GETPEERNAME = quick("getpeername");
    static final MethodHandle GETRLIMIT = quick("getrlimit");
    static final MethodHandle SETRLIMIT = quick("setrlimit");
    static final MethodHandle EVENTFD = quick("eventfd");
    static final MethodHandle EPOLL_CREATE1 = quick("epoll_create1");
    static final MethodHandle EPOLL_CTL = quick("epoll_ctl");
    static final MethodHandle RECV = quick("recv");
    static final MethodHandle SEND = quick("send");
    static final MethodHandle PIPE2 = quick("pipe2");
    static final MethodHandle FCNTL = quick("fcntl");
    static final MethodHandle IOCTL = quick("ioctl");
    static final MethodHandle SPLICE = quick("splice");
    static final MethodHandle RECVMSG = quick("recvmsg");
    static final MethodHandle RECVMMSG = quick("recvmmsg");
    static final MethodHandle SENDMMSG = quick("sendmmsg");
    static final MethodHandle MMAP = quick("mmap");
    static final MethodHandle MUNMAP = quick("munmap");
    static final MethodHandle FSTAT = quick("fstat");
    static final MethodHandle POLL = quick("poll");
    static final MethodHandle UMASK = quick("umask");
    static final MethodHandle READ = quick("read");
    static final MethodHandle WRITE = quick("write");

    /** The one call that may block, and so must not keep the garbage collector waiting. */
    static final MethodHandle EPOLL_WAIT = handle(
            "epoll_wait",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT),
            Linker.Option.captureCallState("errno"));

    private SystemCall() {}

    static int call(MethodHandle function, MemorySegment captured, long a) {
        return call(function, captured, a, 0, 0, 0, 0, 0);
    }

    static int call(MethodHandle function, MemorySegment captured, long a, long b) {
        return call(function, captured, a, b, 0, 0, 0, 0);
    }

    static int call(MethodHandle function, MemorySegment captured, long a, long b, long c) {
        return call(function, captured, a, b, c, 0, 0, 0);
    }

    static int call(MethodHandle function, MemorySegment captured, long a, long b, long c, long d) {
        return call(function, captured, a, b, c, d, 0, 0);
    }

    static int call(MethodHandle function, MemorySegment captured, long a, long b, long c, long d, long e) {
        return call(function, captured, a, b, c, d, e, 0);
    }

    /**
     * Calls a function that never blocks, as its descriptor is non-blocking.
     *
     * @param function one of the constants above, so that the JIT knows it
     * @return what the function returned: it fits an int where it is a count, and is one in the other functions
     */
    static int call(MethodHandle function, MemorySegment captured, long a, long b, long c, long d, long e, long f) {
        return (int) callLong(function, captured, a, b, c, d, e, f);
    }

    /** The same of a function that returns an address. */
    static long callLong(
            MethodHandle function, MemorySegment captured, long a, long b, long c, long d, long e, long f) {
        try {
            return (long) function.invokeExact(captured, a, b, c, d, e, f);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static AssertionError unexpected(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return new AssertionError("a foreign function threw", e);
    }

    /** A call that never blocks needs no transition of the thread's state. */
    private static MethodHandle quick(String name) {
        return handle(name, SHAPE, Linker.Option.captureCallState("errno"), Linker.Option.critical(false));
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
