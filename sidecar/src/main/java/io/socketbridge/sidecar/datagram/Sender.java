package io.socketbridge.sidecar.datagram;

import io.socketbridge.sidecar.linux.MessageBatch;
import io.socketbridge.sidecar.linux.PeerSockets.Credentials;
import io.socketbridge.sidecar.linux.SocketAddress;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/**
 * Who sends datagrams, as the kernel tells it with each of them: the address that the sender's socket is bound to, and the user. Those that
 * are bound to none are told from each other by user and group alone.
 */
final class Sender {

    private final Optional<SocketAddress> address;
    private final String name;
    private final int uid;
    private final int gid;
    private final boolean credentialsKnown;

    /** The sender of a message that was received last; its address is copied. */
    Sender(MessageBatch batch, int i) {
        int length = batch.nameLength(i);
        this.address = length > 2 ? Optional.of(SocketAddress.copyOf(batch.name(i), length)) : Optional.empty();
        this.name = SocketAddress.unixName(batch.name(i), length);
        this.credentialsKnown = batch.hasCredentials(i);
        Credentials credentials = credentialsKnown ? batch.credentials(i) : new Credentials(0, 0, 0);
        this.uid = credentials.uid();
        this.gid = credentials.gid();
    }

    /** Whether a message that was received last is of the same sender; without copying anything. */
    boolean sent(MessageBatch batch, int i) {
        int length = batch.nameLength(i);
        boolean sameAddress =
                address.isPresent() ? length == address.get().length() && sameName(batch.name(i), length) : length <= 2;
        return sameAddress && sameUser(batch, i);
    }

    /** A name may be another user's later on. */
    private boolean sameUser(MessageBatch batch, int i) {
        if (!credentialsKnown || !batch.hasCredentials(i)) {
            return credentialsKnown == batch.hasCredentials(i);
        }
        Credentials credentials = batch.credentials(i);
        return credentials.uid() == uid && credentials.gid() == gid;
    }

    private boolean sameName(MemorySegment other, int length) {
        return MemorySegment.mismatch(address.orElseThrow().memory(), 0, length, other, 0, length) < 0;
    }

    /**
     * Where replies go. Empty where the sender has no name of its own, and also where that is a relative path: it means something in the
     * sender's working directory alone.
     */
    Optional<SocketAddress> returnAddress() {
        boolean relative = !name.isEmpty() && !name.startsWith("/") && !name.startsWith("@");
        return relative ? Optional.empty() : address;
    }

    /** The name that a Unix socket is bound to; empty if it has none, or the sender is on a network. */
    String name() {
        return name;
    }

    Optional<SocketAddress> address() {
        return address;
    }

    /** As an unsigned number; empty where the kernel does not tell. */
    Optional<Long> user() {
        return credentialsKnown ? Optional.of(Integer.toUnsignedLong(uid)) : Optional.empty();
    }

    /** The group's id; as {@link #user}. */
    Optional<Long> group() {
        return credentialsKnown ? Optional.of(Integer.toUnsignedLong(gid)) : Optional.empty();
    }

    /** For a person. */
    String text() {
        return address.map(SocketAddress::text).orElse("a sender without a name");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Sender that
                && that.credentialsKnown == credentialsKnown
                && that.uid == uid
                && that.gid == gid
                && sameAddress(that);
    }

    private boolean sameAddress(Sender that) {
        if (address.isEmpty() || that.address.isEmpty()) {
            return address.isEmpty() && that.address.isEmpty();
        }
        int length = address.get().length();
        return that.address.get().length() == length
                && sameName(that.address.get().memory(), length);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * uid + gid) + address.map(Sender::hash).orElse(0);
    }

    private static int hash(SocketAddress address) {
        int hash = 1;
        for (int i = 0; i < address.length(); i++) {
            hash = 31 * hash + address.memory().get(ValueLayout.JAVA_BYTE, i);
        }
        return hash;
    }
}
