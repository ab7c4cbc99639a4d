package io.socketbridge.sidecar.local;

import io.socketbridge.contract.UnixAddress;
import io.socketbridge.sidecar.linux.UnixDiagnostics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
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

    /**
     * The path of a socket that has a file.
     *
     * @throws InvalidPathException if this process cannot name it, as its locale's encoding lacks a character; its reason says so
     */
    static Path path(UnixAddress address) {
        try {
            return Path.of(address.name());
        } catch (InvalidPathException e) {
            throw new InvalidPathException(
                    address.name(),
                    address + " has characters that the locale's encoding, " + System.getProperty("sun.jnu.encoding")
                            + ", has not; set LC_ALL=C.UTF-8");
        }
    }

    /** Which file it is, as the kernel's socket diagnostics say it. */
    UnixDiagnostics.FileId id() {
        return UnixDiagnostics.FileId.of(device, inode);
    }

    private static long number(Map<String, Object> attributes, String name) {
        return attributes.get(name) instanceof Number number ? number.longValue() : 0;
    }
}
