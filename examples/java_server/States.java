import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Provider states: `POST /states` brings this environment into the state that a test asks for. */
final class States {
    private final String token;
    private final Map<String, State> states;

    /** A state: the params that it knows, and how it is made. */
    private record State(Set<String> params, Function<Params, Map<String, Object>> maker) {
    }

    States(World world, Tokens tokens, String token) {
        this.token = token;
        OrderStates orders = new OrderStates(world);
        AccessStates access = new AccessStates(world, tokens);
        this.states = Map.ofEntries(
                Map.entry("fresh_organization", new State(
                        Set.of("ready_reports", "completed_seconds", "offsets"), orders::freshOrganization)),
                Map.entry("other_organization", new State(Set.of(), orders::otherOrganization)),
                Map.entry("order_in_status", new State(
                        Set.of("status", "study_uid", "study_group", "report_types"), orders::orderInStatus)),
                Map.entry("study_with_orders", new State(
                        Set.of("statuses", "seconds", "offsets", "submitted"), orders::studyWithOrders)),
                Map.entry("study_shared_between_organizations", new State(
                        Set.of("statuses", "newer"), orders::sharedStudy)),
                Map.entry("study_group", new State(Set.of("statuses"), orders::studyGroup)),
                Map.entry("study_group_shared_between_organizations", new State(
                        Set.of("statuses", "other_statuses"), orders::sharedGroup)),
                Map.entry("report_becomes_ready", new State(
                        Set.of("study_uid", "completed_seconds_ago", "unready"), orders::reportBecomesReady)),
                Map.entry("report_amended", new State(Set.of("report_id"), orders::reportAmended)),
                Map.entry("order_advanced", new State(
                        Set.of("order_id", "status", "progress"), orders::orderAdvanced)),
                Map.entry("client_with_scopes", new State(Set.of("scopes"), access::clientWithScopes)),
                Map.entry("throttled", new State(Set.of("client_id", "status"), access::throttled)),
                Map.entry("time_passes", new State(Set.of("seconds"), access::timePasses)),
                Map.entry("expired_token", new State(Set.of("client_id"), access::expiredToken)),
                Map.entry("token_with", new State(Set.of("claims", "header", "client_id"), access::tokenWith)));
    }

    /** Make a state. */
    Answer answer(Call call) {
        String header = call.header("Authorization");
        byte[] expected = ("Bearer " + token).getBytes(StandardCharsets.UTF_8);
        if (header == null || !MessageDigest.isEqual(expected, header.getBytes(StandardCharsets.UTF_8))) {
            return refused(401, "the states token is needed");
        }
        Object asked = call.json();
        if (!(asked instanceof Map<?, ?> members) || !(members.get("state") instanceof String name)) {
            return refused(400, "send {\"state\": ..., \"params\": {...}, \"action\": \"setup\"}");
        }
        State state = states.get(name);
        if (state == null) {
            return refused(404, "this state is not offered");
        }
        if ("teardown".equals(members.get("action"))) {
            return Answer.json(Map.of());
        }
        try {
            Object params = members.containsKey("params") ? members.get("params") : Map.of();
            return Answer.json(state.maker.apply(new Params(params, state.params)));
        } catch (Params.Unusable e) {
            return refused(400, e.getMessage());
        }
    }

    private static Answer refused(int status, String reason) {
        return new Answer(status, "application/json", Json.bytes(Json.object("error", reason)));
    }
}
