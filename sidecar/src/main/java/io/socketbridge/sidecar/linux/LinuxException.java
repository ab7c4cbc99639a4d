package io.socketbridge.sidecar.linux;

import java.io.IOException;

/** A system call that failed; the message has the call, what it was about, and the error's name and text. */
public final class LinuxException extends IOException {

    private final String message;
    private final int errno;

    /**
     * @param call the system call, such as {@code bind}
     * @param subject the path or address that it was about
     * @param errno the error number, positive
     */
    public LinuxException(String call, String subject, int errno) {
        this.message = call + " " + subject + ": " + Errno.describe(errno);
        this.errno = errno;
    }

    @Override
    public String getMessage() {
        return message;
    }

    /** The error number, positive; see {@link Errno}. */
    public int errno() {
        return errno;
    }

    /**
     * Passes on what a system call returned, or throws if it is an error.
     *
     * @throws LinuxException if {@code result} is negative
     */
    public static int check(int result, String call, String subject) throws LinuxException {
        if (result < 0) {
            throw new LinuxException(call, subject, -result);
        }
        return result;
    }
}
