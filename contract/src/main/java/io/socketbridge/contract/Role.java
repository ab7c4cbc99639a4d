package io.socketbridge.contract;

/** Which end of a bridge a route serves. */
public enum Role {
    /** The app in this pod connects to the socket, and the sidecar listens on it. */
    CLIENT,
    /** The app in this pod listens on the socket, and the sidecar connects to it. */
    SERVER
}
