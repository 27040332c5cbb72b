import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;

/**
 * Fetches every report that waits into a folder, and acknowledges what was stored: on the JDK's own HttpClient.
 *
 * <pre>
 * javac -d build/good_clients -sourcepath examples/java_client examples/good_clients/Results.java
 * java -cp build/good_clients Results FOLDER [--poll] [--order ORDER_ID]
 * </pre>
 *
 * The environment says where and who: API_URL, TOKEN_URL, CLIENT_ID, CLIENT_SECRET, ORGANIZATION_ID. `--order` waits for
 * that order first. `--poll` stays, and looks again after a pause. Exit status 0: nothing waits any more; 1: the service
 * could not be used, and one line says why.
 */
class Results {
    static final Duration TIMEOUT = Duration.ofSeconds(30);
    /** Seconds before its end at which a token is replaced. */
    static final int EARLY = 60;
    /** Attempts at a call that fails for now, before the program gives up. */
    static final int ATTEMPTS = 8;
    /** Seconds of the first pause. Each further one is twice as long. */
    static final double FIRST_PAUSE = Double.parseDouble(System.getenv().getOrDefault("FIRST_PAUSE", "2"));
    /** Seconds up to which pauses grow. */
    static final double LONGEST_PAUSE = 300;
    /** Reports that a listing has at most. */
    static final int LIMIT = 100;

    /** The service did not do what was asked. The message says what it did. */
    static final class GivenUp extends RuntimeException {
        private static final long serialVersionUID = 1;

        GivenUp(String message) {
            super(message);
        }
    }

    final String apiUrl = variable("API_URL").replaceAll("/+$", "");
    final String tokenUrl = variable("TOKEN_URL");
    final String credentials = variable("CLIENT_ID") + ":" + variable("CLIENT_SECRET");
    final String organizationId = variable("ORGANIZATION_ID");
    final Path folder;
    String token;
    long replaceAt;

    // rule 10
    /** One for all calls: it keeps its connection, and verifies certificates. */
    HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    // end of rule 10

    Results(Path folder) {
        this.folder = folder;
    }

    // rule 1
    /** Returns the token. It is kept, and replaced shortly before it expires. */
    String accessToken() {
        if (token == null || System.nanoTime() >= replaceAt) {
            Map<?, ?> granted = json(expect200(repeat(this::requestToken)));
            token = (String) granted.get("access_token");
            long seconds = ((Number) granted.get("expires_in")).longValue() - EARLY;
            replaceAt = System.nanoTime() + seconds * 1_000_000_000;
        }
        return token;
    }
    // end of rule 1

