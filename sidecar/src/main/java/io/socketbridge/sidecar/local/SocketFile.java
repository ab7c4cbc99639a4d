package io.socketbridge.sidecar.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Optional;

/**
 * A socket's file as it is on disk.
 *
 * @param device of the file system
 * @param inode in it; with the device, which file it is
 * @param madeMillis when it was made, since the epoch: an inode is used again. Nothing that is done to a socket changes it
 * @param isSocket whether it is a socket at all
 */
record SocketFile(long device, long inode, long madeMillis, boolean isSocket) {

    private static final int TYPE_MASK = 0170000;
    private static final int TYPE_SOCKET = 0140000;

    /**
     * What is at a path now, symbolic links followed, as {@code connect} does; empty if nothing is.
     *
     * @throws IOException if it cannot be known, mostly for want of permission
     */
    static Optional<SocketFile> at(Path path, LinkOption... options) throws IOException {
        try {
            Map<String, Object> attributes = Files.readAttributes(path, "unix:dev,ino,mode,lastModifiedTime", options);
            return Optional.of(new SocketFile(
                    number(attributes, "dev"),
                    number(attributes, "ino"),
                    attributes.get("lastModifiedTime") instanceof FileTime time ? time.toMillis() : 0,
                    (number(attributes, "mode") & TYPE_MASK) == TYPE_SOCKET));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static long number(Map<String, Object> attributes, String name) {
        return attributes.get(name) instanceof Number number ? number.longValue() : 0;
    }
}
