package pacsimile.starter;

/** The world of one test. Its client uses the service at {@link #url} with these credentials, without being changed. */
public final class World {
    private static final int FINISHES_SECONDS = 15 * 60;
    private final Mock mock;
    private final String path;
    public final String url;
    public final String tokenEndpoint;
    public final String clientId;
    public final String clientSecret;
    public final String organizationId;

    /** An order of this world. */
    public record Order(String orderId, String studyUid) {}

    World(Mock mock, String made) {
        this.mock = mock;
        path = "/worlds/" + Json.text(made, "world");
        url = mock.url;
        tokenEndpoint = url + Json.text(made, "token_endpoint").substring(Json.text(made, "base_url").length());
        clientId = Json.text(made, "client_id"); // of the first client, which may do everything
        clientSecret = Json.text(made, "client_secret");
        organizationId = Json.text(made, "organization_id");
    }

    /** Calls the control API of this world. The answer is JSON, and so is {@code content}; null is no body. */
    public String call(String method, String below, String content) {
        return mock.call(method, path + below, content);
    }

    /** Submits an order. One that is RECEIVED or PROCESSING completes after fifteen minutes of the world's clock. */
    public Order order(String status) {
        int starts = status.equals("PROCESSING") ? 0 : FINISHES_SECONDS / 2;
        String order = call("POST", "/orders", status.equals("RECEIVED") || status.equals("PROCESSING")
            ? "{\"moves\": {\"starts\": %d, \"finishes\": %d}}".formatted(starts, FINISHES_SECONDS)
            : "{\"status\": \"%s\"}".formatted(status));
        return new Order(Json.text(order, "order_id"), Json.text(order, "study_uid"));
    }

    /** Moves an order: start, progress, finish, fail, cancel or amend. */
    public void move(String orderId, String action) {
        call("POST", "/orders/" + orderId + "/" + action, "{}");
    }

    /** Advances the world's clock. */
    public void advance(long seconds) {
        call("POST", "/clock", "{\"advance\": %d}".formatted(seconds));
    }

    /** Sets a fault that meets the next {@code count} calls of an operation, such as {@code getStatus}. */
    public void fault(String operation, int status, int count) {
        call("POST", "/faults", "{\"effect\": {\"status\": %d}, \"match\": {\"operation\": \"%s\"}, \"limit\": {\"count\": %d}}"
            .formatted(status, operation, count));
    }

    /** How many calls of an operation the journal has. */
    public int calls(String operation) {
        return Integer.parseInt(Json.text(call("GET", "/journal?limit=1&operation=" + operation, null), "count"));
    }

    /** Fails the test if a client of this world made a mistake, or no call. The message says what to do. */
    public void expectGoodClient() {
        String judged = call("GET", "/journal/advice", null);
        if (Json.text(judged, "calls").equals("0")) {
            throw new AssertionError("the client made no call: its base address in this test is " + url);
        }
        String advice = String.join("\n", Json.all(judged, "(?:title|remedy)"));
        if (!advice.isEmpty()) {
            throw new AssertionError(advice);
        }
    }
}
