package pacsimile.starter;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A pacsimile mock in a process of its own, on a free port of loopback. */
public final class Mock implements AutoCloseable {
    private static final long STOP_SECONDS = 20;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final Thread atExit;
    private final String controlUrl;
    private final String controlToken;
    final String url;

    private Mock(Process process, Map<String, Object> line) {
        this.process = process;
        this.url = (String) line.get("url");
        this.controlUrl = (String) line.get("control_url");
        this.controlToken = (String) line.get("control_token");
        this.atExit = new Thread(process::destroy);
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** Starts the command that PACSIMILE_COMMAND names, or {@code pacsimile}, with further options of {@code serve}. */
    public static Mock start(String... options) {
        String command = System.getenv().getOrDefault("PACSIMILE_COMMAND", "pacsimile");
        List<String> words = new ArrayList<>(
            List.of(command, "serve", "--port", "0", "--json", "--no-runtime-file", "--pace", "realtime"));
        words.addAll(List.of(options));
        Path errors = null;
        try {
            errors = Files.createTempFile("pacsimile", ".log");
            errors.toFile().deleteOnExit();
            Process process = new ProcessBuilder(words).redirectError(errors.toFile()).start();
            String line = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
            if (line == null) {
                process.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
                throw new IllegalStateException("pacsimile ended: " + Files.readString(errors).strip());
            }
            return new Mock(process, Json.object(line));
        } catch (IOException error) {
            throw new IllegalStateException(
                command + " cannot be started: install pacsimile, or set PACSIMILE_COMMAND to where it is", error);
        } catch (InterruptedException error) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while pacsimile started", error);
        }
    }

    /** Makes a world of a scenario, such as {@code empty} or {@code demo}. */
    public World world(String scenario) {
        return new World(this, call("POST", "/worlds", Json.write(Map.of("scenario", scenario))));
    }

    /** Calls the control API. Throws where it refuses; the message is what it says. */
    Map<String, Object> call(String method, String path, String content) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(controlUrl + path))
            .header("Authorization", "Bearer " + controlToken)
            .header("Content-Type", "application/json")
            .method(method, content == null
                ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(content))
            .build();
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() >= 300) {
                throw new IllegalStateException(method + " " + path + ": " + answer.statusCode() + " " + answer.body());
            }
            return answer.body().isEmpty() ? Map.of() : Json.object(answer.body());
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        } catch (InterruptedException error) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while calling the mock", error);
        }
    }

    /** Stops the mock, and waits until it has ended. */
    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(atExit);
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException error) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
