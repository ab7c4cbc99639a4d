/**
 * Joins what one end accepts to what the other end serves, and carries bytes both ways. Owns the interfaces that {@code
 * local} and {@code tunnel} implement, and knows neither.
 */
@NullMarked
package io.socketbridge.sidecar.relay;

import org.jspecify.annotations.NullMarked;
