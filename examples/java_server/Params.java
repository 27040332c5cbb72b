import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The params of a provider state, each of a kind that a state can be made of. */
final class Params {
    static final List<String> STATUSES = List.of("RECEIVED", "PROCESSING", "COMPLETED", "FAILED", "CANCELLED");
    static final List<String> SCOPES = List.of("status.read", "reports.read", "reports.ack", "ingest.write");
    private final Map<?, ?> given;

    /** Params that no state can be made of, with the reason. */
    static final class Unusable extends RuntimeException {
        Unusable(String reason) {
            super(reason);
        }
    }

    /** The params, of which none has a name that the state does not know; `organization_id` is known to each. */
    Params(Object given, Set<String> known) {
        if (!(given instanceof Map<?, ?> map)) {
            throw new Unusable("params is not an object");
        }
        for (Object name : map.keySet()) {
            if (!known.contains(name) && !name.equals("organization_id")) {
                throw new Unusable("a param is not known to this state");
            }
        }
        this.given = map;
    }

    boolean has(String name) {
        return given.containsKey(name);
    }

    /** A text; `otherwise` where it is left out. */
    String text(String name, String otherwise) {
        Object value = has(name) ? given.get(name) : otherwise;
        if (value != null && !(value instanceof String)) {
            throw new Unusable(name + " is not a text");
        }
        return (String) value;
    }

    /** A text that has to be there. */
    String text(String name) {
        if (!has(name)) {
            throw new Unusable(name + " is missing");
        }
        return text(name, null);
    }

    /** One of some words. */
    String oneOf(String name, List<String> words, String otherwise) {
        String word = text(name, otherwise);
        if (word == null || !words.contains(word)) {
            throw new Unusable(name + " is not one of " + words);
        }
        return word;
    }

    /** A number from 0 on; `otherwise` where it is left out. */
    double number(String name, double otherwise) {
        if (!has(name)) {
            return otherwise;
        }
        if (!(given.get(name) instanceof Double number) || number < 0 || number > 1e10) {
            throw new Unusable(name + " is not a number from 0 on");
        }
        return number;
    }

    /** A whole number. */
    int whole(String name, int otherwise, int largest) {
        double number = number(name, otherwise);
        if (number != Math.rint(number) || number > largest) {
            throw new Unusable(name + " is not a whole number up to " + largest);
        }
        return (int) number;
    }

    /** A yes or no; no where it is left out. */
    boolean yes(String name) {
        if (has(name) && !(given.get(name) instanceof Boolean)) {
            throw new Unusable(name + " is not true or false");
        }
        return Boolean.TRUE.equals(given.get(name));
    }

    /** A list of some words, not empty; `otherwise` where it is left out. */
    List<String> words(String name, List<String> words, List<String> otherwise) {
        List<String> chosen = new ArrayList<>();
        for (Object item : list(name, otherwise)) {
            if (!(item instanceof String word) || !words.contains(word)) {
                throw new Unusable(name + " holds what is not one of " + words);
            }
            chosen.add(word);
        }
        if (chosen.isEmpty()) {
            throw new Unusable(name + " is empty");
        }
        return chosen;
    }

    /** Durations, one for each of so many orders; a second apart where they are left out. */
    List<Duration> seconds(String name, int count) {
        List<Duration> durations = new ArrayList<>();
        for (Object item : each(name, count)) {
            Object number = item == null ? Double.valueOf(durations.size()) : item;
            if (!(number instanceof Double seconds) || seconds < 0 || seconds > 1e10) {
                throw new Unusable(name + " holds what is not a number from 0 on");
            }
            durations.add(Duration.ofNanos(Math.round(seconds * 1e9)));
        }
        return durations;
    }

    /** Offsets, one for each of so many orders. */
    List<ZoneOffset> offsets(int count, ZoneOffset otherwise) {
        List<ZoneOffset> offsets = new ArrayList<>();
        for (Object item : each("offsets", count)) {
            try {
                offsets.add(item == null ? otherwise : ZoneOffset.of(String.valueOf(item)));
            } catch (java.time.DateTimeException e) {
                throw new Unusable("offsets holds what is no offset");
            }
        }
        return offsets;
    }

    /** Ranks, one for each of so many orders; in their sequence where they are left out. */
    List<Double> ranks(int count) {
        List<Double> ranks = new ArrayList<>();
        for (Object item : each("submitted", count)) {
            Object rank = item == null ? Double.valueOf(ranks.size()) : item;
            if (!(rank instanceof Double number)) {
                throw new Unusable("submitted holds what is no rank");
            }
            ranks.add(number);
        }
        return ranks;
    }

    /** An object; empty where it is left out. */
    @SuppressWarnings("unchecked")  // Json gives objects names that are strings
    Map<String, Object> object(String name) {
        Object value = has(name) ? given.get(name) : Map.of();
        if (!(value instanceof Map<?, ?>)) {
            throw new Unusable(name + " is not an object");
        }
        return (Map<String, Object>) value;
    }

    private List<?> list(String name, List<?> otherwise) {
        Object value = has(name) ? given.get(name) : otherwise;
        if (!(value instanceof List<?> items)) {
            throw new Unusable(name + " is not a list");
        }
        return items;
    }

    /** The members of a list with one for each order; as many nulls where it is left out. */
    private List<?> each(String name, int count) {
        List<?> items = has(name) ? list(name, null) : java.util.Collections.nCopies(count, null);
        if (items.size() != count || has(name) && items.contains(null)) {
            throw new Unusable(name + " has one member for each order");
        }
        return items;
    }
}
