package pacsimile.starter;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A pacsimile mock in a process of its own, on a free port of loopback. */
public final class Mock implements AutoCloseable {
    private static final long STOP_SECONDS = 20;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final String facts;
    final String url;

    private Mock(Process process, String facts) {
        this.process = process;
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
        this.facts = facts;
        url = Json.text(facts, "url");
    }

    /** Starts the command that PACSIMILE_COMMAND names, or {@code pacsimile}, with further options of {@code serve}. */
    public static Mock start(String... options) {
        String program = System.getenv().getOrDefault("PACSIMILE_COMMAND", "pacsimile");
        ProcessBuilder command = new ProcessBuilder(
            program, "serve", "--port", "0", "--json", "--no-runtime-file", "--pace", "realtime");
        command.command().addAll(List.of(options));
        command.environment().put("PACSIMILE_ENDS_WITH_INPUT", "1"); // so it ends with this JVM, also where that is killed
        try {
            Path errors = Files.createTempFile("pacsimile", ".log");
            errors.toFile().deleteOnExit();
            Process process = command.redirectError(errors.toFile()).start();
            String line = process.inputReader().readLine();
            if (line == null) {
                process.onExit().join();
                throw new IllegalStateException("pacsimile ended: " + Files.readString(errors).strip());
            }
            return new Mock(process, line);
        } catch (IOException error) {
            throw new IllegalStateException(
                program + " cannot be started: install pacsimile, or set PACSIMILE_COMMAND to where it is", error);
        }
    }

    /** Makes a world of a scenario, such as {@code empty} or {@code demo}. */
    public World world(String scenario) {
        return new World(this, call("POST", "/worlds", "{\"scenario\": \"%s\"}".formatted(scenario)));
    }

    /** Calls the control API, and returns the JSON that it answers. Throws where it refuses; the message is what it says. */
    String call(String method, String path, String content) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(Json.text(facts, "control_url") + path))
            .header("Authorization", "Bearer " + Json.text(facts, "control_token"))
            .header("Content-Type", "application/json")
            .method(method, content == null ? BodyPublishers.noBody() : BodyPublishers.ofString(content)).build();
        HttpResponse<String> answer = http.sendAsync(request, HttpResponse.BodyHandlers.ofString()).join();
        if (answer.statusCode() >= 300) {
            throw new IllegalStateException(method + " " + path + ": " + answer.statusCode() + " " + answer.body());
        }
        return answer.body();
    }

    /** Stops the mock, and waits until it has ended. */
    @Override
    public void close() {
        process.destroy();
        process.onExit().completeOnTimeout(process, STOP_SECONDS, TimeUnit.SECONDS).join();
        process.destroyForcibly();
    }
}
