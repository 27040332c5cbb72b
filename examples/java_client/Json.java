import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads and writes JSON as far as the results API needs it: maps, lists, strings, numbers, booleans and null. */
final class Json {
    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /** Reads a document; Unexpected where it is not JSON. */
    static Object read(String text) {
        Json reader = new Json(text);
        Object value = reader.value();
        reader.space();
        if (reader.at < text.length()) {
            throw reader.wrong();
        }
        return value;
    }

    /** Writes a list of strings under a name, which is all that a request of this API holds. */
    static String write(String name, List<String> values) {
        StringBuilder written = new StringBuilder("{").append(quoted(name)).append(": [");
        for (int n = 0; n < values.size(); n++) {
            written.append(n == 0 ? "" : ", ").append(quoted(values.get(n)));
        }
        return written.append("]}").toString();
    }

    private static String quoted(String value) {
        StringBuilder written = new StringBuilder("\"");
        for (char one : value.toCharArray()) {
            if (one < ' ' || one == '"' || one == '\\') {
                written.append(String.format("\\u%04x", (int) one));
            } else {
                written.append(one);
            }
        }
        return written.append('"').toString();
    }

    private Object value() {
        space();
        if (at >= text.length()) {
            throw wrong();
        }
        switch (text.charAt(at)) {
            case '{':
                return object();
            case '[':
                return list();
            case '"':
                return string();
            default:
                return word();
        }
    }

    private Map<String, Object> object() {
        Map<String, Object> members = new LinkedHashMap<>();
        at++;
        while (!ends('}', members.isEmpty())) {
            space();
            String name = string();
            space();
            take(':');
            members.put(name, value());
        }
        return members;
    }

    private List<Object> list() {
        List<Object> items = new ArrayList<>();
        at++;
        while (!ends(']', items.isEmpty())) {
            items.add(value());
        }
        return items;
    }

    /** Whether the object or list ends here; else steps over the comma before the next. */
    private boolean ends(char end, boolean first) {
        space();
        if (at < text.length() && text.charAt(at) == end) {
            at++;
            return true;
        }
        if (!first) {
            take(',');
        }
        return false;
    }

    private String string() {
        take('"');
        StringBuilder read = new StringBuilder();
        while (at < text.length() && text.charAt(at) != '"') {
            read.append(text.charAt(at) == '\\' ? escaped() : text.charAt(at++));
        }
        take('"');
        return read.toString();
    }

    private char escaped() {
        int kind = at + 1 < text.length() ? "\"\\/bfnrtu".indexOf(text.charAt(at + 1)) : -1;
        if (kind < 0 || (kind == 8 && at + 6 > text.length())) {
            throw wrong();
        }
        at += kind == 8 ? 6 : 2;
        return kind == 8 ? (char) Integer.parseInt(text, at - 4, at, 16) : "\"\\/\b\f\n\r\t".charAt(kind);
    }

    /** Reads true, false, null or a number. */
    private Object word() {
        int begin = at;
        while (at < text.length() && "+-.0123456789abcdefghijklmnopqrstuvwxyzE".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String word = text.substring(begin, at);
        switch (word) {
            case "true":
                return true;
            case "false":
                return false;
            case "null":
                return null;
            default:
                try {
                    return Double.valueOf(word);
                } catch (NumberFormatException error) {
                    throw wrong();
                }
        }
    }

    private void take(char wanted) {
        if (at >= text.length() || text.charAt(at) != wanted) {
            throw wrong();
        }
        at++;
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private Unexpected wrong() {
        return new Unexpected("an answer is not JSON: " + text.substring(0, Math.min(at + 20, text.length())));
    }
}
