package io.socketbridge.sidecar.linux;

import java.util.Map;

/**
 * Error numbers of the generic Linux ABI (x86-64 and arm64 agree on these).
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/errno.3.html">errno(3)</a>
 */
public final class Errno {

    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int EINTR = 4;
    public static final int EAGAIN = 11;
    public static final int ENOMEM = 12;
    public static final int EACCES = 13;
    public static final int EEXIST = 17;
    public static final int EINVAL = 22;
    public static final int ENFILE = 23;
    public static final int EMFILE = 24;
    public static final int EPIPE = 32;
    public static final int ENODATA = 61;
    public static final int EPROTO = 71;
    public static final int EBADMSG = 74;
    public static final int ENOTSOCK = 88;
    public static final int EDESTADDRREQ = 89;
    public static final int EMSGSIZE = 90;
    public static final int EPROTOTYPE = 91;
    public static final int EOPNOTSUPP = 95;
    public static final int EADDRINUSE = 98;
    public static final int EADDRNOTAVAIL = 99;
    public static final int ENETUNREACH = 101;
    public static final int ECONNABORTED = 103;
    public static final int ECONNRESET = 104;
    public static final int ENOBUFS = 105;
    public static final int ENOTCONN = 107;
    public static final int ETIMEDOUT = 110;
    public static final int ECONNREFUSED = 111;
    public static final int EHOSTUNREACH = 113;
    public static final int EINPROGRESS = 115;

    private static final Map<Integer, String> TEXTS = Map.ofEntries(
            Map.entry(EPERM, "EPERM (operation not permitted)"),
            Map.entry(ENOENT, "ENOENT (no such file or directory)"),
            Map.entry(EINTR, "EINTR (interrupted system call)"),
            Map.entry(EAGAIN, "EAGAIN (resource temporarily unavailable)"),
            Map.entry(ENOMEM, "ENOMEM (out of memory)"),
            Map.entry(EACCES, "EACCES (permission denied)"),
            Map.entry(EEXIST, "EEXIST (file exists)"),
            Map.entry(EINVAL, "EINVAL (invalid argument)"),
            Map.entry(ENFILE, "ENFILE (too many open files in the system)"),
            Map.entry(EMFILE, "EMFILE (too many open files)"),
            Map.entry(EPIPE, "EPIPE (broken pipe)"),
            Map.entry(ENODATA, "ENODATA (no data available)"),
            Map.entry(EPROTO, "EPROTO (protocol error)"),
            Map.entry(EBADMSG, "EBADMSG (bad message)"),
            Map.entry(ENOTSOCK, "ENOTSOCK (not a socket)"),
            Map.entry(EDESTADDRREQ, "EDESTADDRREQ (destination address required)"),
            Map.entry(EMSGSIZE, "EMSGSIZE (message too long)"),
            Map.entry(EPROTOTYPE, "EPROTOTYPE (socket of another type)"),
            Map.entry(EOPNOTSUPP, "EOPNOTSUPP (operation not supported)"),
            Map.entry(EADDRINUSE, "EADDRINUSE (address already in use)"),
            Map.entry(EADDRNOTAVAIL, "EADDRNOTAVAIL (address not available)"),
            Map.entry(ENETUNREACH, "ENETUNREACH (network unreachable)"),
            Map.entry(ECONNABORTED, "ECONNABORTED (connection aborted)"),
            Map.entry(ECONNRESET, "ECONNRESET (connection reset by peer)"),
            Map.entry(ENOBUFS, "ENOBUFS (no buffer space)"),
            Map.entry(ENOTCONN, "ENOTCONN (not connected)"),
            Map.entry(ETIMEDOUT, "ETIMEDOUT (timed out)"),
            Map.entry(ECONNREFUSED, "ECONNREFUSED (connection refused)"),
            Map.entry(EHOSTUNREACH, "EHOSTUNREACH (no route to host)"),
            Map.entry(EINPROGRESS, "EINPROGRESS (in progress)"));

    private Errno() {}

    /** The name of an error number, for metrics, such as {@code EMFILE}. */
    public static String name(int errno) {
        String text = describe(errno);
        int space = text.indexOf(" (");
        return space < 0 ? text.replace(' ', '-') : text.substring(0, space);
    }

    /** Name and text of an error number, as a person reads it. */
    public static String describe(int errno) {
        return TEXTS.getOrDefault(errno, "errno " + errno);
    }
}
