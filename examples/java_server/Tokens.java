import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Opaque access tokens. What a JWT would say is kept beside each, and judged as a JWT's claims and header would be. */
final class Tokens {
    static final int LIFETIME = 1200;
    private static final String ISSUER = "urn:example:issuer";
    private static final String AUDIENCE = "urn:example:results";
    private static final Map<String, Object> HEADER = Map.of("typ", "at+jwt", "alg", "ES256", "kid", "first");
    private static final SecureRandom RANDOM = new SecureRandom();
    private final World world;
    private final Map<String, Kept> issued = new HashMap<>();

    /** What is known of a token. */
    private record Kept(Map<String, Object> claims, Map<String, Object> header) {
    }

    /** Who calls with a token, and what it opens. */
    record Caller(World.Client client, Set<String> scopes) {
    }

    Tokens(World world) {
        this.world = world;
    }

    /** A value that nobody can guess. */
    static String drawn() {
        byte[] bytes = new byte[24];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** A token of this client, for `LIFETIME` seconds from now on. */
    String issue(World.Client client, List<String> scopes) {
        if (Defects.on("new-token-ends-older")) {
            issued.values().removeIf(kept -> client.id.equals(kept.claims.get("client_id")));
        }
        return keep(claims(client, scopes), HEADER);
    }

    /** What a token says of its client. */
    Map<String, Object> claims(World.Client client, List<String> scopes) {
        double now = seconds(world.now());
        return Json.object("iss", ISSUER, "aud", AUDIENCE, "client_id", client.id, "sub", client.id,
                "scope", String.join(" ", scopes), "iat", now, "exp", now + LIFETIME);
    }

    /** A token of which these claims are known, and a header in which these members are other or, with null, absent. */
    String issueWith(Map<String, Object> claims, Map<String, Object> header) {
        Map<String, Object> merged = new HashMap<>(HEADER);
        merged.putAll(header);
        merged.values().removeIf(Objects::isNull);
        return keep(claims, merged);
    }

    private String keep(Map<String, Object> claims, Map<String, Object> header) {
        String token = drawn();
        issued.put(token, new Kept(claims, header));
        return token;
    }

    /** Who calls with this token; null where it opens nothing. */
    Caller verify(String token) {
        Kept kept = issued.get(token);
        if (kept == null || !kept.header.equals(HEADER) || !ISSUER.equals(kept.claims.get("iss"))) {
            return null;
        }
        Object audience = kept.claims.get("aud");
        boolean here = AUDIENCE.equals(audience) || audience instanceof List<?> list && list.contains(AUDIENCE);
        boolean inTime = within(kept.claims.get("exp"), kept.claims.getOrDefault("nbf", 0.0));
        if (!here || !inTime || !(kept.claims.get("scope") instanceof String scope)) {
            return null;
        }
        World.Client client = world.clients.get(String.valueOf(kept.claims.get("client_id")));
        return client == null ? null : new Caller(client, new HashSet<>(List.of(scope.split(" "))));
    }

    private boolean within(Object expires, Object notBefore) {
        double now = seconds(world.now());
        if (!(expires instanceof Number until) || !(notBefore instanceof Number from)) {
            return false;
        }
        boolean begun = now >= from.doubleValue() || Defects.on("not-before-is-ignored");
        return begun && now < until.doubleValue();
    }

    private static double seconds(Instant instant) {
        return instant.getEpochSecond() + instant.getNano() / 1e9;
    }
}
