import com.sun.net.httpserver.HttpExchange;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Every operation, and the one order in which a call is checked: path, method, token, scope, query, body, the rest. */
final class Api {
    private static final Map<String, List<String>> METHODS = Map.of(
            "/oauth2/token", List.of("GET", "POST"),
            "/status", List.of("GET"),
            "/orderId", List.of("GET"),
            "/results", List.of("GET"),
            "/report", List.of("GET"),
            "/reports", List.of("GET", "POST"),
            "/states", List.of("POST"));
    private static final String REALM = "Bearer realm=\"results\"";
    private final World world;
    private final Tokens tokens;
    private final Grants grants;
    private final Inbox inbox;
    private final States states;
    private final Map<Object, String> tokenOfConnection = new HashMap<>();

    Api(World world, Tokens tokens, States states) {
        this.world = world;
        this.tokens = tokens;
        this.grants = new Grants(world, tokens);
        this.inbox = new Inbox(world);
        this.states = states;
    }

    /** Answer a call. Calls take effect one by one. */
    Answer answer(Call call) {
        String path = call.path();
        synchronized (world) {
            try {
                return routed(call, path);
            } catch (Problem problem) {
                return problem.answer(METHODS.containsKey(path) ? path : "/");
            }
        }
    }

    /** Method and path of a call, of a path that there is: others may hold anything. */
    static String operation(HttpExchange exchange) {
        String path = exchange.getRequestURI().getRawPath();
        return exchange.getRequestMethod() + " " + (METHODS.containsKey(path) ? path : "elsewhere");
    }

    private Answer routed(Call call, String path) {
        List<String> methods = METHODS.get(path);
        if (methods == null) {
            throw new Problem("not-found", "Check the address.");
        }
        String allowed = String.join(", ", methods) + ", OPTIONS";
        if (call.method().equals("OPTIONS")) {
            Answer answer = new Answer(200, null, new byte[0]);
            answer.headers().put("Allow", allowed);
            return answer;
        }
        if (!methods.contains(call.method())) {
            throw new Problem("method-not-allowed", "Use one of the methods that Allow names.").with("Allow", allowed);
        }
        return switch (path) {
            case "/oauth2/token" -> token(call);
            case "/status" -> status(call);
            case "/orderId" -> orderIds(call);
            case "/results" -> results(call);
            case "/report" -> groupReport(call);
            case "/reports" -> call.method().equals("GET") ? list(call) : acknowledge(call);
            default -> states.answer(call);
        };
    }

    private Answer token(Call call) {
        if (call.method().equals("POST")) {
            call.wholeBody();
        }
        return grants.grant(call);
    }

    private Answer status(Call call) {
        World.Client client = authorized(call, "status.read", Set.of());
        World.Order order = world.selected(client.organization, Query.readSelector(call.rawQuery(), Set.of()));
        boolean moved = Defects.on("amendment-moves-completion") && order.completedAt != null;
        return Answer.json(Json.object(
                "order_id", order.id,
                "study_uid", order.studyUid,
                "study_group", order.studyGroup,
                "status", order.status,
                "progress", order.progress,
                "report_types", order.offered(),
                "created_at", order.written(order.createdAt),
                "updated_at", order.written(order.updatedAt),
                "completed_at", order.completedAt == null ? null
                        : order.written(moved ? order.newest().completedAt() : order.completedAt)));
    }

    private Answer orderIds(Call call) {
        World.Client client = authorized(call, "status.read", Set.of());
        String studyUid = Query.read(call.rawQuery(), Set.of("study_uid"), Set.of()).get("study_uid");
        List<String> ids = world.ofStudy(client.organization, studyUid).stream().map(order -> order.id).toList();
        if (Defects.on("hundred-order-ids") && ids.size() > 100) {
            ids = ids.subList(0, 100);
        }
        return Answer.json(Json.object("study_uid", studyUid, "order_ids", ids));
    }

    private Answer results(Call call) {
        World.Client client = authorized(call, "reports.read", Set.of("report_type"));
        Map<String, String> query = Query.readSelector(call.rawQuery(), Set.of("report_type"));
        World.Order order = world.selected(client.organization, query);
        String type = query.get("report_type");
        Documents.check(order, type);
        World.Report report = order.newest();
        if (Defects.on("pdf-acknowledges") && type.equals("pdf")) {
            client.organization.acknowledged.add(report);
        }
        Answer answer = document(type, Documents.rendered(Content.of(report), type), report.id());
        answer.headers().put("X-Order-Id", order.id);
        answer.headers().put("X-Report-Id", report.id());
        return answer;
    }

