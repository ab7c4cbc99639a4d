package io.socketbridge.sidecar.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Asks the kernel about the Unix sockets of this network namespace, and so of this pod, without touching them. For one thread.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/sock_diag.7.html">sock_diag(7)</a>
 */
public final class UnixDiagnostics {

    /**
     * What is listened on.
     *
     * @param files of sockets that have one
     * @param abstractNames behind {@code @}
     * @param full those of both, files as text, whose backlog takes no more: their process does not accept
     */
    public record Listening(Set<FileId> files, Set<String> abstractNames, Set<String> full) {

        /**
         * Whether somebody listens on a file; empty where that cannot be known, as some file systems (btrfs, overlays) tell {@code stat}
         * another device than the one by which the kernel knows them.
         */
        public Optional<Boolean> listens(FileId file) {
            if (files.contains(file)) {
                return Optional.of(true);
            }
            boolean maybe = files.stream().anyMatch(each -> each.inode() == file.inode());
            return maybe ? Optional.empty() : Optional.of(false);
        }
    }

    /**
     * Which file a socket is bound to.
     *
     * @param device as the kernel itself numbers it: 12 bits of the major number, 20 of the minor one
     * @param inode the lower 32 bits
     */
    public record FileId(int device, int inode) {

        /** What {@code stat} says of a file, whose device has its bits in another order. */
        public static FileId of(long device, long inode) {
            int major = (int) ((device >>> 8) & 0xFFF);
            int minor = (int) ((device & 0xFF) | ((device >>> 12) & 0xFFF00));
            return new FileId(major << 20 | minor, (int) inode);
        }
    }

    private static final int BUFFER_BYTES = 32 * 1024;
    private static final int REQUEST_BYTES = 40;
    private static final int HEADER_BYTES = 16;
    private static final int MESSAGE_BYTES = 16;

    private static final short SOCK_DIAG_BY_FAMILY = 20;
    private static final short NLM_F_REQUEST = 0x1;
    private static final short NLM_F_DUMP = 0x300;
    private static final short NLMSG_ERROR = 2;
    private static final short NLMSG_DONE = 3;
    private static final int STATE_LISTEN = 1 << 10;
    private static final int STATE_CLOSE = 1 << 7;
    private static final int ESTABLISHED = 1;
    private static final int STATE_ESTABLISHED = 1 << ESTABLISHED;

    /** What a name has that the kernel chose, as it does for clients that want replies. */
    private static final int CHOSEN_NAME_BYTES = 5;

    /** So many sockets are asked for one by one, at most. */
    private static final int MOST_CONNECTED = 64;

    /** Each so manieth question for datagram sockets is about all. */
    private static final int QUESTIONS_FOR_ALL = 10;

    private static final int SOCK_DGRAM = 2;
    private static final int ANY_TYPE = 0;
    private static final int SHOW_NAME_AND_FILE = 1 | 2;
    private static final int SHOW_PEER = 4;
    private static final int SHOW_QUEUES = 16;
    private static final int SHOW_MEMORY = 32;
    private static final short ATTRIBUTE_NAME = 0;
    private static final short ATTRIBUTE_FILE = 1;
    private static final short ATTRIBUTE_PEER = 2;
    private static final short ATTRIBUTE_QUEUES = 4;
    private static final short ATTRIBUTE_MEMORY = 5;

    /** Where in the memory attribute the send buffer's size is: {@code SK_MEMINFO_SNDBUF} words on. */
    private static final int MEMORY_SEND_BUFFER_OFFSET = 3 * 4;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

    /** Where the kernel has no such answers, each question may make it look for a module, which is not to happen ten times a second. */
    private static final int MOST_FAILURES = 3;

    private final Kernel kernel;
    private final MemorySegment buffer;

    /** How long nothing is asked after that: what was missing may have been memory or descriptors. */
    private static final long REST_NANOS = 60_000_000_000L;

    /** Of the socket whose attributes are being read. */
    private int socketType;

    private int socketState;
    private int socketInode;

    /** The inodes of datagram sockets that were connected when all were asked about, but for those whose name the kernel chose. */
    private final Set<Integer> connected = new HashSet<>();

    /** How often it was asked for datagram sockets. */
    private int questions;

    /** Questions in a row that were not answered. */
    private int failures;

    /** When the next may be asked. */
    private long restUntilNanos = System.nanoTime();

