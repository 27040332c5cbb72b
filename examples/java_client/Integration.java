import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Plays a whole integration against the results API, and says at once what is not as promised.
 *
 * <pre>
 *     javac -d out *.java
 *     java -cp out Integration --url http://127.0.0.1:8080 --client-id demo-hospital \
 *         --client-secret demo-hospital-secret --organization demo-hospital [order ...]
 * </pre>
 *
 * It waits for an order's report, fetches it, lists what is new, and acknowledges; meanwhile a second order becomes
 * ready, whose report must be in the next listing. Java 17, no packages. Exit status 0: all was as it should be.
 */
public final class Integration {
    /** Orders of the demonstration that move, in the order in which they become ready. */
    private static final List<String> MOVING = List.of("ORD-5QBC5V-000006", "ORD-5QBC5V-000007", "ORD-5QBC5V-000009",
        "ORD-5QBC5V-000010", "ORD-5QBC5V-000011");
    private static final Map<String, String> DEFAULTS = Map.of("url", "http://127.0.0.1:8080",
        "client-id", "demo-hospital", "client-secret", "demo-hospital-secret", "organization", "demo-hospital");
    private static final Set<String> OPEN = Set.of("RECEIVED", "PROCESSING");

    private final ResultsApi api;
    private final String organization;

    private Integration(ResultsApi api, String organization) {
        this.api = api;
        this.organization = organization;
    }

    public static void main(String[] arguments) throws InterruptedException {
        try {
            Map<String, String> options = new HashMap<>(DEFAULTS);
            List<String> orders = read(arguments, options);
            ResultsApi api = new ResultsApi(options.get("url"), options.get("client-id"), options.get("client-secret"));
            new Integration(api, options.get("organization")).integrate(orders.isEmpty() ? MOVING : orders);
            System.out.println("all as it should be");
        } catch (Unexpected | IllegalArgumentException error) {
            System.err.println("integration: " + error.getMessage());
            System.exit(1);
        } catch (ClassCastException | NullPointerException error) {
            System.err.println("integration: an answer lacks what it should have: is this the results API?");
            System.exit(1);
        }
    }

    /** Reads `--name value` and `--name=value` into the options, and gives the rest. */
    private static List<String> read(String[] arguments, Map<String, String> options) {
        List<String> rest = new ArrayList<>();
        for (int n = 0; n < arguments.length; n++) {
            if (!arguments[n].startsWith("--")) {
                rest.add(arguments[n]);
                continue;
            }
            String[] parts = arguments[n].substring(2).split("=", 2);
            check(options.containsKey(parts[0]), arguments[n] + " is not known: there are " + options.keySet());
            check(parts.length == 2 || n + 1 < arguments.length, arguments[n] + " needs a value");
            options.put(parts[0], parts.length == 2 ? parts[1] : arguments[++n]);
        }
        return rest;
    }

    /** Takes over one report, while the next becomes ready between the listing and its acknowledgement. */
    private void integrate(List<String> orders) throws InterruptedException {
        List<String> waiting = underWay(orders);
        String first = waiting.get(0);
        String second = waiting.get(1);
        await(first);
        fetchAll(first);
        List<Map<?, ?>> listed = listing();
        check(names(listed, first), "the report of " + first + " is ready and not listed");
        check(!names(listed, second), second + " was ready before the listing: name an order that takes longer");
        for (Map<?, ?> report : listed) {
            result(Map.of("order_id", (String) report.get("order_id"), "report_type", "json"));
        }
        await(second);
        acknowledgeListing(listed);
        acknowledgeNamed(second);
    }

    /** Finds two orders that are not ready yet. */
    private List<String> underWay(List<String> orders) throws InterruptedException {
        List<String> waiting = new ArrayList<>();
        for (String order : orders) {
            if (OPEN.contains(status(order).get("status"))) {
                waiting.add(order);
            }
        }
        check(waiting.size() >= 2,
            "fewer than two orders are under way: start the mock anew, or name two such orders");
        return waiting;
    }

    private Map<?, ?> status(String order) throws InterruptedException {
        HttpResponse<byte[]> answer = api.call("GET", "/status", Map.of("order_id", order), null);
        ResultsApi.expect(answer, 200);
        return ResultsApi.json(answer);
    }

