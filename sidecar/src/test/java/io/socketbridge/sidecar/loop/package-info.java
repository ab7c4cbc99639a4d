/** The event loop by itself. */
@NullMarked
package io.socketbridge.sidecar.loop;

import org.jspecify.annotations.NullMarked;
