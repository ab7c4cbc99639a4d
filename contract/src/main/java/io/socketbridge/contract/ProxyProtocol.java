package io.socketbridge.contract;

/**
 * Whether a connection begins with a header that says who is at its other end.
 *
 * @see <a href="https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt">The PROXY protocol</a>
 */
public enum ProxyProtocol {
    /** It does not. */
    NONE,
    /** It begins with a header of version 2, the binary one. */
    V2
}
