package io.socketbridge.operator.inject;

import java.util.List;

/** Where the files of the sidecar's image are, which a volume mounted there would hide from it. */
final class ImageDirectories {

    private static final List<String> NEEDED = List.of(
            "/bin",
            "/sbin",
            "/lib",
            "/lib64",
            "/usr/bin",
            "/usr/sbin",
            "/usr/lib",
            "/usr/lib64",
            "/opt/java",
            "/socketbridge");

    /** Its parts are needed, but it may hold other directories. */
    private static final List<String> NEEDED_AS_A_WHOLE = List.of("/", "/usr", "/etc", "/opt");

    private ImageDirectories() {}

    static boolean hides(String mountPath) {
        return NEEDED_AS_A_WHOLE.contains(mountPath)
                || NEEDED.stream().anyMatch(needed -> (mountPath + "/").startsWith(needed + "/"));
    }
}
