/**
 * What operator and sidecar say to each other: addresses, the configuration snapshot, the report, and the control
 * stream that carries both.
 *
 * <p>The records here are plain (strings, numbers, lists, records), so that any JSON library binds them without help.
 */
@NullMarked
package io.socketbridge.contract;

import org.jspecify.annotations.NullMarked;
