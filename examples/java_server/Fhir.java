import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The `fhir` form: a Bundle of R4 with a DiagnosticReport and everything that it names. */
final class Fhir {
    private static final Map<String, String> GENDERS = Map.of("F", "female", "M", "male", "O", "other", "U", "unknown");
    private static final String SNOMED = "http://snomed.info/sct";
    private final Content content;
    private final String status;
    private final List<Object> entries = new ArrayList<>();

    private Fhir(Content content) {
        this.content = content;
        this.status = content.amended() ? "amended" : "final";
    }

    /** The whole bundle. */
    static Map<String, Object> bundle(Content content) {
        Fhir fhir = new Fhir(content);
        fhir.fill();
        return Json.object("resourceType", "Bundle", "meta", security(), "type", "collection", "entry", fhir.entries);
    }

    private void fill() {
        World.Order order = content.order();
        Content.Kind kind = content.kind();
        List<Object> results = new ArrayList<>();
        for (String finding : content.findings()) {
            results.add(observation("59776-5", "Procedure findings", Json.object("valueString", finding)));
        }
        content.measurements().forEach(measurement -> results.add(measured(measurement)));
        results.add(observation("19005-8", "Impression", Json.object("valueString", content.impression())));
        byte[] pdf = Pdf.of(Documents.lines(content));
        Map<String, Object> report = resource("DiagnosticReport");
        report.put("identifier", List.of(Json.object("value", content.report().id())));
        report.put("basedOn", List.of(reference("ServiceRequest")));
        report.put("status", status);
        report.put("code", concept("http://loinc.org", kind.code(), kind.name()));
        report.put("subject", reference("Patient"));
        report.put("effectiveDateTime", order.written(content.acquiredAt()));
        report.put("issued", order.written(content.report().completedAt()));
        report.put("result", results);
        report.put("imagingStudy", List.of(reference("ImagingStudy")));
        report.put("conclusion", content.impression());
        report.put("presentedForm", List.of(Json.object("contentType", "application/pdf", "data",
                Base64.getEncoder().encodeToString(pdf), "size", pdf.length, "hash", Api.digest("SHA-1", pdf))));
        entries.add(0, entry("DiagnosticReport", report));
        entries.add(entry("Patient", patient()));
        entries.add(entry("ServiceRequest", request()));
        entries.add(entry("ImagingStudy", study()));
    }

    private Map<String, Object> patient() {
        Map<String, Object> patient = resource("Patient");
        patient.put("identifier", List.of(identifier("MR", content.mrn())));
        patient.put("name", List.of(Json.object("family", content.family(), "given", List.of(content.given()))));
        patient.put("gender", GENDERS.get(content.sex()));
        patient.put("birthDate", content.born().toString());
        return patient;
    }

    private Map<String, Object> request() {
        Map<String, Object> request = resource("ServiceRequest");
        request.put("identifier",
                List.of(identifier("PLAC", content.order().id), identifier("ACSN", content.accession())));
        request.put("status", "completed");
        request.put("intent", "order");
        request.put("subject", reference("Patient"));
        request.put("authoredOn", content.order().written(content.orderedAt()));
        request.put("reasonCode", List.of(Json.object("text", content.kind().indication())));
        return request;
    }

    private Map<String, Object> study() {
        Content.Kind kind = content.kind();
        Map<String, Object> series = Json.object("uid", content.order().studyUid + ".1", "modality",
                Json.object("system", "http://dicom.nema.org/resources/ontology/DCM", "code", kind.modality()));
        if (series.get("uid").toString().length() > 64) {
            series.put("uid", "2.25." + content.order().number);
        }
        if (kind.laterality() != null) {
            series.put("laterality", side(kind.laterality()));
        }
        Map<String, Object> study = resource("ImagingStudy");
        study.put("identifier", List.of(
                Json.object("system", "urn:dicom:uid", "value", "urn:oid:" + content.order().studyUid),
                identifier("ACSN", content.accession())));
        study.put("status", "available");
        study.put("subject", reference("Patient"));
        study.put("series", List.of(series));
        return study;
    }

    private Map<String, Object> measured(Content.Measurement measurement) {
        String unit = Defects.on("fhir-in-centimetres") && measurement.unit().equals("mm") ? "cm" : measurement.unit();
        Map<String, Object> value = Json.object("valueQuantity", Json.object("value",
                Double.valueOf(measurement.value()), "unit", unit, "system",
                "http://unitsofmeasure.org", "code", unit));
        if (measurement.side() != null) {
            value.put("component", List.of(Json.object("code", concept(SNOMED, "272741003", "Laterality"),
                    "valueCodeableConcept", Json.object("coding", List.of(side(measurement.side()))))));
        }
        return observation(null, measurement.name(), value);
    }

    /** Add an observation; a reference to it. Without a code of LOINC its text names it. */
    private Map<String, Object> observation(String code, String name, Map<String, Object> value) {
        String key = "Observation/" + entries.size();
        Map<String, Object> observation = resource("Observation");
        observation.put("status", status);
        observation.put("code", code == null ? Json.object("text", name) : concept("http://loinc.org", code, name));
        observation.put("subject", reference("Patient"));
        observation.putAll(value);
        entries.add(entry(key, observation));
        return reference(key);
    }

    private static Map<String, Object> resource(String type) {
        return new LinkedHashMap<>(Json.object("resourceType", type, "meta", security()));
    }

    private static Map<String, Object> security() {
        return Json.object("security", List.of(
                Json.object("system", "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code", "HTEST")));
    }

    private static Map<String, Object> identifier(String type, String value) {
        return Json.object("type", Json.object("coding", List.of(Json.object(
                "system", "http://terminology.hl7.org/CodeSystem/v2-0203", "code", type))), "value", value);
    }

    private static Map<String, Object> concept(String system, String code, String name) {
        return Json.object("coding", List.of(Json.object("system", system, "code", code, "display", name)),
                "text", name);
    }

    private static Map<String, Object> side(String laterality) {
        String[] parts = Hl7.SIDES.get(laterality).split("\\^");
        return Json.object("system", SNOMED, "code", parts[0], "display", parts[1]);
    }

    private Map<String, Object> reference(String key) {
        return Json.object("reference", url(key));
    }

    private Map<String, Object> entry(String key, Map<String, Object> resource) {
        return Json.object("fullUrl", url(key), "resource", resource);
    }

    private String url(String key) {
        byte[] name = (content.report().id() + "/" + key).getBytes(StandardCharsets.UTF_8);
        return "urn:uuid:" + UUID.nameUUIDFromBytes(name);
    }
}
