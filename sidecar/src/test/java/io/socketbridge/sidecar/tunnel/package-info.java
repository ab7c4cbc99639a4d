/** Tests of TCP and tunnels. */
@NullMarked
package io.socketbridge.sidecar.tunnel;

import org.jspecify.annotations.NullMarked;
