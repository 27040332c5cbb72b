import java.time.Duration;
import java.util.List;
import java.util.Map;

/** How the provider states of clients, tokens and the clock are made. */
final class AccessStates extends StateAnswers {
    private final Tokens tokens;

    AccessStates(World world, Tokens tokens) {
        super(world);
        this.tokens = tokens;
    }

    /** A client that may have these scopes alone. */
    Map<String, Object> clientWithScopes(Params params) {
        List<String> scopes = params.words("scopes", Params.SCOPES, List.of());
        return answer(newClient(organization(params), scopes));
    }

    /** A client whose next call is refused. */
    Map<String, Object> throttled(Params params) {
        World.Client client = client(params.text("client_id"));
        int status = params.whole("status", 0, 503);
        if (status != 429 && status != 503) {
            throw new Params.Unusable("status is 429 or 503");
        }
        client.refusal = status;
        return answer(client);
    }

    /** The clock has moved ahead. */
    Map<String, Object> timePasses(Params params) {
        if (!params.has("seconds")) {
            throw new Params.Unusable("seconds is missing");
        }
        world.advance(Duration.ofNanos((long) Math.ceil(params.number("seconds", 0) * 1e9)));
        return answer(organization(params), "now", world.now().toString());
    }

    /** A token that expired ten minutes ago. */
    Map<String, Object> expiredToken(Params params) {
        World.Client client = chosen(params);
        Map<String, Object> claims = tokens.claims(client, client.scopes);
        for (String name : List.of("iat", "exp")) {
            claims.put(name, (Double) claims.get(name) - Tokens.LIFETIME - 600);
        }
        return answer(client, "access_token", tokens.issueWith(claims, Map.of()));
    }

    /** A token of which other claims are known; null removes one. */
    Map<String, Object> tokenWith(Params params) {
        World.Client client = chosen(params);
        Map<String, Object> claims = tokens.claims(client, client.scopes);
        claims.putAll(params.object("claims"));
        claims.values().removeIf(java.util.Objects::isNull);
        return answer(client, "access_token", tokens.issueWith(claims, params.object("header")));
    }

    private World.Client chosen(Params params) {
        return params.has("client_id") ? client(params.text("client_id"))
                : newClient(organization(params), Params.SCOPES.subList(0, 3));
    }
}
