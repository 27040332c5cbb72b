package pacsimile.starter;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** JSON as the control API writes it, so that the starter needs no library. */
final class Json {
    private static final Pattern TOKEN =
        Pattern.compile("\\G\\s*(?:([\\[\\]{},:])|\"([^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\"|(-?\\d[\\d.eE+-]*)|(\\w+))");
    private static final Pattern ESCAPE = Pattern.compile("\\\\(?:u(\\p{XDigit}{4})|(.))");
    private final Matcher token;

    private Json(String text) {
        token = TOKEN.matcher(text);
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> object(String text) {
        return (Map<String, Object>) new Json(text).next().value();
    }

    static String write(Object value) {
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream().map(entry -> write(entry.getKey()) + ":" + write(entry.getValue()))
                .collect(Collectors.joining(",", "{", "}"));
        }
        if (value instanceof String text) {
            return text.chars().mapToObj(c -> c < ' ' || c == '"' || c == '\\'
                ? String.format("\\u%04x", c) : String.valueOf((char) c)).collect(Collectors.joining("", "\"", "\""));
        }
        return String.valueOf(value);
    }

    private Json next() {
        if (!token.find()) {
            throw new IllegalStateException("the control API answered what is not JSON");
        }
        return this;
    }

    /** The value that begins at this token. Afterwards its last token is the present one. */
    private Object value() {
        if ("{".equals(token.group(1))) {
            Map<String, Object> object = new LinkedHashMap<>();
            for (next(); !"}".equals(token.group(1)); next()) {
                if (token.group(2) != null) {
                    object.put(unescaped(token.group(2)), next().next().value());
                }
            }
            return object;
        }
        if ("[".equals(token.group(1))) {
            List<Object> list = new ArrayList<>();
            for (next(); !"]".equals(token.group(1)); next()) {
                if (!",".equals(token.group(1))) {
                    list.add(value());
                }
            }
            return list;
        }
        if (token.group(2) != null) {
            return unescaped(token.group(2));
        }
        if (token.group(3) != null) {
            return Double.valueOf(token.group(3));
        }
        return "null".equals(token.group(4)) ? null : Boolean.valueOf(token.group(4));
    }

    private static String unescaped(String text) {
        return ESCAPE.matcher(text).replaceAll(escape -> Matcher.quoteReplacement(escape.group(1) != null
            ? String.valueOf((char) Integer.parseInt(escape.group(1), 16))
            : switch (escape.group(2)) {
                case "n" -> "\n";
                case "t" -> "\t";
                case "r" -> "\r";
                case "b" -> "\b";
                case "f" -> "\f";
                default -> escape.group(2);
            }));
    }
}
