package io.socketbridge.sidecar.relay;

import java.lang.reflect.Proxy;
import java.util.List;

/** A stream on which nothing moves, and that writes down what is done to it. */
final class FakeStream {

    private FakeStream() {}

    /** @param calls gets the name and each method that is called */
    static ByteStream named(String name, List<String> calls) {
        return (ByteStream) Proxy.newProxyInstance(
                ByteStream.class.getClassLoader(), new Class<?>[] {ByteStream.class}, (proxy, method, arguments) -> {
                    calls.add(name + " " + method.getName());
                    Class<?> type = method.getReturnType();
                    return type == boolean.class ? (Object) false : type == int.class ? (Object) 0 : null;
                });
    }
}
