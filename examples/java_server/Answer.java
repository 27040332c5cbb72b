import java.util.LinkedHashMap;
import java.util.Map;

/** What a call is answered with. */
record Answer(int status, String mediaType, byte[] body, Map<String, String> headers) {
    Answer(int status, String mediaType, byte[] body) {
        this(status, mediaType, body, new LinkedHashMap<>());
    }

    /** A 200 with JSON. */
    static Answer json(Object content) {
        return new Answer(200, "application/json", Json.bytes(content));
    }
}
