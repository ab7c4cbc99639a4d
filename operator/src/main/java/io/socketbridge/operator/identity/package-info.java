/** The certificate authority, and the certificate by which the operator is known. */
@NullMarked
package io.socketbridge.operator.identity;

import org.jspecify.annotations.NullMarked;
