/** The control stream, the operator's half: who asks, what they are told, what they report. */
@NullMarked
package io.socketbridge.operator.control;

import org.jspecify.annotations.NullMarked;