    /**
     * Takes the memory for answers.
     *
     * @param kernel of the thread that will ask
     */
    public UnixDiagnostics(Kernel kernel, Arena arena) {
        this.kernel = kernel;
        this.buffer = arena.allocate(BUFFER_BYTES, 8);
    }

    /** Which sockets somebody listens on; empty where the kernel does not answer such questions. */
    public Optional<Listening> listening() {
        return find(STATE_LISTEN, SHOW_NAME_AND_FILE | SHOW_QUEUES, ANY_TYPE);
    }

    /**
     * Which names datagram sockets are bound to, and so receive at; empty where the kernel does not answer such questions.
     *
     * <p>It has them as connected once anybody has connected to them, as it has every stream that is open. To go through all of those takes long
     * where there are many: mostly those that were found before are asked for one by one, and all others only now and then. So one that is new,
     * and was connected to before it was seen, is seen a little later.
     */
    public Optional<Listening> receiving() {
        if (questions++ % QUESTIONS_FOR_ALL == 0) {
            return receivingOfAll();
        }
        Optional<Listening> found = find(STATE_CLOSE, SHOW_NAME_AND_FILE, SOCK_DGRAM);
        found.ifPresent(each ->
                connected.forEach(inode -> collect((short) 0, -1, inode, SHOW_NAME_AND_FILE, SOCK_DGRAM, each)));
        return found;
    }

    /** The same, and goes through all. */
    public Optional<Listening> receivingOfAll() {
        connected.clear();
        return find(STATE_CLOSE | STATE_ESTABLISHED, SHOW_NAME_AND_FILE, SOCK_DGRAM);
    }

    private Optional<Listening> find(int states, int show, int wantedType) {
        if (System.nanoTime() < restUntilNanos) {
            return Optional.empty();
        }
        Listening found = new Listening(new HashSet<>(), new HashSet<>(), new HashSet<>());
        boolean answered = collect(NLM_F_DUMP, states, 0, show, wantedType, found);
        failures = answered ? 0 : failures + 1;
        if (failures >= MOST_FAILURES) {
            restUntilNanos = System.nanoTime() + REST_NANOS;
        }
        return answered ? Optional.of(found) : Optional.empty();
    }

    private boolean collect(short flags, int states, int inode, int show, int wantedType, Listening found) {
        String[] last = {""};
        return ask(flags, states, inode, show, (type, at, length) -> {
            if (wantedType != ANY_TYPE && socketType != wantedType) {
                return;
            }
            if (type == ATTRIBUTE_FILE && length >= 8) {
                FileId file = fileAt(at);
                found.files().add(file);
                last[0] = file.toString();
                noteConnected(flags);
            } else if (type == ATTRIBUTE_QUEUES && length >= 8) {
                // The kernel writes a socket's queues behind its name and file: how many wait, and how many may.
                if (Integer.toUnsignedLong(buffer.get(INT, at)) > Integer.toUnsignedLong(buffer.get(INT, at + 4L))) {
                    found.full().add(last[0]);
                }
            } else if (type == ATTRIBUTE_NAME && length > 1 && buffer.get(ValueLayout.JAVA_BYTE, at) == 0) {
                byte[] name = buffer.asSlice(at + 1L, length - 1L).toArray(ValueLayout.JAVA_BYTE);
                last[0] = "@" + new String(name, StandardCharsets.UTF_8);
                found.abstractNames().add(last[0]);
                if (length - 1 != CHOSEN_NAME_BYTES) {
                    noteConnected(flags);
                }
            }
        });
    }

    /** Remembers a datagram socket that is connected, in a question about all. */
    private void noteConnected(short flags) {
        if (flags == NLM_F_DUMP
                && socketType == SOCK_DGRAM
                && socketState == ESTABLISHED
                && connected.size() < MOST_CONNECTED) {
            connected.add(socketInode);
        }
    }

    /** Whether a socket that somebody has open is bound to this file, listening or not; false too where the kernel does not answer. */
    public boolean isBound(FileId file) {
        boolean[] found = new boolean[1];
        ask(NLM_F_DUMP, -1, 0, SHOW_NAME_AND_FILE, (type, at, length) -> {
            if (type == ATTRIBUTE_FILE && length >= 8 && fileAt(at).equals(file)) {
                found[0] = true;
            }
        });
        return found[0];
    }

