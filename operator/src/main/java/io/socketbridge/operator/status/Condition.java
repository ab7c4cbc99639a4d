package io.socketbridge.operator.status;

/**
 * A condition without its history.
 *
 * @param type {@code Accepted}, {@code Programmed}, {@code Ready} or {@code Certified}
 * @param isTrue whether it holds
 * @param reason why, in one word
 * @param message why, and what to do
 */
public record Condition(String type, boolean isTrue, String reason, String message) {}
