/** Sockets for tests that need more of them than the JDK gives. */
@NullMarked
package io.socketbridge.sidecar.linux;

import org.jspecify.annotations.NullMarked;
