package io.socketbridge.sidecar.tunnel;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The tunnels of a bridge's clients. There are only so many: the one that has had no connection for the longest has to make room for one
 * more, and while each has one, no other is taken. Any thread may call.
 */
final class Guests {

    private final Set<ServerTunnel> all = new LinkedHashSet<>();

    /** Those without a connection, the one that has been so for the longest first. */
    private final Set<ServerTunnel> idle = new LinkedHashSet<>();

    private int most;

    /** @param most how many there may be */
    Guests(int most) {
        this.most = most;
    }

    /** Changes how many there may be; those that are too many go when others come. */
    synchronized void admit(int newMost) {
        most = newMost;
    }

    /** Takes one in that has no connection yet; false if there is no room. */
    synchronized boolean enter(ServerTunnel tunnel) {
        if (!makeRoom(tunnel)) {
            return false;
        }
        all.add(tunnel);
        idle.add(tunnel);
        return true;
    }

    /** A connection begins on one, which is taken in if it was not; false if there is no room. */
    synchronized boolean begin(ServerTunnel tunnel) {
        if (!makeRoom(tunnel)) {
            return false;
        }
        all.add(tunnel);
        idle.remove(tunnel);
        return true;
    }

    private boolean makeRoom(ServerTunnel newcomer) {
        if (all.contains(newcomer)) {
            return true;
        }
        Iterator<ServerTunnel> longest = idle.iterator();
        while (all.size() >= most && longest.hasNext()) {
            ServerTunnel leaving = longest.next();
            longest.remove();
            all.remove(leaving);
            leaving.loop().execute(leaving::leaveIfIdle);
        }
        return all.size() < most;
    }

    /** The connection on one has ended. */
    synchronized void end(ServerTunnel tunnel) {
        if (all.contains(tunnel)) {
            idle.add(tunnel);
        }
    }

    /** One is closed. */
    synchronized void leave(ServerTunnel tunnel) {
        all.remove(tunnel);
        idle.remove(tunnel);
    }

    /** Has those leave that have no connection. */
    synchronized void dismiss() {
        List.copyOf(idle).forEach(tunnel -> tunnel.loop().execute(tunnel::leaveIfIdle));
    }
}
