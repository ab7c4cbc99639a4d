package io.socketbridge.sidecar.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.time.Duration;

/** Waits for sockets of tests. */
final class Waiting {

    private Waiting() {}

    /** Waits until one of the events holds for a descriptor; fails if none does in time. */
    static void until(Kernel kernel, int fd, int events, Duration limit) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            Epoll epoll = new Epoll(kernel, arena);
            try {
                LinuxException.check(epoll.add(fd, events, 0), "epoll_ctl", "");
                if (epoll.await((int) limit.toMillis()) == 0) {
                    throw new IOException("nothing came");
                }
            } finally {
                epoll.close();
            }
        }
    }
}
