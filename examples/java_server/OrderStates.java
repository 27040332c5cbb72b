import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** How the provider states of orders and reports are made. */
final class OrderStates extends StateAnswers {
    private static final ZoneOffset ZONE = ZoneOffset.of("-03:30");
    private static final Map<String, Integer> PROGRESS =
            Map.of("RECEIVED", 0, "PROCESSING", 30, "COMPLETED", 100, "FAILED", 75, "CANCELLED", 10);
    private int names = 0;

    OrderStates(World world) {
        super(world);
    }

    /** An organization with so many ready reports, and a second client. */
    Map<String, Object> freshOrganization(Params params) {
        int count = params.whole("ready_reports", 0, 100_000);
        List<Duration> seconds = params.seconds("completed_seconds", count);
        List<ZoneOffset> offsets = params.offsets(count, ZONE);
        World.Organization organization = organization(params);
        Instant begin = begin(seconds);
        List<World.Order> orders = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            orders.add(finished(organization, null, begin.plus(seconds.get(i)), offsets.get(i)));
        }
        orders.sort(Comparator.comparing(order -> order.completedAt));
        Map<String, Object> answer = answer(organization,
                "report_ids", orders.stream().map(order -> order.newest().id()).toList(), "order_ids", ids(orders));
        World.Client second = newClient(organization, Params.SCOPES.subList(0, 3));
        answer.put("second_client_id", second.id);
        answer.put("second_client_secret", second.secret);
        return answer;
    }

    /** An organization with one ready report. */
    Map<String, Object> otherOrganization(Params params) {
        World.Order order = made(organization(params), "COMPLETED", null, newGroup());
        return answer(order.organization, "order_id", order.id, "study_uid", order.studyUid,
                "study_group", order.studyGroup, "report_id", order.newest().id());
    }

    /** An order, made now. */
    Map<String, Object> orderInStatus(Params params) {
        String status = params.oneOf("status", Params.STATUSES, null);
        List<String> types = params.words("report_types", Documents.ORDER_TYPES, Documents.ORDER_TYPES);
        String studyUid = params.text("study_uid", null);
        String group = params.text("study_group", null);
        if (studyUid != null && !Query.isUid(studyUid) || group != null && !Query.isGroup(group)) {
            throw new Params.Unusable("a name breaks its pattern");
        }
        World.Order order = planned(organization(params), status, studyUid, group);
        order.reportTypes = types;
        world.submit(order);
        return answer(order.organization, "order_id", order.id, "study_uid", order.studyUid, "study_group", group);
    }

    /** A study with orders that were created so many seconds after the first, submitted in an order of their own. */
    Map<String, Object> studyWithOrders(Params params) {
        List<String> statuses = params.words("statuses", Params.STATUSES, List.of());
        int count = statuses.size();
        List<Duration> seconds = params.seconds("seconds", count);
        List<ZoneOffset> offsets = params.offsets(count, ZONE);
        List<Double> ranks = params.ranks(count);
        World.Organization organization = organization(params);
        Instant begin = begin(seconds);
        String studyUid = newStudy();
        List<World.Order> orders = new ArrayList<>();
        IntStream.range(0, count).boxed().sorted(Comparator.comparing(ranks::get)).forEach(i -> {
            World.Order order = planned(organization, statuses.get(i), studyUid, null);
            times(order, begin.plus(seconds.get(i)), Duration.ofMillis(400));
            order.offset = offsets.get(i);
            world.submit(order);
            orders.add(order);
        });
        orders.sort(Comparator.comparing((World.Order order) -> order.createdAt));
        return answer(organization, "study_uid", studyUid, "order_ids", ids(orders));
    }

    /** A study that two organizations have an order of. */
    Map<String, Object> sharedStudy(Params params) {
        List<String> statuses = params.words("statuses", Params.STATUSES, List.of("COMPLETED", "COMPLETED"));
        String newer = params.oneOf("newer", List.of("mine", "other"), "other");
        if (statuses.size() != 2) {
            throw new Params.Unusable("statuses has the status of my order and that of the other's");
        }
        World.Organization mine = organization(params);
        World.Organization other = newOrganization();
        String studyUid = newStudy();
        World.Order first = newer.equals("mine") ? made(other, statuses.get(1), studyUid, null)
                : made(mine, statuses.get(0), studyUid, null);
        World.Order second = newer.equals("mine") ? made(mine, statuses.get(0), studyUid, null)
                : made(other, statuses.get(1), studyUid, null);
        World.Order own = first.organization == mine ? first : second;
        Map<String, Object> answer = answer(mine, "study_uid", studyUid, "order_id", own.id,
                "other_order_id", (own == first ? second : first).id);
        return withOther(answer, other);
    }

    /** A study group with an order in each of these statuses. */
    Map<String, Object> studyGroup(Params params) {
        List<String> statuses = params.words("statuses", Params.STATUSES, List.of());
        World.Organization organization = organization(params);
        String group = newGroup();
        return answer(organization, "study_group", group, "order_ids", ids(grouped(organization, statuses, group)));
    }

    /** A study group that two organizations have orders in. */
    Map<String, Object> sharedGroup(Params params) {
        List<String> statuses = params.words("statuses", Params.STATUSES, List.of());
        List<String> otherStatuses = params.words("other_statuses", Params.STATUSES, List.of());
        World.Organization mine = organization(params);
        World.Organization other = newOrganization();
        String group = newGroup();
        Map<String, Object> answer = answer(mine, "study_group", group,
                "order_ids", ids(grouped(mine, statuses, group)),
                "other_order_ids", ids(grouped(other, otherStatuses, group)));
        return withOther(answer, other);
    }

    /** A report that is ready from now on, perhaps completed a while ago; or an order whose report's id is reserved. */
    Map<String, Object> reportBecomesReady(Params params) {
        Duration ago = Duration.ofMillis(Math.round(params.number("completed_seconds_ago", -0.001) * 1000));
        String studyUid = params.text("study_uid", null);
        boolean unready = params.yes("unready");
        World.Organization organization = organization(params);
        World.Order order = ago.isNegative() || unready
                ? made(organization, unready ? "PROCESSING" : "COMPLETED", studyUid, null)
                : finished(organization, studyUid, world.now().minus(ago), ZONE);
        return answer(organization, "order_id", order.id, "study_uid", order.studyUid,
                "report_id", World.reportId(order, 1));
    }

    /** A new version of a report. */
    Map<String, Object> reportAmended(Params params) {
        World.Report report = world.reports.get(params.text("report_id"));
        if (report == null || !report.order().organization.made) {
            throw new Params.Unusable("there is no such report");
        }
        World.Order order = report.order();
        order.updatedAt = world.tick();
        return answer(order.organization, "report_id", world.publish(order, order.updatedAt).id());
    }

    /** An order that has moved on. */
    Map<String, Object> orderAdvanced(Params params) {
        World.Order order = world.orders.get(params.text("order_id"));
        if (order == null || !order.organization.made || params.has("status") == params.has("progress")) {
            throw new Params.Unusable("give an order that there is, and its new status or its new progress");
        }
        String status = params.oneOf("status", Params.STATUSES, "PROCESSING");
        int progress = params.whole("progress", order.progress, 99);
        boolean back = status.equals("RECEIVED") && order.status.equals("PROCESSING") || progress < order.progress;
        if (World.FINAL.contains(order.status) || back) {
            throw new Params.Unusable("an order moves forward only");
        }
        if (!status.equals(order.status) || progress != order.progress) {
            order.status = status;
            order.progress = status.equals("COMPLETED") ? 100 : progress;
            order.updatedAt = world.tick();
            if (status.equals("COMPLETED")) {
                order.completedAt = order.updatedAt;
                world.publish(order, order.completedAt);
            }
        }
        return answer(order.organization, "order_id", order.id, "status", order.status);
    }

    private List<World.Order> grouped(World.Organization organization, List<String> statuses, String group) {
        return statuses.stream().map(status -> made(organization, status, null, group)).toList();
    }

    private Map<String, Object> withOther(Map<String, Object> answer, World.Organization other) {
        World.Client client = newClient(other, Params.SCOPES.subList(0, 3));
        answer.put("other_organization_id", other.id);
        answer.put("other_client_id", client.id);
        answer.put("other_client_secret", client.secret);
        return answer;
    }

    private World.Order made(World.Organization organization, String status, String studyUid, String group) {
        World.Order order = planned(organization, status, studyUid, group);
        world.submit(order);
        return order;
    }

    /** An order that was completed at this instant. */
    private World.Order finished(World.Organization organization, String studyUid, Instant at, ZoneOffset offset) {
        World.Order order = planned(organization, "COMPLETED", studyUid, null);
        times(order, at.minusSeconds(90), Duration.ofSeconds(45));
        order.offset = offset;
        world.submit(order);
        return order;
    }

    /** An order that is created now, and not yet submitted. */
    private World.Order planned(World.Organization organization, String status, String studyUid, String group) {
        World.Order order = new World.Order();
        order.organization = organization;
        order.studyUid = studyUid == null ? newStudy() : studyUid;
        order.studyGroup = group;
        order.status = status;
        order.progress = PROGRESS.get(status);
        order.reportTypes = Documents.ORDER_TYPES;
        order.offset = ZONE;
        order.createdAt = world.tick();
        order.startedAt = world.tick();
        order.updatedAt = world.tick();
        order.completedAt = status.equals("COMPLETED") ? order.updatedAt : null;
        return order;
    }

    private static void times(World.Order order, Instant created, Duration step) {
        order.createdAt = created;
        order.startedAt = created.plus(step);
        order.updatedAt = created.plus(step).plus(step);
        order.completedAt = order.status.equals("COMPLETED") ? order.updatedAt : null;
    }

    private Instant begin(List<Duration> after) {
        return world.now().minus(after.isEmpty() ? Duration.ZERO : Collections.max(after)).minusSeconds(120);
    }

    private String newStudy() {
        return "1.3.6.1.4.1.32473.93." + (Tokens.drawn().hashCode() & 0x7fffffff) + "." + ++names;
    }

    private String newGroup() {
        return "Trial Ü " + Tokens.drawn().substring(0, 8) + " " + ++names;
    }

    private static List<String> ids(List<World.Order> orders) {
        return orders.stream().map(order -> order.id).toList();
    }
}
