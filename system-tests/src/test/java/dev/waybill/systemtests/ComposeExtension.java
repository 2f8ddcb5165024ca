package dev.waybill.systemtests;

import java.nio.file.Path;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestWatcher;

/** Builds and starts the containers for all tests of a class, and keeps their logs if one of them fails. */
final class ComposeExtension
        implements ExecutionCondition, BeforeAllCallback, AfterAllCallback, ParameterResolver, TestWatcher {

    private static final Namespace NAMESPACE = Namespace.create(ComposeExtension.class);

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return context.getTestMethod().isPresent() || Compose.isThere()
                ? ConditionEvaluationResult.enabled("")
                : ConditionEvaluationResult.disabled("no Docker engine with compose answers here");
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        Compose compose = new Compose();
        context.getStore(NAMESPACE).put(Compose.class, compose);
        try {
            compose.run("up", "--build", "--detach", "--wait");
        } catch (RuntimeException | Error e) {
            testFailed(context, e);
            throw e;
        }
    }

    @Override
    public void testFailed(ExtensionContext context, Throwable cause) {
        compose(context)
                .keepLogs(Path.of(
                                "target",
                                "system-logs",
                                context.getRequiredTestClass().getSimpleName())
                        .resolve(context.getDisplayName().replaceAll("\\W+", "-"))
                        .toAbsolutePath());
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        compose(context).close();
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Compose.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return compose(context);
    }

    private static Compose compose(ExtensionContext context) {
        return context.getStore(NAMESPACE).get(Compose.class, Compose.class);
    }
}
