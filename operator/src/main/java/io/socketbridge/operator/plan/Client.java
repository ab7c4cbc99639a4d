package io.socketbridge.operator.plan;

import io.socketbridge.contract.SocketType;
import io.socketbridge.contract.UnixAddress;
import io.socketbridge.operator.select.Selector;
import java.util.Optional;

/**
 * A group of pods whose apps connect.
 *
 * @param selector the pods
 * @param type the type of their apps' socket
 * @param path the socket that the sidecar makes there
 * @param mode its permission bits in octal
 * @param pathEnv the environment variable that says the path
 */
public record Client(Selector selector, SocketType type, UnixAddress path, String mode, Optional<String> pathEnv) {

    /** Those whose socket's type is as its address has it. */
    public Client(Selector selector, UnixAddress path, String mode, Optional<String> pathEnv) {
        this(selector, path.type(), path, mode, pathEnv);
    }
}
