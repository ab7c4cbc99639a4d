package io.socketbridge.sidecar.loop;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Handlers by a key that is never used twice, so that an event which the kernel had ready for a descriptor that is closed
 * by now does not reach the next one with its number. Owned by one loop.
 */
final class HandlerTable {

    private @Nullable Handler[] handlers = new @Nullable Handler[64];
    private int[] generations = new int[64];
    private int[] free = new int[64];
    private int freeCount;
    private int used;

    /** Keys are not negative. */
    long add(Handler handler) {
        if (freeCount == 0 && used == handlers.length) {
            handlers = Arrays.copyOf(handlers, used * 2);
            generations = Arrays.copyOf(generations, used * 2);
            free = Arrays.copyOf(free, used * 2);
        }
        int slot = freeCount > 0 ? free[--freeCount] : used++;
        handlers[slot] = handler;
        return (long) generations[slot] << 32 | slot;
    }

    @Nullable
    Handler get(long key) {
        if (key < 0) {
            return null; // not registered
        }
        int slot = (int) key;
        return generations[slot] == (int) (key >>> 32) ? handlers[slot] : null;
    }

    /** Has events with a key that is in use go to another handler. */
    void replace(long key, Handler handler) {
        if (get(key) != null) {
            handlers[(int) key] = handler;
        }
    }

    void remove(long key) {
        if (get(key) != null) {
            int slot = (int) key;
            handlers[slot] = null;
            generations[slot] = (generations[slot] + 1) & Integer.MAX_VALUE;
            free[freeCount++] = slot;
        }
    }
}
