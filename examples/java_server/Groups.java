import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The report of a study group: each of its orders, in JSON, text, PDF and CSV. */
final class Groups {
    private static final List<String> TYPES = List.of("json", "txt", "pdf", "csv");

    private Groups() {
    }

    /** Refuse a type of orders alone, then a group with an unfinished order, then one without a COMPLETED order. */
    static void check(List<World.Order> orders, String type) {
        if (!TYPES.contains(type)) {
            throw new Problem("report-type-not-available", "Ask for one of " + String.join(", ", TYPES) + ".");
        }
        boolean tolerant = Defects.on("received-does-not-delay");
        for (World.Order order : orders) {
            if (order.status.equals("PROCESSING") || order.status.equals("RECEIVED") && !tolerant) {
                throw new Problem("report-not-ready", "Ask again after the time that Retry-After gives.")
                        .with("Retry-After", "5");
            }
        }
        if (orders.stream().noneMatch(order -> order.status.equals("COMPLETED"))) {
            throw new Problem("order-failed", "No order of the group was COMPLETED: there will be no report.");
        }
    }

    /** The bytes of the report in one of the types. */
    static byte[] rendered(List<World.Order> orders, String type) {
        List<Map<String, Object>> rows = orders.stream().map(Groups::row).toList();
        return switch (type) {
            case "json" -> Json.bytes(json(orders, rows));
            case "csv" -> csv(rows).getBytes(StandardCharsets.UTF_8);
            case "txt" -> (String.join("\n", lines(orders, rows)) + "\n").getBytes(StandardCharsets.UTF_8);
            default -> Pdf.of(lines(orders, rows));
        };
    }

    private static Map<String, Object> row(World.Order order) {
        boolean completed = order.status.equals("COMPLETED");
        World.Report report = completed ? order.newest() : null;
        Content content = completed ? Content.of(report) : null;
        return Json.object("order_id", order.id, "study_uid", order.studyUid, "status", order.status,
                "report_id", completed ? report.id() : null,
                "report_status", completed ? report.status() : null,
                "procedure", completed ? content.kind().name() : null,
                "impression", completed ? content.impression() : null,
                "completed_at", completed ? order.written(report.completedAt()) : null);
    }

    private static Map<String, Object> json(List<World.Order> orders, List<Map<String, Object>> rows) {
        World.Order first = orders.get(0);
        World.Order last = orders.stream().max(Comparator.comparing(order -> order.updatedAt)).orElse(first);
        return Json.object("synthetic", true, "study_group", first.studyGroup, "organization_id",
                first.organization.id, "created_at", last.written(last.updatedAt), "orders", rows);
    }

    private static List<String> lines(List<World.Order> orders, List<Map<String, Object>> rows) {
        List<String> lines = new ArrayList<>(List.of(
                Content.BANNER, "", "Study group " + orders.get(0).studyGroup, ""));
        for (Map<String, Object> row : rows) {
            lines.add(row.get("order_id") + ": " + row.get("status"));
            lines.add("Study " + row.get("study_uid"));
            if (row.get("impression") != null) {
                lines.add(row.get("procedure") + " (" + row.get("report_status") + ")");
                lines.add(String.valueOf(row.get("impression")));
            }
            lines.add("");
        }
        lines.add(Content.BANNER);
        return lines;
    }

    private static String csv(List<Map<String, Object>> rows) {
        StringBuilder table = new StringBuilder(String.join(",", rows.get(0).keySet())).append(",synthetic\r\n");
        for (Map<String, Object> row : rows) {
            table.append(row.values().stream().map(Groups::cell).collect(Collectors.joining(","))).append(",true\r\n");
        }
        return table.toString();
    }

    /** A value that no spreadsheet runs as a formula, quoted where it has to be. */
    private static String cell(Object value) {
        String text = value == null ? "" : value.toString();
        if (text.matches("(?s) *[=+@\\t\\r\\n\uff1d\uff0b\uff0d\uff20-].*")) {
            text = "'" + text;
        }
        return text.matches("(?s).*[,\"\\r\\n].*") ? "\"" + text.replace("\"", "\"\"") + "\"" : text;
    }
}
