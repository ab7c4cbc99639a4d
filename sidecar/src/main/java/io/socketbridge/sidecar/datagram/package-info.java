/**
 * Sockets without a connection: Unix datagram sockets, UDP and raw IP. A flow of datagrams from one sender is to the relay a stream like any
 * other, of records written as bytes.
 */
@NullMarked
package io.socketbridge.sidecar.datagram;

import org.jspecify.annotations.NullMarked;
