import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

/** What one version of an order's report says, free of any format. All is invented, from the number of the order. */
record Content(World.Report report, Kind kind, String accession, String mrn, String family, String given,
        LocalDate born, String sex, List<String> findings, String impression, List<Measurement> measurements) {
    static final String BANNER = "SYNTHETIC DATA - NOT FOR CLINICAL USE";
    private static final List<String> FAMILIES =
            List.of("ZZTEST-Abel", "ZZTEST-Brückner", "ZZTEST-Çelik", "ZZTEST-D'Arcy");
    private static final List<String> GIVEN = List.of("Ada", "Ben", "Chloé", "Dag", "Ewa");
    private static final List<Kind> KINDS = List.of(
            new Kind("24531-6", "US Retroperitoneum", "US", "KIDNEY", "B", "Flank pain & fever.",
                    "Curved array, 3.5 MHz; longitudinal | transverse.",
                    List.of("Right kidney: length %s mm, no stone.", "Left kidney: length %s mm ^ slightly scarred."),
                    "No hydronephrosis; kidneys of %s mm and %s mm.", "mm", List.of("Kidney length", "Kidney length"),
                    List.of("R", "L")),
            new Kind("24590-2", "MR Brain WO and W contrast IV", "MR", "BRAIN", null, "First seizure.",
                    "T1, T2 & FLAIR before and after contrast.",
                    List.of("Parenchyma: Enhancing lesion of %s mL.", "Edema around it of %s mL ~ without shift."),
                    "Solitary enhancing lesion of %s mL with edema of %s mL.", "mL",
                    List.of("Lesion volume", "Edema volume"), java.util.Arrays.asList(null, null)),
            new Kind("26346-7", "MG Breast - left", "MG", "BREAST", "L", "Palpable lump.", "CC \\ MLO views.",
                    List.of("Mass of %s mm at two o'clock.", "Calcifications over %s mm, amorphous."),
                    "Suspicious mass of %s mm, calcifications over %s mm; biopsy advised.", "mm",
                    List.of("Mass diameter", "Calcification extent"), List.of("L", "L")));

    /** A kind of examination; `%s` stands for what is measured. */
    record Kind(String code, String name, String modality, String bodyPart, String laterality, String indication,
            String technique, List<String> findings, String impression, String unit, List<String> measured,
            List<String> sides) {
    }

    /** What was measured; the side is null where there is none. */
    record Measurement(String name, String value, String unit, String side) {
    }

    /** What this version says. */
    static Content of(World.Report report) {
        World.Order order = report.order();
        int number = order.number;
        Kind kind = KINDS.get(number % KINDS.size());
        String first = (20 + number % 17 + report.version()) + ".5";
        String second = String.valueOf(41 + number % 13);
        String amendment = report.version() == 1 ? "" : " Corrected in version " + report.version() + ".";
        return new Content(report, kind, String.format("SYN%07d", number), "SYN" + (100_000 + number * 37L),
                FAMILIES.get(number % FAMILIES.size()), GIVEN.get(number % GIVEN.size()),
                LocalDate.of(1935, 3, 1).plusDays(number * 997L % 28_000), List.of("F", "M", "O", "U").get(number % 4),
                List.of(String.format(kind.findings.get(0), first), String.format(kind.findings.get(1), second)),
                String.format(kind.impression, first, second) + amendment,
                List.of(new Measurement(kind.measured.get(0), first, kind.unit, kind.sides.get(0)),
                        new Measurement(kind.measured.get(1), second, kind.unit, kind.sides.get(1))));
    }

    World.Order order() {
        return report.order();
    }

    boolean amended() {
        return report.version() > 1;
    }

    Instant orderedAt() {
        return order().createdAt.minusSeconds(5400);
    }

    Instant acquiredAt() {
        return order().createdAt.minusSeconds(1200);
    }
}
