import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Ways of being wrong on purpose, by which the contract tests are tested: the README says what each does. */
final class Defects {
    static final List<String> NAMES = List.of(
            "secret-in-any-case", "repeated-scope-counts", "not-before-is-ignored", "reading-may-acknowledge",
            "query-before-scope", "new-token-ends-older", "tie-to-the-earlier", "parameters-in-any-case",
            "amendment-moves-completion", "hundred-order-ids", "leading-zeros-in-uid", "not-offered-comes-first",
            "pdf-acknowledges", "fhir-in-centimetres", "hl7-stays-final", "received-does-not-delay",
            "bad-id-halts-halfway", "watermark", "foreign-queue-is-empty", "connection-keeps-token");
    private static final Set<String> SWITCHED_ON = new HashSet<>();

    private Defects() {
    }

    /** Switch a defect on. */
    static void switchOn(String name) {
        if (!NAMES.contains(name)) {
            throw new IllegalArgumentException("there is no defect " + name + ", only " + String.join(", ", NAMES));
        }
        SWITCHED_ON.add(name);
    }

    /** Whether the server is wrong in this way. */
    static boolean on(String name) {
        return SWITCHED_ON.contains(name);
    }
}
