package io.socketbridge.operator.plan;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A short name for a value, equal for equal values. */
public final class Fingerprint {

    /** 64 bits: among a cluster's pods no two values meet by chance. */
    private static final int BYTES = 8;

    private Fingerprint() {}

    /** 16 hexadecimal digits. */
    public static String of(String text) {
        return HexFormat.of().formatHex(hash(text), 0, BYTES);
    }

    /** All 256 bits, for what another may not take by finding the same fingerprint. */
    public static String ofSecret(String text) {
        return HexFormat.of().formatHex(hash(text));
    }

    private static byte[] hash(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
