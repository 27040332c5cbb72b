import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;

/** A call, read whole before anything is decided. `body` is null where it did not arrive, and cut where it is large. */
record Call(HttpExchange exchange, byte[] body, boolean large) {
    private static final int LARGEST = 1 << 20;

    /** Read a call from its connection. */
    static Call read(HttpExchange exchange) {
        try {
            InputStream stream = exchange.getRequestBody();
            byte[] body = stream.readNBytes(LARGEST + 1);
            boolean large = body.length > LARGEST;
            String length = exchange.getRequestHeaders().getFirst("Content-Length");
            boolean broken = !large && length != null && !length.equals(String.valueOf(body.length));
            return new Call(exchange, broken ? null : body, large);
        } catch (IOException e) {
            return new Call(exchange, null, false);
        }
    }

    String method() {
        return exchange.getRequestMethod();
    }

    /** The path as it was sent, without the query. */
    String path() {
        String target = exchange.getRequestURI().toString();
        String path = target.startsWith("/") ? target : exchange.getRequestURI().getRawPath();
        return path == null ? "" : path.split("\\?", 2)[0];
    }

    /** The query as it was sent; null without one. */
    String rawQuery() {
        return exchange.getRequestURI().getRawQuery();
    }

    /** All headers of this name. */
    List<String> headers(String name) {
        return exchange.getRequestHeaders().getOrDefault(name, List.of());
    }

    /** The first header of this name; null without one. */
    String header(String name) {
        return exchange.getRequestHeaders().getFirst(name);
    }

    /** The media type in lower case, without parameters; empty without one. */
    String mediaType() {
        String type = header("Content-Type");
        return type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    /** The whole body. */
    byte[] wholeBody() {
        if (large) {
            throw new Problem("body-too-large", "Send a body of 1 MiB at most.");
        }
        if (body == null) {
            throw new Problem("invalid-body", "Send the whole body that was announced.");
        }
        return body;
    }

    private boolean isCoded() {
        String coding = header("Content-Encoding");
        return coding != null && !coding.strip().equalsIgnoreCase("identity");
    }

    /** What the body says, which is JSON; null without a body. */
    Object json() {
        if (body != null && body.length == 0) {
            return null;
        }
        if (!mediaType().equals("application/json") || isCoded()) {
            throw new Problem("unsupported-media-type", "Send application/json without a coding, or no body.");
        }
        try {
            Object content = Json.parse(wholeBody());
            return content == null ? "null" : content;
        } catch (IllegalArgumentException e) {
            throw new Problem("invalid-body", "Send JSON: " + e.getMessage() + ".");
        }
    }
}
