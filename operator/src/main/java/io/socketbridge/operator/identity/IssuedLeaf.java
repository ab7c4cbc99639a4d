package io.socketbridge.operator.identity;

import java.time.Instant;

/**
 * A certificate for a pod.
 *
 * @param pem it, and behind it those between it and a root
 * @param serial its serial number, in hexadecimal
 * @param until when it expires
 */
public record IssuedLeaf(String pem, String serial, Instant until) {}
