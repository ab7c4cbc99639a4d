/** The Kubernetes objects that the operator owns, as values. */
@NullMarked
package io.socketbridge.operator.resource;

import org.jspecify.annotations.NullMarked;
