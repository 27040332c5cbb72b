import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All that the server keeps, and its clock. Who looks into it holds its monitor, so calls take effect one by one. */
final class World {
    static final List<String> FINAL = List.of("COMPLETED", "FAILED", "CANCELLED");
    static final List<String> UNFINISHED = List.of("RECEIVED", "PROCESSING");
    final Map<String, Client> clients = new LinkedHashMap<>();
    final Map<String, Organization> organizations = new HashMap<>();
    final Map<String, Order> orders = new HashMap<>();
    final Map<String, Report> reports = new HashMap<>();
    private Duration ahead = Duration.ZERO;
    private Instant last = Instant.EPOCH;

    /** A client of an organization; `refusal` is the status that its next call meets, 0 for none. */
    static final class Client {
        final String id;
        final String secret;
        final Organization organization;
        final List<String> scopes;
        List<Report> listed = List.of();
        int refusal = 0;

        Client(String id, String secret, Organization organization, List<String> scopes) {
            this.id = id;
            this.secret = secret;
            this.organization = organization;
            this.scopes = scopes;
        }
    }

    /** An organization. `made` if a state made it, so that a test may do anything to it. */
    static final class Organization {
        final String id;
        final boolean made;
        final List<Order> orders = new ArrayList<>();
        final List<Report> reports = new ArrayList<>();
        final Map<String, List<Order>> studies = new HashMap<>();
        final Map<String, List<Order>> groups = new HashMap<>();
        final Set<Report> acknowledged = new HashSet<>();

        Organization(String id, boolean made) {
            this.id = id;
            this.made = made;
        }
    }

    /** An order. `number` is the rank of its submission. */
    static final class Order {
        int number;
        String id;
        Organization organization;
        String studyUid;
        String studyGroup;
        String status;
        int progress;
        List<String> reportTypes;
        Instant createdAt;
        Instant startedAt;
        Instant updatedAt;
        Instant completedAt;
        ZoneOffset offset;
        final List<Report> versions = new ArrayList<>();

        Report newest() {
            return versions.get(versions.size() - 1);
        }

        List<String> offered() {
            return status.equals("COMPLETED") ? reportTypes : List.of();
        }

        String written(Instant instant) {
            return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(instant.atOffset(offset));
        }
    }

    /** One version of an order's report. */
    record Report(String id, Order order, int version, Instant completedAt, Report supersedes) {
        String status() {
            return version > 1 ? "amended" : "final";
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return id.hashCode();
        }
    }

    /** The present, by this machine's clock and what the state `time_passes` asked for. */
    Instant now() {
        return Instant.now().plus(ahead);
    }

    /** The present as an instant of its own, later than each that was told before. */
    Instant tick() {
        Instant now = now();
        last = now.isAfter(last) ? now : last.plusNanos(1000);
        return last;
    }

    /** Move the clock ahead. */
    void advance(Duration duration) {
        ahead = ahead.plus(duration);
    }

    /** The order that a call names: by its own id, or the most recent one of a study. */
    Order selected(Organization organization, Map<String, String> query) {
        if (query.containsKey("study_uid")) {
            return ofStudy(organization, query.get("study_uid")).get(0);
        }
        Order order = orders.get(query.get("order_id"));
        if (order == null || order.organization != organization) {
            throw new Problem("order-not-found", "Check the order_id; it is compared exactly.");
        }
        return order;
    }

    /** The organization's orders of a study, newest first: by the instant of creation, then by submission. */
    List<Order> ofStudy(Organization organization, String studyUid) {
        List<Order> found = new ArrayList<>(organization.studies.getOrDefault(studyUid, List.of()));
        if (found.isEmpty()) {
            throw new Problem("study-not-found", "Check the study_uid, or submit the study.");
        }
        Comparator<Order> submission = Comparator.comparingInt((Order order) -> order.number).reversed();
        Comparator<Order> creation = Comparator.comparing((Order order) -> order.createdAt).reversed();
        found.sort(creation.thenComparing(Defects.on("tie-to-the-earlier") ? submission.reversed() : submission));
        return found;
    }

    /** Add an order, and the report that a COMPLETED one has. */
    void submit(Order order) {
        order.number = orders.size() + 1;
        order.id = String.format("A%07d-x", order.number);
        orders.put(order.id, order);
        order.organization.orders.add(order);
        order.organization.studies.computeIfAbsent(order.studyUid, uid -> new ArrayList<>()).add(order);
        if (order.studyGroup != null) {
            order.organization.groups.computeIfAbsent(order.studyGroup, name -> new ArrayList<>()).add(order);
        }
        if (order.status.equals("COMPLETED")) {
            publish(order, order.completedAt);
        }
    }

    /** Make the next version of an order's report. */
    Report publish(Order order, Instant completedAt) {
        int version = order.versions.size() + 1;
        Report previous = version > 1 ? order.newest() : null;
        Report report = new Report(reportId(order, version), order, version, completedAt, previous);
        order.versions.add(report);
        order.organization.reports.add(report);
        reports.put(report.id, report);
        return report;
    }

    /** The id of a version of an order's report, known before there is one. */
    static String reportId(Order order, int version) {
        return order.id + "-r" + version;
    }

    /** The orders of a study group. */
    List<Order> ofGroup(Organization organization, String studyGroup) {
        List<Order> found = organization.groups.get(studyGroup);
        if (found == null) {
            throw new Problem("study-group-not-found", "Check the name; it is compared exactly, spaces too.");
        }
        return found;
    }
}
