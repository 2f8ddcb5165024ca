package dev.waybill.outbox.relay;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;

/** Stands between the relay and its servers, and counts what the relay does. */
class Fault {

    /** The process has been killed: nothing that this instance does from now on has an effect. */
    static final class Killed extends RuntimeException {}

    final AtomicBoolean killed = new AtomicBoolean();
    final AtomicInteger steps = new AtomicInteger();

    boolean dead() {
        return killed.get();
    }

    /** Before a step takes effect; and after it has, but before the relay hears of it. */
    void around(boolean before) {}

    Exception refuse(int send) {
        return null;
    }

    Connection wrap(Connection connection) {
        return proxy(Connection.class, connection, (proxy, method, arguments) -> {
            Object result = method.invoke(connection, arguments);
            return result instanceof Statement statement
                    ? proxy(method.getReturnType(), statement, step(statement))
                    : result;
        });
    }

    private InvocationHandler step(Object target) {
        return (proxy, method, arguments) -> {
            if (!method.getName().startsWith("execute")) {
                return method.invoke(target, arguments);
            }
            check();
            around(true);
            Object result = method.invoke(target, arguments);
            around(false);
            return result;
        };
    }

    private void check() {
        if (killed.get()) {
            throw new Killed();
        }
    }

    private final AtomicInteger sends = new AtomicInteger();

    @SuppressWarnings("unchecked")
    Producer<byte[], byte[]> wrap(Producer<byte[], byte[]> producer) {
        return proxy(Producer.class, producer, (proxy, method, arguments) -> {
            if (!method.getName().equals("send") || arguments.length != 2) {
                return method.invoke(producer, arguments);
            }
            check();
            around(true);
            Callback callback = (Callback) arguments[1];
            Exception refusal = refuse(sends.incrementAndGet());
            Future<RecordMetadata> result;
            if (refusal != null) {
                // As a broker does it: later, when others may have been sent meanwhile.
                CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS)
                        .execute(() -> callback.onCompletion(null, refusal));
                result = CompletableFuture.failedFuture(refusal);
            } else {
                arguments[1] = (Callback) (metadata, error) -> {
                    if (!killed.get()) { // a dead process hears no acknowledgement
                        callback.onCompletion(metadata, error);
                    }
                };
                result = (Future<RecordMetadata>) method.invoke(producer, arguments);
            }
            around(false);
            return result;
        });
    }

    @SuppressWarnings("unchecked")
    private static <T> T proxy(Class<?> type, Object target, InvocationHandler handler) {
        return (T) Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
            try {
                return handler.invoke(proxy, method, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        });
    }
}
