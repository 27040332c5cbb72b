package pacsimile.starter;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The world of one test. Its client uses the service at {@link #url} with these credentials, without being changed. */
public final class World {
    private static final int FINISHES_SECONDS = 15 * 60;
    private final Mock mock;
    private final String name;
    public final String url;
    public final String tokenEndpoint;
    public final String clientId;
    public final String clientSecret;
    public final String organizationId;

    World(Mock mock, Map<String, Object> fields) {
        this.mock = mock;
        this.name = (String) fields.get("world");
        this.url = mock.url;
        this.tokenEndpoint = mock.url
            + ((String) fields.get("token_endpoint")).substring(((String) fields.get("base_url")).length());
        Map<?, ?> client = (Map<?, ?>) ((List<?>) fields.get("clients")).get(0);
        this.clientId = (String) client.get("client_id");
        this.clientSecret = (String) client.get("client_secret");
        this.organizationId = (String) client.get("organization_id");
    }

    /** Calls the control API of this world; {@code content} is JSON, or null for no body. */
    public Map<String, Object> call(String method, String path, String content) {
        return mock.call(method, "/worlds/" + name + path, content);
    }

    /** Submits an order. One that is RECEIVED or PROCESSING completes after fifteen minutes of the world's clock. */
    public Map<String, Object> order(String status) {
        Map<String, Object> order = new LinkedHashMap<>();
        if (status.equals("RECEIVED") || status.equals("PROCESSING")) {
            int starts = status.equals("PROCESSING") ? 0 : FINISHES_SECONDS / 2;
            order.put("moves", Map.of("starts", starts, "finishes", FINISHES_SECONDS));
        } else {
            order.put("status", status);
        }
        return call("POST", "/orders", Json.write(order));
    }

    /** Moves an order: start, progress, finish, fail, cancel or amend. */
    public void move(String orderId, String action) {
        call("POST", "/orders/" + encoded(orderId) + "/" + action, "{}");
    }

    /** Advances the world's clock. */
    public void advance(long seconds) {
        call("POST", "/clock", Json.write(Map.of("advance", seconds)));
    }

    /** Sets a fault that meets the next {@code count} calls of an operation, such as {@code getStatus}. */
    public void fault(String operation, int status, int count) {
        call("POST", "/faults", Json.write(Map.of("effect", Map.of("status", status),
            "match", Map.of("operation", operation), "limit", Map.of("count", count))));
    }

    /** How many calls of an operation the journal has. */
    public int calls(String operation) {
        return ((Number) call("GET", "/journal?limit=1&operation=" + encoded(operation), null).get("count")).intValue();
    }

    /** Fails the test if a client of this world made a mistake, or no call. The message says what to do. */
    public void expectGoodClient() {
        Map<String, Object> judged = call("GET", "/journal/advice", null);
        if (((Number) judged.get("calls")).intValue() == 0) {
            throw new AssertionError("the client made no call: its base address in this test is " + url);
        }
        StringBuilder words = new StringBuilder();
        for (Object advice : (List<?>) judged.get("advice")) {
            words.append(((Map<?, ?>) advice).get("title")).append(": ").append(((Map<?, ?>) advice).get("remedy")).append('\n');
        }
        if (words.length() > 0) {
            throw new AssertionError(words.toString().strip());
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
