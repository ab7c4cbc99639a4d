/** Records, such as datagrams and sequenced packets, as bytes of a connection, and bytes as records: see docs/protocol.md. */
@NullMarked
package io.socketbridge.sidecar.record;

import org.jspecify.annotations.NullMarked;