    /** Reads a {@code struct unix_diag_vfs}: inode, then device. */
    private FileId fileAt(int at) {
        return new FileId(buffer.get(INT, at + 4L), buffer.get(INT, at));
    }

    /**
     * The size of the send buffer of the socket that a connected one is connected to; empty where the kernel does not answer, or
     * the peer is gone.
     */
    public OptionalInt peerSendBufferBytes(int fd) {
        int peer = attribute(kernel.inode(fd), SHOW_PEER, ATTRIBUTE_PEER, 0);
        int bytes = peer == 0 ? 0 : attribute(peer, SHOW_MEMORY, ATTRIBUTE_MEMORY, MEMORY_SEND_BUFFER_OFFSET);
        return bytes == 0 ? OptionalInt.empty() : OptionalInt.of(bytes);
    }

    /** One word of one attribute of one socket, or 0. */
    private int attribute(int inode, int show, short wanted, int offset) {
        int[] word = new int[1];
        boolean answered = inode != 0
                && ask((short) 0, -1, inode, show, (type, at, length) -> {
                    if (type == wanted && length >= offset + 4) {
                        word[0] = buffer.get(INT, (long) at + offset);
                    }
                });
        return answered ? word[0] : 0;
    }

    private interface Attribute {

        /** Where in the buffer an attribute's value is. */
        void found(short type, int at, int length);
    }

    private boolean ask(short flags, int states, int inode, int show, Attribute attributes) {
        int fd = kernel.diagnosticsSocket();
        if (fd < 0) {
            return false;
        }
        try {
            writeRequest(flags, states, inode, show);
            if (kernel.send(fd, buffer, 0, REQUEST_BYTES) < 0) {
                return false;
            }
            Reply reply = Reply.MORE;
            while (reply == Reply.MORE) {
                int count = kernel.receive(fd, buffer, 0, BUFFER_BYTES);
                reply = count <= 0 ? Reply.FAILED : readMessages(count, attributes);
                if (flags == 0 && reply == Reply.MORE) {
                    return true; // one message answers a question about one socket
                }
            }
            return reply == Reply.COMPLETE;
        } finally {
            kernel.close(fd);
        }
    }

    private enum Reply {
        MORE,
        COMPLETE,
        FAILED
    }

    private void writeRequest(short flags, int states, int inode, int show) {
        buffer.asSlice(0, REQUEST_BYTES).fill((byte) 0);
        buffer.set(INT, 0, REQUEST_BYTES);
        buffer.set(SHORT, 4, SOCK_DIAG_BY_FAMILY);
        buffer.set(SHORT, 6, (short) (NLM_F_REQUEST | flags));
        buffer.set(ValueLayout.JAVA_BYTE, 16, (byte) SocketAddress.AF_UNIX);
        buffer.set(INT, 20, states);
        buffer.set(INT, 24, inode);
        buffer.set(INT, 28, show);
        buffer.set(ValueLayout.JAVA_LONG_UNALIGNED, 32, -1L); // any cookie
    }

    private Reply readMessages(int count, Attribute attributes) {
        int at = 0;
        while (at + HEADER_BYTES <= count) {
            int length = buffer.get(INT, at);
            short type = buffer.get(SHORT, at + 4L);
            if (type == NLMSG_DONE) {
                return Reply.COMPLETE;
            }
            if (type == NLMSG_ERROR || length < HEADER_BYTES || length > count - at) {
                return Reply.FAILED;
            }
            if (type == SOCK_DIAG_BY_FAMILY) {
                socketType = buffer.get(ValueLayout.JAVA_BYTE, at + HEADER_BYTES + 1L);
                socketState = buffer.get(ValueLayout.JAVA_BYTE, at + HEADER_BYTES + 2L);
                socketInode = buffer.get(INT, at + HEADER_BYTES + 4L);
                readAttributes(at + HEADER_BYTES + MESSAGE_BYTES, at + length, attributes);
            }
            at += (length + 3) & ~3;
        }
        return Reply.MORE;
    }

    private void readAttributes(int start, int end, Attribute attributes) {
        int at = start;
        while (at + 4 <= end) {
            int length = Short.toUnsignedInt(buffer.get(SHORT, at));
            if (length < 4 || at + length > end) {
                return;
            }
            attributes.found(buffer.get(SHORT, at + 2L), at + 4, length - 4);
            at += (length + 3) & ~3;
        }
    }
}
