/** The network's side: TCP between sidecars, and to any other TCP program. */
@NullMarked
package io.socketbridge.sidecar.tunnel;

import org.jspecify.annotations.NullMarked;
