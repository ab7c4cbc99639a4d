package io.socketbridge.sidecar.relay;

import io.socketbridge.sidecar.loop.EventLoop;
import java.time.Duration;
import java.util.function.Supplier;

/** Connects to one target. */
public interface Dialer {

    /** The reason of a failure that has nothing to do with the target: the process has no descriptor or memory left. */
    String RESOURCES = "resources";

    /**
     * Connects; called on the loop, on which exactly one of the outcomes happens, perhaps before this returns.
     *
     * @param origin says for whom, to those targets that want to know before anything else
     * @param limit how long it may take
     */
    Pending dial(EventLoop loop, Supplier<ProxyHeader> origin, Duration limit, Outcome outcome);

    /** Gives back what is kept for connections to come; connections that are open go on. Any thread may call. */
    default void close() {}

    /** An attempt that is under way. */
    interface Pending {

        /** Gives it up, with all that it took: no outcome will happen. Does nothing once one has. Called on the loop. */
        void cancel();
    }

    /** What became of it. */
    interface Outcome {

        /** The stream belongs to the loop. */
        void connected(ByteStream stream);

        /**
         * Nobody was reached.
         *
         * @param reason a stable word for metrics, such as {@code refused}
         * @param message for a person
         */
        void failed(String reason, String message);
    }
}
