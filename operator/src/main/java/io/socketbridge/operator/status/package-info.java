/** What a person is told about a bridge, pure. */
@NullMarked
package io.socketbridge.operator.status;

import org.jspecify.annotations.NullMarked;
