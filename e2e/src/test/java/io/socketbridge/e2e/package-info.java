/** The product as its users meet it: on real nodes, through {@code kubectl apply}, with real servers and clients. */
@NullMarked
package io.socketbridge.e2e;

import org.jspecify.annotations.NullMarked;
