import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.FileWriter;
import java.io.IOException;
import java.io.Writer;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;

/** Starts the server on this machine: `--port`, `--audit FILE`, `--defect NAME`. */
public final class Server {
    private static final List<String> ALL = List.of("status.read", "reports.read", "reports.ack");
    private final Api api;
    private final String audit;

    private Server(Api api, String audit) {
        this.api = api;
        this.audit = audit;
    }

    /** Serve until Ctrl-C or SIGTERM. */
    public static void main(String[] args) throws IOException {
        int port = 8093;
        String audit = null;
        try {
            for (int i = 0; i < args.length; i += 2) {
                switch (args[i]) {
                    case "--port" -> port = Integer.parseInt(args[i + 1]);
                    case "--audit" -> audit = args[i + 1];
                    case "--defect" -> Defects.switchOn(args[i + 1]);
                    default -> throw new IllegalArgumentException("there is no option " + args[i]);
                }
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            System.err.println(e.getMessage() + "\nusage: Server [--port PORT] [--audit FILE] [--defect NAME]...");
            System.exit(2);
        }
        System.setProperty("sun.net.httpserver.nodelay", "true");
        serve(port, audit);
    }

    private static void serve(int port, String audit) throws IOException {
        World world = new World();
        Tokens tokens = new Tokens(world);
        String statesToken = setting("JAVA_SERVER_STATES_TOKEN", Tokens.drawn());
        Server server = new Server(new Api(world, tokens, new States(world, tokens, statesToken)), audit);
        List<Object> clients = firstClients(world);
        HttpServer http;
        try {
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
        } catch (BindException | IllegalArgumentException e) {
            System.err.println("port " + port + " cannot be used. Give another one with --port, or 0 for a free one.");
            System.exit(2);
            return;
        }
        http.createContext("/", server::handle);
        http.setExecutor(Executors.newCachedThreadPool());
        http.start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> Runtime.getRuntime().halt(0)));
        String url = "http://127.0.0.1:" + http.getAddress().getPort();
        System.out.write(Json.bytes(Json.object("url", url, "oauth2_endpoint", url + "/oauth2",
                "states_url", url + "/states", "states_token", statesToken, "pid", ProcessHandle.current().pid(),
                "clients", clients)));
        System.out.println();
    }

    private static String setting(String name, String drawn) {
        return System.getenv().getOrDefault(name, drawn);
    }

    private static List<Object> firstClients(World world) {
        String first = setting("JAVA_SERVER_ID", "north-archive");
        List<Object> told = new ArrayList<>();
        told.add(client(world, first, setting("JAVA_SERVER_SECRET", Tokens.drawn()), "north", ALL));
        told.add(client(world, "north-second", Tokens.drawn(), "north", ALL));
        told.add(client(world, "south-archive", Tokens.drawn(), "south", ALL));
        told.add(client(world, "north-status", Tokens.drawn(), "north", List.of("status.read")));
        told.add(client(world, "north-ingest", Tokens.drawn(), "north", List.of("ingest.write")));
        return told;
    }

    private static Map<String, Object> client(World world, String id, String secret, String name, List<String> scopes) {
        World.Organization organization =
                world.organizations.computeIfAbsent(name, key -> new World.Organization(key, false));
        world.clients.put(id, new World.Client(id, secret, organization, scopes));
        return Json.object("client_id", id, "client_secret", secret, "organization_id", name, "scopes", scopes);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Call call = Call.read(exchange);
            Answer answer;
            try {
                answer = api.answer(call);
            } catch (RuntimeException e) {
                answer = new Problem("internal-error", "Try again, or tell the operator the X-Request-Id.")
                        .answer("/");
            }
            send(exchange, answer);
        }
    }

    private void send(HttpExchange exchange, Answer answer) throws IOException {
        String requestId = UUID.randomUUID().toString();
        var headers = exchange.getResponseHeaders();
        headers.set("X-Request-Id", requestId);
        headers.set("Cache-Control", "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        answer.headers().forEach(headers::set);
        if (answer.mediaType() != null) {
            headers.set("Content-Type", answer.mediaType());
        }
        record(exchange, answer.status(), requestId);
        boolean bodiless = exchange.getRequestMethod().equals("HEAD") || answer.body().length == 0;
        exchange.sendResponseHeaders(answer.status(), bodiless ? -1 : answer.body().length);
        if (!bodiless) {
            exchange.getResponseBody().write(answer.body());
        }
    }

    /** Append the audit record of a call: no query, no token, nothing about a patient. */
    private synchronized void record(HttpExchange exchange, int status, String requestId) throws IOException {
        if (audit != null) {
            try (Writer file = new FileWriter(audit, true)) {
                file.write(new String(Json.bytes(Json.object("at", java.time.Instant.now().toString(),
                        "request_id", requestId, "call", Api.operation(exchange), "status", status))) + "\n");
            }
        }
    }
}