    /** Polls until the order is COMPLETED; the refusal of its report says when to ask again. */
    private void await(String order) throws InterruptedException {
        Map<?, ?> now = status(order);
        for (; !"COMPLETED".equals(now.get("status")); now = status(order)) {
            Object status = now.get("status");
            check(OPEN.contains(status), order + " ended as " + status + ": there will be no report");
            System.out.println(order + " is " + status + ", " + ((Number) now.get("progress")).intValue() + " %");
            Map<String, String> query = Map.of("order_id", order, "report_type", "json");
            HttpResponse<byte[]> refusal = api.call("GET", "/results", query, null);
            ResultsApi.expect(refusal, 409, 200);
            if (refusal.statusCode() == 409) {
                Thread.sleep(ResultsApi.retryAfter(refusal).toMillis());
            }
        }
        System.out.println(order + " is COMPLETED and offers " + String.join(", ", strings(now, "report_types")));
    }

    private HttpResponse<byte[]> result(Map<String, String> query) throws InterruptedException {
        HttpResponse<byte[]> answer = api.call("GET", "/results", query, null);
        ResultsApi.expect(answer, 200);
        return answer;
    }

    /** Fetches the report in each type, by the order and by its study: it is the same one. */
    private void fetchAll(String order) throws InterruptedException {
        Map<?, ?> known = status(order);
        for (String type : strings(known, "report_types")) {
            String study = (String) known.get("study_uid");
            HttpResponse<byte[]> byOrder = result(Map.of("order_id", order, "report_type", type));
            HttpResponse<byte[]> byStudy = result(Map.of("study_uid", study, "report_type", type));
            check(Arrays.equals(byOrder.body(), byStudy.body()),
                "the " + type + " report differs by order and by study");
            System.out.println("fetched " + byOrder.headers().firstValue("X-Report-Id").orElse("?") + " as " + type
                + ", " + byOrder.body().length + " bytes");
        }
    }

    /** Lists the reports that are not acknowledged yet. */
    private List<Map<?, ?>> listing() throws InterruptedException {
        HttpResponse<byte[]> answer = api.call("GET", "/reports", Map.of("organizationId", organization), null);
        ResultsApi.expect(answer, 200);
        Map<?, ?> content = ResultsApi.json(answer);
        List<Map<?, ?>> reports = new ArrayList<>();
        for (Object report : (List<?>) content.get("reports")) {
            reports.add((Map<?, ?>) report);
        }
        int count = ((Number) content.get("count")).intValue();
        check(count == reports.size(), "count is " + count + ", which is not the list's length");
        System.out.println("listed " + count + " reports");
        return reports;
    }

    private static boolean names(List<Map<?, ?>> reports, String order) {
        return reports.stream().anyMatch(report -> order.equals(report.get("order_id")));
    }

    /** Acknowledges the last listing, or with a body the reports that it names. */
    private List<String> acknowledge(String body) throws InterruptedException {
        HttpResponse<byte[]> answer = api.call("POST", "/reports", Map.of("organizationId", organization), body);
        ResultsApi.expect(answer, 200);
        List<String> acknowledged = strings(ResultsApi.json(answer), "acknowledged");
        System.out.println("acknowledged " + acknowledged.size() + " reports");
        return acknowledged;
    }

    /** Acknowledges without a body: exactly what was listed, once. */
    private void acknowledgeListing(List<Map<?, ?>> listed) throws InterruptedException {
        Set<Object> wanted = new HashSet<>();
        listed.forEach(report -> wanted.add(report.get("report_id")));
        check(new HashSet<Object>(acknowledge(null)).equals(wanted), "another set was acknowledged than listed");
        check(acknowledge(null).isEmpty(), "the same acknowledgement, repeated, took effect again");
    }

    /** Finds the report that became ready in between in the next listing, and acknowledges it by its id. */
    private void acknowledgeNamed(String order) throws InterruptedException {
        List<String> ids = new ArrayList<>();
        for (Map<?, ?> report : listing()) {
            if (order.equals(report.get("order_id"))) {
                ids.add((String) report.get("report_id"));
            }
        }
        check(ids.size() == 1, order + " became ready after the listing, and its report is lost");
        check(acknowledge(Json.write("report_ids", ids)).equals(ids), ids.get(0) + " was not acknowledged");
        check(!names(listing(), order), order + " is listed although acknowledged");
    }

    private static List<String> strings(Map<?, ?> content, String name) {
        check(content.get(name) instanceof List, "an answer lacks " + name + ": is this the results API?");
        return ((List<?>) content.get(name)).stream().map(Objects::toString).toList();
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new Unexpected(otherwise);
        }
    }
}
