/** Tests of what the sidecar is told and tells. */
@NullMarked
package io.socketbridge.sidecar.control;

import org.jspecify.annotations.NullMarked;
