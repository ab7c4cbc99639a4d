/** The operator: what it is given when it starts. */
@NullMarked
package io.socketbridge.operator;

import org.jspecify.annotations.NullMarked;
