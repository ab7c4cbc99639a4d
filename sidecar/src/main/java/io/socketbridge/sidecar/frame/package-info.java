/** What goes through a tunnel, byte by byte: see docs/protocol.md. */
@NullMarked
package io.socketbridge.sidecar.frame;

import org.jspecify.annotations.NullMarked;
