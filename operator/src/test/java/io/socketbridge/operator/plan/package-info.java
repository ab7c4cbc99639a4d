@NullMarked
package io.socketbridge.operator.plan;

import org.jspecify.annotations.NullMarked;
