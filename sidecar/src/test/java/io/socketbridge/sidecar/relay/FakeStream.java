package io.socketbridge.sidecar.relay;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** Streams without a socket. */
final class FakeStream {

    private FakeStream() {}

    /**
     * One that answers as it is told, and else with 0 or false.
     *
     * @param answers by method
     */
    static ByteStream answering(Map<String, IntSupplier> answers) {
        return proxy((method, type) -> {
            IntSupplier answer = answers.get(method);
            return answer == null ? nothing(type) : (Object) answer.getAsInt();
        });
    }

    /**
     * One on which nothing moves, and that writes down what is done to it.
     *
     * @param calls gets the name and each method that is called
     */
    static ByteStream named(String name, List<String> calls) {
        return proxy((method, type) -> {
            calls.add(name + " " + method);
            return nothing(type);
        });
    }

    private static ByteStream proxy(BiFunction<String, Class<?>, @Nullable Object> answer) {
        return (ByteStream) Proxy.newProxyInstance(
                ByteStream.class.getClassLoader(),
                new Class<?>[] {ByteStream.class},
                (proxy, method, arguments) -> answer.apply(method.getName(), method.getReturnType()));
    }

    private static @Nullable Object nothing(Class<?> type) {
        return type == boolean.class ? (Object) false : type == int.class ? (Object) 0 : null;
    }
}
