import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A refusal of the API, a problem by RFC 9457. */
final class Problem extends RuntimeException {
    private static final String PREFIX = "https://results.invalid/reasons:";
    private static final Map<String, Reason> REASONS = Map.ofEntries(
            Map.entry("invalid-token", new Reason(401, "A valid access token is needed")),
            Map.entry("insufficient-scope", new Reason(403, "The access token lacks the scope of this operation")),
            Map.entry("organization-not-allowed", new Reason(403, "The client may not act for this organization")),
            Map.entry("invalid-parameter", new Reason(400, "A query parameter is missing, unknown or malformed")),
            Map.entry("invalid-body", new Reason(400, "The request body cannot be used")),
            Map.entry("unsupported-media-type",
                    new Reason(415, "The media type of the request body is not supported")),
            Map.entry("body-too-large", new Reason(413, "The request body is too large")),
            Map.entry("not-found", new Reason(404, "There is nothing at this path")),
            Map.entry("order-not-found", new Reason(404, "There is no such order")),
            Map.entry("study-not-found", new Reason(404, "There is no order of this study")),
            Map.entry("study-group-not-found", new Reason(404, "There is no such study group")),
            Map.entry("method-not-allowed", new Reason(405, "The path does not know this method")),
            Map.entry("report-not-ready", new Reason(409, "The report is not ready yet")),
            Map.entry("order-failed", new Reason(409, "Processing failed, there will be no report")),
            Map.entry("order-cancelled", new Reason(409, "The order was cancelled, there will be no report")),
            Map.entry("report-type-not-available", new Reason(404, "The report is not available in this type")),
            Map.entry("too-many-requests", new Reason(429, "Too many requests")),
            Map.entry("service-unavailable", new Reason(503, "The service is unavailable for the moment")),
            Map.entry("internal-error", new Reason(500, "The service failed")));

    final String reason;
    private final String detail;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final Map<String, String> errors = new LinkedHashMap<>();

    private record Reason(int status, String title) {
    }

    /** A refusal for one of the reasons that the description lists; `detail` says what to do. */
    Problem(String reason, String detail) {
        super(reason, null, false, false);
        this.reason = reason;
        this.detail = detail;
    }

    /** Have the answer carry a header besides the usual ones. */
    Problem with(String header, String value) {
        headers.put(header, value);
        return this;
    }

    /** Name a parameter at fault. */
    Problem naming(String parameter, String fault) {
        errors.put(parameter, fault);
        return this;
    }

    /** The answer that tells it; `path` is what was asked for, without its query. */
    Answer answer(String path) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("type", PREFIX + reason);
        body.put("title", REASONS.get(reason).title);
        body.put("status", REASONS.get(reason).status);
        body.put("detail", detail);
        body.put("instance", path);
        if (!errors.isEmpty()) {
            List<Object> faults = errors.entrySet().stream()
                    .<Object>map(error -> Json.object("parameter", error.getKey(), "reason", error.getValue()))
                    .toList();
            body.put("errors", faults);
        }
        Answer answer = new Answer(REASONS.get(reason).status, "application/problem+json", Json.bytes(body));
        answer.headers().putAll(headers);
        return answer;
    }
}
