package pacsimile.starter;

import java.util.List;
import java.util.regex.Pattern;

/** Finds members of JSON by their name, at any depth. This is all that the starter reads, so it needs no library. */
final class Json {
    private static final String STRING_OR_NUMBER = "\"\\s*:\\s*(?:\"([^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\"|(-?\\d+))";
    private static final Pattern CODE_UNIT = Pattern.compile("\\\\u(\\p{XDigit}{4})");

    /** The string or the number of each member of this name, which is a regular expression. */
    static List<String> all(String json, String name) {
        String ready = CODE_UNIT.matcher(json).replaceAll(unit -> Character.toString(Integer.parseInt(unit.group(1), 16)));
        return Pattern.compile("\"" + name + STRING_OR_NUMBER).matcher(ready).results()
            .map(member -> member.group(2) == null ? member.group(1).translateEscapes() : member.group(2)).toList();
    }

    /** The string or the number of the first. */
    static String text(String json, String name) {
        return all(json, name).stream().findFirst().orElseThrow(() -> new IllegalStateException("no " + name + " in: " + json));
    }
}
