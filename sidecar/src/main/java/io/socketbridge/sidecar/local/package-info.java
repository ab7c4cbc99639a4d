/** The pod's own side: Unix sockets that the sidecar makes for apps, and those that apps made. */
@NullMarked
package io.socketbridge.sidecar.local;

import org.jspecify.annotations.NullMarked;
