package io.socketbridge.operator.status;

/**
 * What is wrong with one pod.
 *
 * @param pod its name
 * @param message what, and what to do
 */
public record PodProblem(String pod, String message) {}
