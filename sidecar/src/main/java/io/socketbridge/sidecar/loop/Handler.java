package io.socketbridge.sidecar.loop;

/** Takes the events of one descriptor, on the loop that watches it. */
@FunctionalInterface
public interface Handler {

    /**
     * Takes events.
     *
     * @param events bits of {@link io.socketbridge.sidecar.linux.Epoll}
     */
    void ready(int events);
}
