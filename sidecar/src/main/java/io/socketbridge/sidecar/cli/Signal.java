package io.socketbridge.sidecar.cli;

import java.lang.reflect.Proxy;

/**
 * A signal that the process may be sent.
 *
 * <p>A shutdown hook does not do: beside it runs Quarkus' own, which at once ends the log. So this is {@code sun.misc.Signal}, which every
 * JVM has; by its name, since the compiler warns of it.
 *
 * @param name without {@code SIG}
 */
record Signal(String name) {

    private static final String HANDLER = "sun.misc.SignalHandler";

    /** Has the process do this, on a thread of the JVM's, each time that it is sent the signal, and nothing else. */
    void handle(Runnable action) {
        try {
            Class<?> handler = Class.forName(HANDLER);
            install(
                    handler,
                    Proxy.newProxyInstance(
                            Signal.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                                if (method.getName().equals("handle")) {
                                    action.run();
                                }
                                return method.getReturnType() == boolean.class ? (Object) false : null;
                            }));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("SIG" + name + " cannot be handled by this JVM", e);
        }
    }

    private void install(Class<?> handlerType, Object handler) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        signal.getMethod("handle", signal, handlerType)
                .invoke(null, signal.getConstructor(String.class).newInstance(name), handler);
    }
}
