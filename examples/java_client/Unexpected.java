/** The service did something else than its description says; the message says what. */
final class Unexpected extends RuntimeException {
    private static final long serialVersionUID = 1;

    Unexpected(String message) {
        super(message);
    }
}
