/** What the sidecar is told to do, and what it tells: snapshots from the operator or a file become routes at work. */
@NullMarked
package io.socketbridge.sidecar.control;

import org.jspecify.annotations.NullMarked;
