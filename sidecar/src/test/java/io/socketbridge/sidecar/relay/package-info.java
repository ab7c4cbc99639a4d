/** Tests of what a route decides without a socket. */
@NullMarked
package io.socketbridge.sidecar.relay;

import org.jspecify.annotations.NullMarked;
