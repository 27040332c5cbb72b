import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The token endpoint: client credentials, by HTTP Basic or in a form. */
final class Grants {
    private final World world;
    private final Tokens tokens;

    Grants(World world, Tokens tokens) {
        this.world = world;
        this.tokens = tokens;
    }

    /** A refusal by RFC 6749 section 5.2. */
    private static final class Refusal extends Exception {
        final String error;

        Refusal(String error, String description) {
            super(description);
            this.error = error;
        }
    }

    private record Credentials(String id, String secret) {
    }

    /** The answer to a token request. */
    Answer grant(Call call) {
        try {
            return granted(call);
        } catch (Refusal refusal) {
            int status = refusal.error.equals("invalid_client") ? 401 : 400;
            Answer answer = new Answer(status, "application/json",
                    Json.bytes(Json.object("error", refusal.error, "error_description", refusal.getMessage())));
            if (status == 401) {
                answer.headers().put("WWW-Authenticate", "Basic realm=\"results\", charset=\"UTF-8\"");
            }
            return answer;
        }
    }

    private Answer granted(Call call) throws Refusal {
        Map<String, String> given = parameters(call);
        List<Credentials> basic = basic(call);
        if (basic != null && given.containsKey("client_secret")) {
            throw new Refusal("invalid_request", "Send the credentials by Basic or in the form, not both.");
        }
        World.Client client = client(basic != null ? basic
                : List.of(new Credentials(given.get("client_id"), given.getOrDefault("client_secret", ""))));
        if (client == null) {
            throw new Refusal("invalid_client", "Check the client id and its secret.");
        }
        if (basic != null && given.containsKey("client_id")
                && basic.stream().noneMatch(reading -> reading.id.equals(given.get("client_id")))) {
            throw new Refusal("invalid_request", "Basic names another client than client_id.");
        }
        if (!given.get("grant_type").equals("client_credentials")) {
            throw new Refusal("unsupported_grant_type", "Send grant_type=client_credentials.");
        }
        List<String> scopes = scopes(client, given.get("scope"));
        return Answer.json(Json.object("access_token", tokens.issue(client, scopes), "token_type", "Bearer",
                "expires_in", Tokens.LIFETIME, "scope", String.join(" ", scopes)));
    }

    /** The parameters: of the query for GET, of the form for POST. Those without a value count as left out. */
    private static Map<String, String> parameters(Call call) throws Refusal {
        boolean post = call.method().equals("POST");
        if (call.rawQuery() != null && call.rawQuery().matches("(?s)(.*&)?client_secret=[^&].*")) {
            throw new Refusal("invalid_request", "Never put the secret into the URL. Change it now: logs have it.");
        }
        String raw = call.rawQuery();
        if (post) {
            boolean form = call.mediaType().equals("application/x-www-form-urlencoded");
            if (!form || call.header("Content-Encoding") != null) {
                throw new Refusal("invalid_request", "Send a form, application/x-www-form-urlencoded.");
            }
            raw = new String(call.body(), StandardCharsets.ISO_8859_1);
        }
        Map<String, String> given = single(raw);
        if (!post) {
            given.putIfAbsent("grant_type", "client_credentials");
        } else if (!given.containsKey("grant_type")) {
            throw new Refusal("invalid_request", "Send grant_type=client_credentials.");
        }
        return given;
    }

    private static Map<String, String> single(String raw) throws Refusal {
        Map<String, String> given = new HashMap<>();
        try {
            for (Query.Pair pair : Query.pairs(raw)) {
                boolean tolerated = Defects.on("repeated-scope-counts") && pair.name().equals("scope");
                if (given.put(pair.name(), pair.value()) != null && !tolerated) {
                    throw new Refusal("invalid_request", "Send each parameter once.");
                }
            }
        } catch (IllegalArgumentException e) {
            throw new Refusal("invalid_request", "Encode the parameters as a form of UTF-8.");
        }
        given.values().removeIf(String::isEmpty);
        return given;
    }

    /** What the Authorization header may mean, raw and form-urlencoded; null if Basic was not tried. */
    private static List<Credentials> basic(Call call) throws Refusal {
        List<String> headers = call.headers("Authorization");
        if (headers.size() > 1) {
            throw new Refusal("invalid_request", "Send one Authorization header.");
        }
        if (headers.isEmpty() || !headers.get(0).toLowerCase(Locale.ROOT).matches("basic( .*)?")) {
            return null;
        }
        List<Credentials> readings = new ArrayList<>();
        try {
            byte[] bytes = Base64.getDecoder().decode(headers.get(0).substring(5).trim());
            String text = new String(bytes, StandardCharsets.UTF_8);
            int colon = text.indexOf(':');
            if (colon >= 0) {
                String id = text.substring(0, colon);
                String secret = text.substring(colon + 1);
                readings.add(new Credentials(id, secret));
                readings.add(new Credentials(Query.decoded(id), Query.decoded(secret)));
            }
        } catch (IllegalArgumentException e) {
            return readings;
        }
        return readings;
    }

    private World.Client client(List<Credentials> readings) {
        for (Credentials reading : readings) {
            World.Client client = world.clients.get(reading.id);
            if (client != null && same(client.secret, reading.secret)) {
                return client;
            }
        }
        return null;
    }

    private static boolean same(String expected, String given) {
        if (Defects.on("secret-in-any-case")) {
            return expected.equalsIgnoreCase(given);
        }
        return MessageDigest.isEqual(expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> scopes(World.Client client, String wanted) throws Refusal {
        if (wanted == null) {
            return client.scopes;
        }
        List<String> asked = List.copyOf(new LinkedHashSet<>(List.of(wanted.strip().split(" +"))));
        if (!client.scopes.containsAll(asked)) {
            throw new Refusal("invalid_scope", "This client may have " + String.join(" ", client.scopes) + ".");
        }
        return asked;
    }
}
