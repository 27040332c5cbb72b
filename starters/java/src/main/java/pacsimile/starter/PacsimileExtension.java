package pacsimile.starter;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives each test that has a parameter of the type {@link World} a world of its own: credentials, orders, clock, journal.
 *
 * <p>The mock starts before the first such test and stops after the last test of the run. Use it with
 * {@code @ExtendWith(PacsimileExtension.class)}.
 */
public final class PacsimileExtension implements ParameterResolver {
    private static final Namespace OURS = Namespace.create(PacsimileExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == World.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Running running = context.getRoot().getStore(OURS)
            .getOrComputeIfAbsent("mock", key -> new Running(Mock.start()), Running.class);
        return context.getStore(OURS).getOrComputeIfAbsent("world", key -> running.mock.world("empty"), World.class);
    }

    /** JUnit closes what its stores hold. */
    private static final class Running implements ExtensionContext.Store.CloseableResource {
        private final Mock mock;

        Running(Mock mock) {
            this.mock = mock;
        }

        @Override
        public void close() {
            mock.close();
        }
    }
}
