package io.socketbridge.contract;

import java.util.List;

/**
 * Which users may connect, as the kernel at the client's end reported them to the sidecar there.
 *
 * @param uids user ids, each from 0 to 4294967295; empty for any
 * @param gids group ids, each from 0 to 4294967295; empty for any
 */
public record Access(List<Long> uids, List<Long> gids) {

    /** Any user may. */
    public static final Access ALL = new Access(List.of(), List.of());

    public Access {
        uids = List.copyOf(uids);
        gids = List.copyOf(gids);
    }

    /** Whether this user of this group may; an id that is not known (negative) is none that is listed. */
    public boolean allows(long uid, long gid) {
        return (uids.isEmpty() || uids.contains(uid)) && (gids.isEmpty() || gids.contains(gid));
    }
}
