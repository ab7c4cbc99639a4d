@NullMarked
package io.socketbridge.operator.control;

import org.jspecify.annotations.NullMarked;