    // rule 2
    /** Asks for a token. The secret is in the Authorization header. */
    HttpResponse<byte[]> requestToken() {
        String basic = Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
        return exchange(HttpRequest.newBuilder(URI.create(tokenUrl))
            .header("Authorization", "Basic " + basic)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString("grant_type=client_credentials")));
    }

    /** Makes a call once. The token is in the Authorization header. */
    HttpResponse<byte[]> send(String method, String path, Map<String, String> parameters, String content) {
        String query = new TreeMap<>(parameters).entrySet().stream()
            .map(parameter -> parameter.getKey() + "=" + URLEncoder.encode(parameter.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(apiUrl + path + "?" + query))
            .header("Authorization", "Bearer " + accessToken())
            .method(method, content == null ? BodyPublishers.noBody() : BodyPublishers.ofString(content));
        return exchange(content == null ? request : request.header("Content-Type", "application/json"));
    }
    // end of rule 2

    /** Sends a request, and reads the answer to its end. */
    HttpResponse<byte[]> exchange(HttpRequest.Builder request) {
        try {
            return http.send(request.timeout(TIMEOUT).build(), BodyHandlers.ofByteArray());
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        } catch (InterruptedException error) {
            throw new GivenUp("interrupted");
        }
    }

    // rule 3
    /** Makes a call. After a 401 repeats it once, with a new token. */
    HttpResponse<byte[]> call(String method, String path, Map<String, String> parameters, String content) {
        HttpResponse<byte[]> answer = repeat(() -> send(method, path, parameters, content));
        if (answer.statusCode() == 401) {
            token = null;
            answer = repeat(() -> send(method, path, parameters, content));
        }
        return answer;
    }
    // end of rule 3

    // rule 5
    /** Sends until an answer came whole and decides something, with a pause after each failure. */
    HttpResponse<byte[]> repeat(Supplier<HttpResponse<byte[]>> send) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            double wait = pause(attempt);
            try {
                HttpResponse<byte[]> answer = send.get();
                checkWhole(answer);
                if (!failedForNow(answer)) {
                    return answer;
                }
                wait = Math.max(wait, retryAfter(answer));
            } catch (UncheckedIOException error) {
                if (error.getCause() instanceof SSLException) {
                    throw error; // no certificate becomes better by waiting
                }
            }
            sleep(wait);
        }
        throw new GivenUp(ATTEMPTS + " attempts failed: is " + apiUrl + " in service?");
    }

    /** Returns the seconds of a pause: twice as long each time, with some chance in it. */
    double pause(int attempt) {
        return Math.min(FIRST_PAUSE * (1 << attempt), LONGEST_PAUSE) * ThreadLocalRandom.current().nextDouble(1, 1.5);
    }
    // end of rule 5

    // rule 4
    /** Tells whether to ask again later: also after a 409 with Retry-After, which is not final. */
    boolean failedForNow(HttpResponse<byte[]> answer) {
        int status = answer.statusCode();
        return status == 429 || status >= 500 || status == 409 && answer.headers().firstValue("Retry-After").isPresent();
    }

    /** Returns the seconds that the service asks to wait. The header has seconds or a date (RFC 9110 section 10.2.3). */
    double retryAfter(HttpResponse<byte[]> answer) {
        String text = answer.headers().firstValue("Retry-After").orElse("0");
        if (text.matches("[0-9]{1,9}")) {
            return Long.parseLong(text);
        }
        try {
            ZonedDateTime date = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME);
            return Duration.between(Instant.now(), date).toMillis() / 1000.0;
        } catch (DateTimeParseException error) {
            return 0;
        }
    }
    // end of rule 4

    // rule 6
    /** Asks for an order's status, by its id and after growing pauses, until it is final. */
    void waitFor(String orderId) {
        double pause = FIRST_PAUSE;
        while (List.of("RECEIVED", "PROCESSING").contains(get("/status", Map.of("order_id", orderId)).get("status"))) {
            sleep(pause);
            pause = Math.min(2 * pause, LONGEST_PAUSE);
        }
    }
    // end of rule 6

    // rule 7
    /** Fetches all that waits, page by page, until a listing is not full; returns the number of reports. */
    int collect() throws IOException {
        for (int number = 0;;) {
            List<?> listed = listing();
            List<String> stored = new ArrayList<>();
            for (Object report : listed) {
                String id = take((Map<?, ?>) report);
                if (id != null) {
                    stored.add(id);
                }
            }
            acknowledge(stored);
            number += stored.size();
            if (listed.size() < LIMIT || stored.isEmpty()) {
                return number;
            }
        }
    }

    /** Returns the oldest reports that are not acknowledged. */
    List<?> listing() {
        Map<String, String> parameters = Map.of("organizationId", organizationId, "limit", String.valueOf(LIMIT));
        return (List<?>) get("/reports", parameters).get("reports");
    }

    /** Stores a listed report, amended or not, and returns its id; null where it is not to be had any more. */
    String take(Map<?, ?> report) throws IOException {
        String listed = (String) report.get("report_id");
        if (Files.exists(path(listed))) {
            return listed; // stored by a run that ended before its acknowledgement
        }
        HttpResponse<byte[]> answer = fetch(report);
        if (answer == null) {
            return null;
        }
        String id = answer.headers().firstValue("X-Report-Id").orElse(listed); // a newer one, if it was amended meanwhile
        store(id, answer.body());
        if (report.get("supersedes") instanceof String former && Files.exists(path(former))) {
            Files.move(path(former), folder.resolve(former + ".superseded"), StandardCopyOption.REPLACE_EXISTING);
        }
        return id;
    }
    // end of rule 7

    // rule 8
    /** Fetches a report once. */
    HttpResponse<byte[]> fetch(Map<?, ?> report) {
        List<?> types = (List<?>) report.get("report_types");
        String type = types.contains("json") ? "json" : (String) types.get(0);
        Map<String, String> parameters = Map.of("order_id", (String) report.get("order_id"), "report_type", type);
        HttpResponse<byte[]> answer = call("GET", "/results", parameters, null);
        return List.of(404, 409).contains(answer.statusCode()) ? null : expect200(answer);
    }

    /** Compares what came with the digest that was sent: HttpClient compares the length. `repeat` asks again. */
    void checkWhole(HttpResponse<byte[]> answer) {
        String digest = answer.headers().firstValue("Content-Digest").orElse(null);
        if (digest != null && !digest.contains("sha-256=:" + sha256(answer.body()) + ":")) {
            throw new UncheckedIOException(new IOException("the bytes have another digest than " + digest));
        }
        if (answer.headers().firstValue("Content-Type").orElse("").startsWith("application/json")) {
            json(answer);
        }
    }
    // end of rule 8

    // rule 9
    /** Writes a report: first under another name, so that no half of it ever has its own. */
    void store(String reportId, byte[] content) throws IOException {
        Path part = folder.resolve(path(reportId).getFileName() + ".part");
        Files.write(part, content);
        Files.move(part, path(reportId), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Acknowledges by their ids the reports that are stored, and nothing else. */
    void acknowledge(List<String> reportIds) {
        if (!reportIds.isEmpty()) {
            String content = Json.write("report_ids", reportIds);
            expect200(call("POST", "/reports", Map.of("organizationId", organizationId), content));
        }
    }
    // end of rule 9

    /** Returns where a report is stored. No id leads out of the folder. */
    Path path(String reportId) {
        return folder.resolve(URLEncoder.encode(reportId, StandardCharsets.UTF_8) + ".report");
    }

    /** Makes a GET that must succeed, and returns its JSON. */
    Map<?, ?> get(String path, Map<String, String> parameters) {
        return json(expect200(call("GET", path, parameters, null)));
    }

    /** Requires 200. Otherwise throws GivenUp with the service's own words. */
    static HttpResponse<byte[]> expect200(HttpResponse<byte[]> answer) {
        if (answer.statusCode() == 200) {
            return answer;
        }
        String text = new String(answer.body(), StandardCharsets.UTF_8);
        String said = text.substring(0, Math.min(text.length(), 300));
        throw new GivenUp(answer.uri().getPath() + " answered " + answer.statusCode() + ": " + said);
    }

    static Map<?, ?> json(HttpResponse<byte[]> answer) {
        try {
            return (Map<?, ?>) Json.read(new String(answer.body(), StandardCharsets.UTF_8));
        } catch (Unexpected | ClassCastException error) {
            throw new UncheckedIOException(new IOException("this is no JSON object"));
        }
    }

    static String sha256(byte[] bytes) {
        try {
            return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException error) {
            throw new IllegalStateException(error); // each Java has it
        }
    }

    static void sleep(double seconds) {
        try {
            Thread.sleep((long) (seconds * 1000));
        } catch (InterruptedException error) {
            throw new GivenUp("interrupted");
        }
    }

    static String variable(String name) {
        String value = System.getenv(name);
        if (value == null) {
            throw new GivenUp(name + " is missing: set it in the environment");
        }
        return value;
    }

    /** Collects once, or for ever with pauses that grow while nothing comes. */
    void run(String orderId, boolean poll) throws IOException {
        if (orderId != null) {
            waitFor(orderId);
        }
        for (double pause = FIRST_PAUSE;; sleep(pause)) {
            int number = collect();
            System.out.println("stored and acknowledged " + number + " reports");
            if (!poll) {
                return;
            }
            pause = number > 0 ? FIRST_PAUSE : Math.min(2 * pause, LONGEST_PAUSE);
        }
    }

    /** Makes a client that keeps its reports in a folder. */
    interface Maker {
        Results make(Path folder) throws Exception;
    }

    /** Runs the program, with the client that is made. */
    static void main(Maker maker, String[] words) {
        try {
            List<String> given = List.of(words);
            Path folder = Files.createDirectories(Path.of(words[0]));
            String orderId = given.contains("--order") ? words[given.indexOf("--order") + 1] : null;
            maker.make(folder).run(orderId, given.contains("--poll"));
        } catch (ArrayIndexOutOfBoundsException error) {
            System.err.println("results: give a folder, and the order's id after --order");
            System.exit(2);
        } catch (Exception error) {
            System.err.println("results: " + (error.getMessage() == null ? error.toString() : error.getMessage()));
            System.exit(1);
        }
    }

    public static void main(String[] words) {
        main(Results::new, words);
    }
}
