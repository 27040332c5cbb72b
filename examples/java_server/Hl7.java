import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The `hl7v2` form: one ORU^R01 of HL7 2.5.1. */
final class Hl7 {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMddHHmmss.SSSSxx");
    static final Map<String, String> SIDES =
            Map.of("L", "7771000^Left^SCT", "R", "24028007^Right^SCT", "B", "51440002^Right and left^SCT");
    private final Content content;
    private final String status;
    private final List<String> segments = new ArrayList<>();
    private int observations = 0;

    private Hl7(Content content) {
        this.content = content;
        this.status = content.amended() && !Defects.on("hl7-stays-final") ? "C" : "F";
    }

    /** The bytes of the message. */
    static byte[] message(Content content) {
        return new Hl7(content).written().getBytes(StandardCharsets.UTF_8);
    }

    private String written() {
        World.Report report = content.report();
        World.Order order = content.order();
        Content.Kind kind = content.kind();
        String completed = time(report.completedAt());
        String id = report.id();
        segments.add("MSH|^~\\&|RESULTS|NORTH|||" + completed + "||ORU^R01^ORU_R01|" + id
                + "|T|2.5.1||||||UNICODE UTF-8");
        segment("PID", Map.of(1, "1", 3, escaped(content.mrn()), 
                5, escaped(content.family()) + "^" + escaped(content.given()),
                7, content.born().format(DateTimeFormatter.BASIC_ISO_DATE), 8, content.sex()));
        segment("ORC", Map.of(1, "RE", 2, order.id, 3, content.accession()));
        Map<Integer, String> request = new TreeMap<>(Map.of(1, "1", 2, order.id, 3, content.accession(),
                4, kind.code() + "^" + escaped(kind.name()) + "^LN", 7, time(content.acquiredAt()),
                13, escaped(kind.indication()), 20, id, 22, completed, 25, status));
        if (kind.laterality() != null) {
            request.put(44, kind.code() + "^" + escaped(kind.name()) + "^LN");
            request.put(45, SIDES.get(kind.laterality()));
        }
        if (report.supersedes() != null) {
            request.put(21, report.supersedes().id());
        }
        segment("OBR", request);
        observation("ST", "113014^DICOM Study^DCM", "1", order.studyUid, "", "O");
        observation("TX", "55111-9^Current imaging procedure descriptions^LN", "1", escaped(kind.technique()), "",
                status);
        for (int i = 0; i < content.findings().size(); i++) {
            observation("TX", "59776-5^Procedure findings^LN", String.valueOf(i + 1),
                    escaped(content.findings().get(i)), "", status);
        }
        for (int i = 0; i < content.measurements().size(); i++) {
            measurement(content.measurements().get(i), String.valueOf(i + 1));
        }
        observation("TX", "19005-8^Radiology Imaging study [Impression]^LN", "1", escaped(content.impression()), "",
                status);
        return String.join("\r", segments) + "\r";
    }

    private void measurement(Content.Measurement measured, String number) {
        String unit = measured.unit() + "^" + measured.unit() + "^UCUM";
        String name = "246205007^Quantity^SCT^m" + number + "^" + escaped(measured.name()) + "^L";
        observation("NM", name, number, measured.value(), unit, status);
        if (measured.side() != null) {
            observation("CE", "272741003^Laterality^SCT", number, SIDES.get(measured.side()), "", status);
        }
    }

    private void observation(String type, String name, String sub, String value, String unit, String state) {
        segment("OBX", Map.of(1, String.valueOf(++observations), 2, type, 3, name, 4, sub, 5, value, 6, unit,
                11, state));
    }

    private void segment(String name, Map<Integer, String> fields) {
        StringBuilder segment = new StringBuilder(name);
        int last = fields.keySet().stream().max(Integer::compare).orElse(0);
        for (int field = 1; field <= last; field++) {
            segment.append('|').append(fields.getOrDefault(field, ""));
        }
        segments.add(segment.toString());
    }

    private String time(Instant instant) {
        return TIME.format(instant.atOffset(content.order().offset));
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\E\\").replace("|", "\\F\\").replace("^", "\\S\\").replace("&", "\\T\\")
                .replace("~", "\\R\\");
    }
}
