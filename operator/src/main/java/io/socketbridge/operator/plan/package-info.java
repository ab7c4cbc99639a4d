/**
 * What follows from bridges and pods, pure: what each pod needs, where connections go, what each sidecar is told. Here
 * {@code reconcile}, {@code webhook} and {@code control} meet.
 */
@NullMarked
package io.socketbridge.operator.plan;

import org.jspecify.annotations.NullMarked;
