/** Event loops, and what every kind of socket does on them: wait, accept, connect. */
@NullMarked
package io.socketbridge.sidecar.loop;

import org.jspecify.annotations.NullMarked;
