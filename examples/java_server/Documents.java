import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The report of an order in each type that this server offers. */
final class Documents {
    static final List<String> ORDER_TYPES = List.of("json", "txt", "pdf", "fhir", "hl7v2");
    static final Map<String, String> MEDIA_TYPES = Map.of(
            "json", "application/json", "txt", "text/plain; charset=utf-8", "pdf", "application/pdf",
            "fhir", "application/fhir+json", "hl7v2", "application/hl7-v2+er7", "csv", "text/csv");

    private Documents() {
    }

    /** Refuse a type of study groups alone, then an order that has no report, then a type that it does not offer. */
    static void check(World.Order order, String type) {
        boolean unoffered = !order.reportTypes.contains(type);
        if (type.equals("csv") || Defects.on("not-offered-comes-first") && unoffered) {
            throw new Problem("report-type-not-available", "Ask for another type.");
        }
        switch (order.status) {
            case "COMPLETED" -> {
                if (unoffered) {
                    throw new Problem("report-type-not-available",
                            "Ask for one of " + String.join(", ", order.reportTypes) + ".");
                }
            }
            case "FAILED" -> throw new Problem("order-failed", "Submit the study again to get a report.");
            case "CANCELLED" -> throw new Problem("order-cancelled", "Submit the study again to get a report.");
            default -> throw new Problem("report-not-ready", "Ask again after the time that Retry-After gives.")
                    .with("Retry-After", "4");
        }
    }

    /** The bytes of a report in one of `ORDER_TYPES`. */
    static byte[] rendered(Content content, String type) {
        return switch (type) {
            case "json" -> Json.bytes(json(content));
            case "txt" -> (String.join("\n", lines(content)) + "\n").getBytes(StandardCharsets.UTF_8);
            case "pdf" -> Pdf.of(lines(content));
            case "fhir" -> Json.bytes(Fhir.bundle(content));
            default -> Hl7.message(content);
        };
    }

    private static Map<String, Object> json(Content content) {
        World.Report report = content.report();
        World.Order order = content.order();
        Content.Kind kind = content.kind();
        List<Object> measurements = new ArrayList<>();
        for (Content.Measurement measurement : content.measurements()) {
            measurements.add(Json.object("name", measurement.name(), "value", Double.valueOf(measurement.value()),
                    "unit", measurement.unit(), "laterality", measurement.side()));
        }
        return Json.object(
                "synthetic", true,
                "order_id", order.id,
                "study_uid", order.studyUid,
                "report_id", report.id(),
                "report_status", report.status(),
                "supersedes", report.supersedes() == null ? null : report.supersedes().id(),
                "accession_number", content.accession(),
                "patient", Json.object("mrn", content.mrn(), "family_name", content.family(), "given_name",
                        content.given(), "birth_date", content.born().toString(), "sex", content.sex()),
                "procedure", Json.object("code", kind.code(), "code_system", "http://loinc.org", "name", kind.name(),
                        "modality", kind.modality(), "body_part", kind.bodyPart(), "laterality", kind.laterality()),
                "indication", kind.indication(),
                "technique", kind.technique(),
                "findings", content.findings(),
                "impression", content.impression(),
                "measurements", measurements,
                "radiologist", Json.object("family_name", "ZZTEST-Reader", "given_name", "Sam"),
                "times", Json.object("ordered_at", order.written(content.orderedAt()),
                        "acquired_at", order.written(content.acquiredAt()),
                        "received_at", order.written(order.createdAt),
                        "started_at", order.written(order.startedAt),
                        "completed_at", order.written(report.completedAt())));
    }

    /** The report as lines for people. */
    static List<String> lines(Content content) {
        World.Report report = content.report();
        World.Order order = content.order();
        List<String> lines = new ArrayList<>(List.of(Content.BANNER, "",
                content.kind().name() + (content.amended() ? " (amended)" : ""),
                "Report " + report.id() + (content.amended() ? ", in place of " + report.supersedes().id() : ""),
                "Order " + order.id + ", accession number " + content.accession(),
                "Study " + order.studyUid,
                "Patient " + content.family() + ", " + content.given() + ", " + content.mrn(),
                "Born " + content.born() + ", sex " + content.sex(),
                "Completed " + order.written(report.completedAt()), "",
                "Indication: " + content.kind().indication(), "Technique: " + content.kind().technique(), "",
                "FINDINGS"));
        lines.addAll(content.findings());
        lines.addAll(List.of("", "MEASUREMENTS"));
        for (Content.Measurement measurement : content.measurements()) {
            String side = measurement.side() == null ? "" : measurement.side().equals("L") ? ", left" : ", right";
            lines.add(measurement.name() + side + ": " + measurement.value() + " " + measurement.unit());
        }
        lines.addAll(List.of("", "IMPRESSION", content.impression(), "", Content.BANNER));
        return lines;
    }
}
