import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Queries and forms: literal names and values, each once, each of the shape that the description gives. */
final class Query {
    static final List<String> REPORT_TYPES =
            List.of("json", "txt", "pdf", "fhir", "hl7v2", "dicom_sr", "dicom_pdf", "csv");
    private static final Map<String, Predicate<String>> SHAPES = Map.of(
            "order_id", value -> value.matches("[A-Za-z0-9-]{1,64}"),
            "study_uid", Query::isUid,
            "study_group", Query::isGroup,
            "organizationId", value -> value.matches("[A-Za-z0-9._-]{1,64}"),
            "report_type", REPORT_TYPES::contains,
            "limit", value -> value.matches("[1-9][0-9]{0,4}") && Integer.parseInt(value) <= 10_000);

    private Query() {
    }

    /** A name with its value. */
    record Pair(String name, String value) {
    }

    /** The pairs of a query or form; IllegalArgumentException where an escape is none, or bytes are not UTF-8. */
    static List<Pair> pairs(String raw) {
        List<Pair> pairs = new ArrayList<>();
        for (String piece : raw == null ? new String[0] : raw.split("&")) {
            int equals = piece.indexOf('=');
            String name = equals < 0 ? piece : piece.substring(0, equals);
            if (!piece.isEmpty()) {
                pairs.add(new Pair(decoded(name), equals < 0 ? "" : decoded(piece.substring(equals + 1))));
            }
        }
        return pairs;
    }

    /** Percent-encoded UTF-8 as text, with a plus sign for a space. */
    static String decoded(String raw) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c > 126) {
                throw new IllegalArgumentException("not percent-encoded");
            }
            if (c == '%') {
                String digits = raw.substring(i + 1, Math.min(i + 3, raw.length()));
                if (!digits.matches("[0-9A-Fa-f]{2}")) {
                    throw new IllegalArgumentException("a per cent sign without two digits");
                }
                bytes.write(Integer.parseInt(digits, 16));
                i += 2;
            } else {
                bytes.write(c == '+' ? ' ' : c);
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("not UTF-8");
        }
    }

    /** The parameters of a call, of which some are required and some may be there. */
    static Map<String, String> read(String raw, Set<String> required, Set<String> optional) {
        Problem problem = new Problem("invalid-parameter", "Correct the parameters that `errors` names.");
        Map<String, String> values = new LinkedHashMap<>();
        boolean wrong = false;
        try {
            for (Pair pair : pairs(raw)) {
                String name = known(pair.name, required, optional);
                String fault = fault(name, pair.value, values, required, optional);
                if (fault != null) {
                    problem.naming(printable(pair.name), fault);
                    wrong = true;
                }
                values.putIfAbsent(name, pair.value);
            }
        } catch (IllegalArgumentException e) {
            throw problem.naming("query", e.getMessage());
        }
        for (String name : required) {
            if (!values.containsKey(name)) {
                problem.naming(name, "missing");
                wrong = true;
            }
        }
        if (wrong) {
            throw problem;
        }
        return values;
    }

    /** The parameters of a call that names either an order or a study, never both. */
    static Map<String, String> readSelector(String raw, Set<String> required) {
        Map<String, String> values = read(raw, required, Set.of("order_id", "study_uid"));
        if (values.containsKey("order_id") == values.containsKey("study_uid")) {
            throw new Problem("invalid-parameter", "Give exactly one of order_id and study_uid.")
                    .naming("order_id", "or study_uid, not both").naming("study_uid", "or order_id, not both");
        }
        return values;
    }

    private static String known(String name, Set<String> required, Set<String> optional) {
        String lower = name.toLowerCase(Locale.ROOT);
        boolean other = required.contains(lower) || optional.contains(lower);
        return Defects.on("parameters-in-any-case") && other ? lower : name;
    }

    private static String fault(String name, String value, Map<String, String> values, Set<String> required,
            Set<String> optional) {
        if (!required.contains(name) && !optional.contains(name)) {
            return "not known to this operation";
        }
        if (values.containsKey(name)) {
            return "given more than once";
        }
        if (value.isEmpty()) {
            return "empty";
        }
        return SHAPES.get(name).test(value) ? null : "malformed";
    }

    /** A name as a refusal repeats it. A long name is left out, since it may be a token (SEC-5). */
    private static String printable(String name) {
        return name.length() > 20 ? "a long name" : name.replaceAll("[^A-Za-z0-9._~ -]", "?");
    }

    /** Whether this is a UID by PS3.5 section 9. */
    static boolean isUid(String value) {
        String component = Defects.on("leading-zeros-in-uid") ? "[0-9]+" : "(0|[1-9][0-9]*)";
        return value.length() <= 64 && value.matches(component + "(\\." + component + ")+");
    }

    /** Whether this can name a study group. */
    static boolean isGroup(String value) {
        return !value.isEmpty() && value.codePointCount(0, value.length()) <= 128
                && value.codePoints().allMatch(Query::isGroupCharacter);
    }

    private static boolean isGroupCharacter(int point) {
        if (point == ' ') {
            return true;
        }
        boolean newerFormat = point == 0x890 || point == 0x891 || point >= 0x13430 && point <= 0x1343F;
        return !newerFormat && switch (Character.getType(point)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
                    Character.SPACE_SEPARATOR, Character.SURROGATE -> false;
            default -> true;
        };
    }
}
