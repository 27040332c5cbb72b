import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;

/** The results API as a Java program calls it: one token for all calls, and patience where the service asks for it. */
final class ResultsApi {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    /** How long before its end a token is replaced. */
    private static final Duration EARLY = Duration.ofSeconds(60);
    /** No Retry-After of this API asks for more. */
    private static final Duration LONGEST_WAIT = Duration.ofHours(1);
    /** Calls made of one that is answered 429 or 503, before the client gives up. */
    private static final int ATTEMPTS = 5;

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final String url;
    private final String basic;
    private String token;
    private Instant replaceAt = Instant.MIN;

    /** Calls the API with the credentials of one client. */
    ResultsApi(String url, String clientId, String clientSecret) {
        this.url = url.replaceAll("/+$", "");
        byte[] credentials = (clientId + ":" + clientSecret).getBytes(StandardCharsets.UTF_8);
        this.basic = "Basic " + Base64.getEncoder().encodeToString(credentials);
    }

    /** Gives the token that is in use; it is kept, and replaced shortly before it expires. */
    private String accessToken() throws InterruptedException {
        if (token == null || !Instant.now().isBefore(replaceAt)) {
            HttpResponse<byte[]> answer = send("GET", "/oauth2/token", basic, null);
            expect(answer, 200);
            Map<?, ?> granted = json(answer);
            token = (String) granted.get("access_token");
            long seconds = ((Number) granted.get("expires_in")).longValue();
            replaceAt = Instant.now().plusSeconds(seconds).minus(EARLY);
        }
        return token;
    }

    /** Makes a call: with a new token after a 401, and again, when Retry-After says, after a 429 or 503. */
    HttpResponse<byte[]> call(String method, String path, Map<String, String> query, String body)
            throws InterruptedException {
        HttpResponse<byte[]> answer = attempt(method, path, query, body);
        if (answer.statusCode() == 401) {
            token = null;
            answer = attempt(method, path, query, body);
        }
        for (int tries = 1; tries < ATTEMPTS && (answer.statusCode() == 429 || answer.statusCode() == 503); tries++) {
            Thread.sleep(retryAfter(answer).toMillis());
            answer = attempt(method, path, query, body);
        }
        return answer;
    }

    private HttpResponse<byte[]> attempt(String method, String path, Map<String, String> query, String body)
            throws InterruptedException {
        String written = query.entrySet().stream()
            .map(one -> encoded(one.getKey()) + "=" + encoded(one.getValue()))
            .collect(Collectors.joining("&"));
        return send(method, path + "?" + written, "Bearer " + accessToken(), body);
    }

    private HttpResponse<byte[]> send(String method, String target, String authorization, String body)
            throws InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + target))
            .timeout(TIMEOUT)
            .header("Authorization", authorization)
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        try {
            return http.send(request.build(), BodyHandlers.ofByteArray());
        } catch (IOException error) {
            String reason = error.getMessage() == null ? error.getClass().getSimpleName() : error.getMessage();
            throw new Unexpected(method + " " + url + target.split("\\?")[0] + ": " + reason);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Insists on one of these statuses; else tells what was answered, in the service's own words. */
    static void expect(HttpResponse<byte[]> answer, int... statuses) {
        if (Arrays.stream(statuses).noneMatch(status -> status == answer.statusCode())) {
            String wanted = Arrays.stream(statuses).mapToObj(String::valueOf).collect(Collectors.joining(" or "));
            String told = text(answer);
            throw new Unexpected(answer.uri().getPath() + ": " + wanted + " expected, " + answer.statusCode()
                + " came: " + told.substring(0, Math.min(told.length(), 300)));
        }
    }

    /** Reads an answer that is a JSON object. */
    static Map<?, ?> json(HttpResponse<byte[]> answer) {
        if (Json.read(text(answer)) instanceof Map<?, ?> object) {
            return object;
        }
        throw new Unexpected(answer.uri().getPath() + " did not answer with a JSON object: is this the results API?");
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    /** Reads how long to wait before the next attempt: the header has seconds, or a date (RFC 9110 section 10.2.3). */
    static Duration retryAfter(HttpResponse<byte[]> answer) {
        String text = answer.headers().firstValue("Retry-After").orElse("");
        Duration wait;
        try {
            wait = text.matches("[0-9]{1,9}")
                ? Duration.ofSeconds(Long.parseLong(text))
                : Duration.between(Instant.now(), ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME));
        } catch (DateTimeParseException error) {
            String told = answer.statusCode() + " with Retry-After \"" + text + "\"";
            throw new Unexpected(told + ": seconds or a date expected");
        }
        Duration least = Duration.ofSeconds(1);
        return wait.compareTo(least) < 0 ? least : wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
    }
}
