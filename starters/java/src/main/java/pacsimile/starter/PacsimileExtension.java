package pacsimile.starter;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives each test that has a parameter of the type {@link World} a world of its own: credentials, orders, clock, journal.
 *
 * <p>The mock starts before the first such test and stops after the last test of the run.
 */
public final class PacsimileExtension implements ParameterResolver {
    private static final ExtensionContext.Namespace OURS = ExtensionContext.Namespace.create(PacsimileExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == World.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Store ofRun = context.getRoot().getStore(OURS);
        Mock mock = ofRun.getOrComputeIfAbsent("mock", key -> Mock.start(), Mock.class);
        ofRun.getOrComputeIfAbsent("stop", key -> (Store.CloseableResource) mock::close); // JUnit closes what it stores
        return context.getStore(OURS).getOrComputeIfAbsent("world", key -> mock.world("empty"), World.class);
    }
}