    private Answer groupReport(Call call) {
        Set<String> names = Set.of("study_group", "report_type");
        World.Client client = authorized(call, "reports.read", names);
        Map<String, String> query = Query.read(call.rawQuery(), names, Set.of());
        List<World.Order> orders = new ArrayList<>(world.ofGroup(client.organization, query.get("study_group")));
        String type = query.get("report_type");
        Groups.check(orders, type);
        return document(type, Groups.rendered(orders, type), "study-group");
    }

    private Answer list(Call call) {
        World.Client client = authorized(call, "reports.read", Set.of("organizationId"));
        Map<String, String> query = Query.read(call.rawQuery(), Set.of("organizationId"), Set.of("limit"));
        if (Defects.on("foreign-queue-is-empty") && !query.get("organizationId").equals(client.organization.id)) {
            return Answer.json(Json.object("organization_id", query.get("organizationId"), "count", 0,
                    "reports", List.of()));
        }
        checkOrganization(client, query);
        return inbox.list(client, query.get("limit"));
    }

    private Answer acknowledge(Call call) {
        World.Client client = authorized(call, "reports.ack", Set.of("organizationId"));
        Map<String, String> query = Query.read(call.rawQuery(), Set.of("organizationId"), Set.of());
        Object body = call.json();
        checkOrganization(client, query);
        return body == null ? inbox.acknowledgeListing(client) : inbox.acknowledgeNamed(client, body);
    }

    private static void checkOrganization(World.Client client, Map<String, String> query) {
        if (!query.get("organizationId").equals(client.organization.id)) {
            throw new Problem("organization-not-allowed", "Use the organization that this client belongs to.");
        }
    }

    /** The client that calls, if its token has this scope. */
    private World.Client authorized(Call call, String scope, Set<String> required) {
        String token = bearer(call);
        if (Defects.on("connection-keeps-token")) {
            Object connection = call.exchange().getRemoteAddress();
            token = token == null ? tokenOfConnection.get(connection) : token;
            tokenOfConnection.put(connection, token);
        }
        if (token == null) {
            throw new Problem("invalid-token", "Send a token as Authorization: Bearer.")
                    .with("WWW-Authenticate", REALM);
        }
        Tokens.Caller caller = tokens.verify(token);
        if (caller == null) {
            throw invalidToken("Get a new token from the token endpoint.");
        }
        meetRefusal(caller.client());
        if (Defects.on("query-before-scope") && call.method().equals("GET")) {
            Query.read(call.rawQuery(), required, Set.of("order_id", "study_uid", "limit"));
        }
        boolean reading = Defects.on("reading-may-acknowledge") && caller.scopes().contains("reports.read");
        if (!caller.scopes().contains(scope) && !(reading && scope.equals("reports.ack"))) {
            throw new Problem("insufficient-scope", "Get a token with " + scope + ".")
                    .with("WWW-Authenticate", REALM + ", error=\"insufficient_scope\", scope=\"" + scope + "\"");
        }
        return caller.client();
    }

    /** The token of the Authorization header; null if none was sent. Another scheme counts as none. */
    private static String bearer(Call call) {
        List<String> headers = call.headers("Authorization");
        if (headers.size() > 1) {
            throw invalidToken("Send one Authorization header.");
        }
        String[] parts = (headers.isEmpty() ? "" : headers.get(0)).split(" +", 2);
        return parts.length == 2 && parts[0].equalsIgnoreCase("Bearer") ? parts[1].strip() : null;
    }

    private static Problem invalidToken(String detail) {
        return new Problem("invalid-token", detail).with("WWW-Authenticate", REALM + ", error=\"invalid_token\"");
    }

    private static void meetRefusal(World.Client client) {
        int refusal = client.refusal;
        client.refusal = 0;
        if (refusal != 0) {
            throw new Problem(refusal == 429 ? "too-many-requests" : "service-unavailable",
                    "Wait as long as Retry-After says.").with("Retry-After", "2");
        }
    }

    private static Answer document(String type, byte[] body, String name) {
        Answer answer = new Answer(200, Documents.MEDIA_TYPES.get(type), body);
        String extension = type.equals("fhir") ? "fhir.json" : type.equals("hl7v2") ? "hl7" : type;
        answer.headers().put("Content-Disposition", "attachment; filename=\"" + name + "." + extension + "\"");
        answer.headers().put("Content-Digest", "sha-256=:" + digest("SHA-256", body) + ":");
        return answer;
    }

    /** A digest in base64. */
    static String digest(String algorithm, byte[] body) {
        try {
            return Base64.getEncoder().encodeToString(MessageDigest.getInstance(algorithm).digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
