@NullMarked
package io.socketbridge.operator;

import org.jspecify.annotations.NullMarked;
