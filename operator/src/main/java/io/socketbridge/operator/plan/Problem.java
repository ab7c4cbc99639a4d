package io.socketbridge.operator.plan;

/**
 * Something that keeps a bridge from working as it is written.
 *
 * @param reason one word, stable, for programs
 * @param message what is wrong with what, and what to do
 */
public record Problem(String reason, String message) {}
