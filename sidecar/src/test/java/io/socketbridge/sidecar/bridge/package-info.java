/** Bridges on real sockets: one contract, rerun for each pair of ends. */
@NullMarked
package io.socketbridge.sidecar.bridge;

import org.jspecify.annotations.NullMarked;
