package dev.waybill.systemtests;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestWatcher;
import org.junit.platform.commons.support.AnnotationSupport;

/** Starts one system for all tests of a class, hands it to them, and keeps its logs if one of them fails. */
final class SystemExtension implements BeforeAllCallback, AfterAllCallback, ParameterResolver, TestWatcher {

    /** A variable for the services of a class's system. */
    @Retention(RetentionPolicy.RUNTIME)
    @interface Environment {
        String name();

        String value();
    }

    private static final Namespace NAMESPACE = Namespace.create(SystemExtension.class);

    @Override
    public void beforeAll(ExtensionContext context) {
        WaybillSystem system =
                new WaybillSystem(AnnotationSupport.findAnnotation(context.getRequiredTestClass(), Environment.class)
                        .map(given -> Map.of(given.name(), given.value()))
                        .orElse(Map.of()));
        context.getStore(NAMESPACE).put(WaybillSystem.class, system);
        try {
            system.start();
        } catch (RuntimeException | Error e) {
            testFailed(context, e);
            throw e;
        }
    }

    @Override
    public void testFailed(ExtensionContext context, Throwable cause) {
        // At once: the logs of what came later help nobody.
        system(context)
                .keepLogs(Path.of(
                                "target",
                                "system-logs",
                                context.getRequiredTestClass().getSimpleName())
                        .resolve(context.getTestMethod()
                                .map(method -> method.getName())
                                .orElse("start"))
                        .toAbsolutePath());
    }

    @Override
    public void afterAll(ExtensionContext context) {
        system(context).close();
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == WaybillSystem.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return system(context);
    }

    private static WaybillSystem system(ExtensionContext context) {
        return context.getStore(NAMESPACE).get(WaybillSystem.class, WaybillSystem.class);
    }
}
