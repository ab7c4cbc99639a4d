package io.socketbridge.contract;

/** Whether a route serves connections; in the first all is well. */
public enum RouteState {
    /** It listens, and somebody listens at the other end: for a server's route, the app at its socket. */
    READY,
    /** Client: the snapshot names no target, so connections are refused. */
    NO_TARGET,
    /** Server: there is no file at the app's path. */
    SOCKET_MISSING,
    /** Server: a file is there, but nobody listens on it. */
    NOT_LISTENING,
    /** Server: the app listens, but does not take the connections that wait; more are taken and wait too. */
    BACKLOG_FULL,
    /**
     * Server: the app's socket, or a directory above it, does not let the sidecar's user in. Either end: the sidecar may not open the raw IP
     * sockets that the route needs.
     */
    PERMISSION_DENIED,
    /** Server: what is at the path is not a socket. */
    NOT_A_SOCKET,
    /** The address to listen on is in use by another process that is alive. */
    ADDRESS_IN_USE,
    /** Listening failed for another reason; the message has the system call and its error. */
    LISTEN_FAILED;

    /** Whether connections are taken. */
    public boolean serves() {
        return this == READY || this == BACKLOG_FULL;
    }
}
