import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The queue of reports: what is listed, what each client was shown last, what is acknowledged. */
final class Inbox {
    private static final int MOST = 10_000;
    private final World world;

    Inbox(World world) {
        this.world = world;
    }

    /** List what is ready and not acknowledged, and remember it for an acknowledgement without a body. */
    Answer list(World.Client client, String limit) {
        List<World.Report> waiting = waiting(client.organization);
        if (limit != null && waiting.size() > Integer.parseInt(limit)) {
            waiting = waiting.subList(0, Integer.parseInt(limit));
        }
        client.listed = List.copyOf(waiting);
        List<Object> listed = new ArrayList<>();
        for (World.Report report : waiting) {
            World.Order order = report.order();
            listed.add(Json.object("report_id", report.id(), "order_id", order.id, "study_uid", order.studyUid,
                    "study_group", order.studyGroup, "report_status", report.status(),
                    "supersedes", report.supersedes() == null ? null : report.supersedes().id(),
                    "report_types", order.reportTypes, "completed_at", order.written(report.completedAt())));
        }
        return Answer.json(Json.object("organization_id", client.organization.id, "count", listed.size(),
                "reports", listed));
    }

    /** The newest versions that are not acknowledged, oldest completion first, equal ones as they were made. */
    private List<World.Report> waiting(World.Organization organization) {
        List<World.Report> waiting = new ArrayList<>();
        for (World.Report report : organization.reports) {
            if (report == report.order().newest() && !organization.acknowledged.contains(report)
                    && !(Defects.on("watermark") && belowWatermark(report))) {
                waiting.add(report);
            }
        }
        waiting.sort(Comparator.comparing(World.Report::completedAt));
        return waiting;
    }

    private static boolean belowWatermark(World.Report report) {
        return report.order().organization.acknowledged.stream()
                .anyMatch(other -> other.completedAt().isAfter(report.completedAt()));
    }

    /** Acknowledge what the client was shown last. */
    Answer acknowledgeListing(World.Client client) {
        List<String> acknowledged = new ArrayList<>();
        for (World.Report report : client.listed) {
            if (client.organization.acknowledged.add(report)) {
                acknowledged.add(report.id());
            }
        }
        return acknowledgement(client, acknowledged, List.of());
    }

    /** Acknowledge the reports that a body names, each once. */
    Answer acknowledgeNamed(World.Client client, Object body) {
        Set<String> named = named(client, body);
        List<String> acknowledged = new ArrayList<>();
        List<String> notFound = new ArrayList<>();
        for (String id : named) {
            World.Report report = world.reports.get(id);
            if (report == null || report.order().organization != client.organization) {
                notFound.add(id);
            } else if (client.organization.acknowledged.add(report)) {
                acknowledged.add(id);
            }
        }
        return acknowledgement(client, acknowledged, notFound);
    }

    private Set<String> named(World.Client client, Object body) {
        boolean shaped = body instanceof Map<?, ?> members && members.size() == 1
                && members.get("report_ids") instanceof List<?>;
        if (!shaped) {
            throw new Problem("invalid-body", "Send {\"report_ids\": [...]} with strings, or no body at all.");
        }
        List<?> ids = (List<?>) ((Map<?, ?>) body).get("report_ids");
        if (ids.size() > MOST) {
            throw new Problem("invalid-body", "Send 10,000 report_ids at most.");
        }
        Set<String> named = new LinkedHashSet<>();
        for (Object id : ids) {
            if (!(id instanceof String name)) {
                throw new Problem("invalid-body", "Send report_ids that are strings.");
            }
            named.add(name);
            World.Report report = world.reports.get(name);
            if (Defects.on("bad-id-halts-halfway") && ids.stream().anyMatch(other -> !(other instanceof String))
                    && report != null && report.order().organization == client.organization) {
                client.organization.acknowledged.add(report);
            }
        }
        return named;
    }

    private static Answer acknowledgement(World.Client client, List<String> acknowledged, List<String> notFound) {
        return Answer.json(Json.object("organization_id", client.organization.id, "count", acknowledged.size(),
                "acknowledged", acknowledged, "not_found", notFound));
    }
}
