package io.socketbridge.api.v1alpha1;

/**
 * What the API server checks of a socket's path, in the Common Expression Language.
 *
 * <p>Each rule holds where an earlier one fails, so that a wrong path gets one sentence and not four.
 */
final class PathRules {

    static final String ABSOLUTE = "self.matches('^(/|@.)')";

    static final String ABSOLUTE_MESSAGE = "\"path '\" + self + \"' is not absolute: start it with / (such as"
            + " /run/app/db.sock), or with @ for an abstract name (such as @db)\"";

    /** 108 bytes of {@code sun_path}, less the NUL that ends a path and that stands for the {@code @} of a name. */
    static final String LENGTH = "!self.matches('^(/|@.)') || bytes(self).size() <= (self.startsWith('@') ? 108 : 107)";

    /** Without the number of bytes: to the API server, turning a number into text costs more than all the rest. */
    static final String LENGTH_MESSAGE =
            "\"path '\" + self + \"' has more than the 107 bytes that the kernel takes: choose a shorter one\"";

    static final String SEGMENTS = "!self.startsWith('/') || self == '/' || bytes(self).size() > 107"
            + " || !(self + '/').matches('//|/[.][.]?/')";

    static final String SEGMENTS_MESSAGE =
            "\"path '\" + self + \"' has an empty, '.' or '..' segment, or ends with /: write the plain path of a"
                    + " file\"";

    /** Directories over which no volume can be laid: the kernel's own, and those that a sidecar needs to run. */
    static final String DIRECTORY = "!self.startsWith('/') || bytes(self).size() > 107"
            + " || (self != '/' && (self + '/').matches('//|/[.][.]?/'))"
            + " || !self.matches('^/[^/]*$|^/(etc|usr|opt)/[^/]+$"
            + "|^/(proc|sys|dev|bin|sbin|lib|lib64|usr/(bin|sbin|lib|lib64)|opt/java|socketbridge)/"
            + "|^(/var)?/run/secrets/')";

    static final String DIRECTORY_MESSAGE =
            "\"path '\" + self + \"' is in a directory that the system needs: a volume is mounted over the path's"
                    + " directory, so give the socket one of its own, such as /sockets/db.sock\"";

    private PathRules() {}
}
