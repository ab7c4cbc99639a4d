package io.socketbridge.sidecar.tls;

/** Who does the arithmetic. The first was measured to be the best; see benchmarks/README.md. */
public enum TlsEngine {
    /** BoringSSL, by way of Netty. */
    BORINGSSL,
    /** The JDK's own. */
    JDK
}
