/** Encryption and mutual authentication: TLS 1.3, by one of several engines. */
@NullMarked
package io.socketbridge.sidecar.tls;

import org.jspecify.annotations.NullMarked;
