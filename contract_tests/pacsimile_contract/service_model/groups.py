"""What is known of study groups: their orders, and what a group's report must say of each."""

from collections import defaultdict
from dataclasses import dataclass, field

from pacsimile_contract import facts
from pacsimile_contract.documents.model import GroupDocument
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.service_model.calls import Call
from pacsimile_contract.service_model.contradiction import Comparisons
from pacsimile_contract.service_model.group_documents import GroupDocuments, has_members, stated_studies
from pacsimile_contract.service_model.orders import NOT_READY, UNKNOWN, Order, Orders
from pacsimile_contract.service_model.versions import Versions
from pacsimile_spec.statuses import COMPLETED

MOST_MEMBERS = 200
"""Orders of a group that are kept: each is sought in the whole of each report."""


@dataclass
class Group:
    """What answers said of a study group, in the order of time."""

    members: dict[str, Exchange] = field(default_factory=dict)
    """By order, the first answer that named the group as its own."""
    calls: list[Call] = field(default_factory=list)


class Groups:
    """The study groups of a run, by organization and name. They are judged at its end, by what came later too."""

    def __init__(self, comparisons: Comparisons, orders: Orders, versions: Versions, documents: GroupDocuments) -> None:
        self._comparisons, self._orders, self._versions, self._documents = comparisons, orders, versions, documents
        self._known: dict[tuple[str, str], Group] = defaultdict(Group)
        self._strangers: dict[tuple[str, str], Exchange] = {}
        """By organization and order, the last answer that knew no such order."""

    def take(self, call: Call) -> None:
        """Learn from a call."""
        exchange = call.exchange
        if call.operation == "getGroupReport":
            self._known[call.organization, call.parameters["study_group"]].calls.append(call)
        elif call.operation == "getStatus" and exchange.status == 200:
            status = facts.order_status(exchange)
            self._join(call, status.order_id, status.study_group)
        elif call.operation == "listReports" and exchange.status == 200:
            if call.parameters["organizationId"] == call.organization:
                for entry in facts.listing(exchange).reports or ():
                    self._join(call, entry.order_id, entry.study_group)
        elif exchange.status == 404 and "order_id" in call.parameters and facts.problem(exchange).reason in UNKNOWN:
            self._strangers[call.organization, call.parameters["order_id"]] = exchange

    def _join(self, call: Call, order_id: str | None, group: str | None) -> None:
        if order_id is not None and group is not None:
            members = self._known[call.organization, group].members
            if len(members) < MOST_MEMBERS:
                members.setdefault(order_id, call.exchange)

    def finish(self) -> None:
        """Judge every answer about a group."""
        for (organization, name), group in self._known.items():
            for call in group.calls:
                if call.exchange.status == 200:
                    self._judge_report(organization, name, group, call)
                elif call.exchange.status in (404, 409):
                    self._judge_refusal(organization, group, call)

    # What is there

    def _members(self, organization: str, group: Group, exchange: Exchange) -> list[tuple[Order, Exchange]]:
        """Return the orders that were in the group before a call, each with the answer that shows it."""
        members = [(self._orders.known.get((organization, name)), seen) for name, seen in group.members.items()]
        return [
            (order, seen)
            for order, seen in members
            if order is not None
            and "study_group" not in order.disputed
            and self._comparisons.came_before(seen, exchange)
        ]

    def _served_before(self, group: Group, exchange: Exchange) -> Exchange | None:
        earlier = (call.exchange for call in group.calls if call.exchange.status == 200)
        return next((report for report in earlier if self._comparisons.came_before(report, exchange)), None)

    # Reports

    def _judge_report(self, organization: str, name: str, group: Group, call: Call) -> None:
        members = self._members(organization, group, call.exchange)
        if not self._waits(group, members, call):
            return
        document = self._documents.read(call) if members or has_members(call) else None
        if document is None:
            return
        if document.study_group is not None and document.study_group != name:
            self._comparisons.contradict(
                "GROUP-1", call.exchange, expected="the report of the group", expected_value=name, got="that of",
                got_value=document.study_group,
            )  # fmt: skip
        elif self._has_all(group, members, call, document) and self._has_its_own(
            organization, name, group, call, document
        ):
            self._tells_each(organization, members, call, document)

    def _joined(self, group: Group, seen: Exchange, exchange: Exchange) -> bool:
        """Tell whether an order was first seen in a group after its report had been served."""
        served = self._served_before(group, exchange)
        return served is not None and self._comparisons.came_before(served, seen)

    def _waits(self, group: Group, members: list[tuple[Order, Exchange]], call: Call) -> bool:
        """Judge that no order was unfinished when the report was served: a later answer shows it."""
        for order, seen in members:
            if order.last_open is not None and self._comparisons.came_before(call.exchange, order.last_open):
                requirement = "GROUP-5" if self._joined(group, seen, call.exchange) else "GROUP-3"
                self._comparisons.contradict(
                    requirement, seen, call.exchange, order.last_open,
                    expected="409 while an order of the group is unfinished:", expected_value=order.order_id,
                    got="200, and it is not final later either",
                )  # fmt: skip
                return False
        if members:
            self._comparisons.note("GROUP-3", call.exchange)
        return True

    def _has_all(
        self, group: Group, members: list[tuple[Order, Exchange]], call: Call, document: GroupDocument
    ) -> bool:
        """Judge that the report has each order that was in the group, or in an earlier report of it."""
        for order, seen in members:
            if not document.names(order.order_id):
                requirement = "GROUP-5" if self._joined(group, seen, call.exchange) else "GROUP-2"
                self._comparisons.contradict(
                    requirement, seen, call.exchange, expected="in the group's report its order", got="not in it",
                    expected_value=order.order_id,
                )  # fmt: skip
                return False
            self._comparisons.note("GROUP-2", call.exchange)
        earlier = next((other for other in reversed(group.calls) if self._precedes(other, call.exchange)), None)
        for order_id in () if earlier is None else self._documents.order_ids(earlier):
            if earlier is not None and not document.names(order_id):
                self._comparisons.contradict(
                    "GROUP-2", earlier.exchange, call.exchange, expected="in the group's report, as before, its order",
                    expected_value=order_id, got="not in it",
                )  # fmt: skip
                return False
        return True

    def _precedes(self, call: Call, exchange: Exchange) -> bool:
        """Tell whether a report with members came before an exchange."""
        is_report = call.exchange.status == 200 and has_members(call)
        return is_report and self._comparisons.came_before(call.exchange, exchange)

    def _has_its_own(self, organization: str, name: str, group: Group, call: Call, document: GroupDocument) -> bool:
        """Judge that the report has no order of another group, and none that the organization does not have."""
        for order_id in document.order_ids or ():
            order = self._orders.known.get((organization, order_id))
            of = None if order is None else order.value("study_group")
            if order is not None and of is not None and of != name:
                self._comparisons.contradict(
                    "GROUP-2", order.facts["study_group"][1], call.exchange, expected_value=order_id,
                    expected="no order of another group, as is", got="it is in the report",
                )  # fmt: skip
                return False
            stranger = self._strangers.get((organization, order_id))
            if order is None and stranger is not None and self._comparisons.came_before(call.exchange, stranger):
                foreign = any(
                    group_name == name and other != organization and order_id in others.members
                    for (other, group_name), others in self._known.items()
                )
                self._comparisons.contradict(
                    "SEC-8" if foreign else "GROUP-2", call.exchange, stranger, expected="only orders that exist, not",
                    expected_value=order_id, got="it is in the report, and unknown later",
                )  # fmt: skip
                return False
        return True

    def _tells_each(
        self, organization: str, members: list[tuple[Order, Exchange]], call: Call, document: GroupDocument
    ) -> None:
        """Judge what the report says of each order: its failure, or the impression of its newest version."""
        studies = stated_studies(call)
        for order, seen in members:
            ended, stated = order.final(), studies.get(order.order_id)
            if stated is not None and order.value("study_uid") not in (None, stated):
                requirement = "GROUP-5" if ended is not None and ended[0] == COMPLETED else "GROUP-2"
                self._comparisons.contradict(
                    requirement, order.facts["study_uid"][1], call.exchange, expected="the order's own study_uid",
                    expected_value=order.value("study_uid"), got="study_uid", got_value=stated,
                )  # fmt: skip
                return
            if ended is not None and ended[0] != COMPLETED and document.text is None:
                if not document.accounts_for({order.order_id: ended[0]})[order.order_id]:
                    self._comparisons.contradict(
                        "GROUP-2", seen, ended[1], call.exchange, expected=f"{ended[0]} beside the order",
                        expected_value=order.order_id, got="not named as such",
                    )  # fmt: skip
                    return
            elif not self._has_impression(organization, order, seen, call, document):
                return

    def _has_impression(
        self, organization: str, order: Order, seen: Exchange, call: Call, document: GroupDocument
    ) -> bool:
        newest = self._versions.at((organization, order.order_id), call.exchange)
        stated = None if newest is None else self._versions.statements.get((organization, newest[0]))
        if newest is None or stated is None or not stated[0].impression:
            return True
        if not document.states_of(order.order_id, stated[0].impression):
            self._comparisons.contradict(
                "GROUP-5", seen, newest[1], stated[1], newest[2], call.exchange,
                expected="in the group's report the impression of the newest version,", expected_value=newest[0],
                got="not in it",
            )  # fmt: skip
            return False
        self._comparisons.note("GROUP-5", call.exchange)
        return True

    # Refusals

    def _judge_refusal(self, organization: str, group: Group, call: Call) -> None:
        reason, exchange = facts.problem(call.exchange).reason, call.exchange
        members = self._members(organization, group, exchange)
        if exchange.status == 404 and reason in UNKNOWN and members and call.is_ours_alone:
            self._comparisons.contradict(
                "GROUP-1", members[0][1], exchange, expected="the report of a group that has the order",
                expected_value=members[0][0].order_id, got="404", is_tentative=True,
            )  # fmt: skip
        elif exchange.status == 409 and reason == "order-failed":
            for order, _ in members:
                ended = order.final()
                if ended is not None and ended[0] == COMPLETED and self._comparisons.came_before(ended[1], exchange):
                    self._comparisons.contradict(
                        "GROUP-3", ended[1], exchange, expected="the report of a group with a COMPLETED order,",
                        expected_value=order.order_id, got="409, order-failed",
                    )  # fmt: skip
                    return
        elif exchange.status == 409 and reason == NOT_READY:
            self._judge_waiting(organization, group, call)

    def _judge_waiting(self, organization: str, group: Group, call: Call) -> None:
        """Judge that the report waits for nobody: a later one has only orders that were final before."""
        for later in group.calls:
            if later.exchange.status != 200 or not self._comparisons.came_before(call.exchange, later.exchange):
                continue
            order_ids = self._documents.order_ids(later)
            if not order_ids:
                continue
            reported = self._reported_before(group, call.exchange)
            ends = [
                self._ended_before(organization, order_id, call.exchange) or reported.get(order_id)
                for order_id in order_ids
            ]
            known = [end for end in ends if end is not None]
            if len(known) == len(ends):
                self._comparisons.contradict(
                    self._waits_for(organization, call), *known, call.exchange, later.exchange,
                    expected="the report of a group whose orders are all final", got="409, not ready yet",
                    is_tentative=True,
                )  # fmt: skip
            return

    def _waits_for(self, organization: str, call: Call) -> str:
        """Blame a report that waits: another organization's order of a group of that name may be unfinished."""
        for (other, name), group in self._known.items():
            if other == organization or name != call.parameters["study_group"]:
                continue
            orders = [self._orders.known.get((other, order_id)) for order_id in group.members]
            if any(order is not None and order.last_open is not None for order in orders):
                return "SEC-8"
        return "GROUP-3"

    def _reported_before(self, group: Group, exchange: Exchange) -> dict[str, Exchange]:
        """Return by order id the first report of the group before a call that has it: there it was final."""
        reported: dict[str, Exchange] = {}
        for call in group.calls:
            if self._precedes(call, exchange):
                for order_id in self._documents.order_ids(call):
                    reported.setdefault(order_id, call.exchange)
        return reported

    def _ended_before(self, organization: str, order_id: str, exchange: Exchange) -> Exchange | None:
        """Return an answer about an order, before a call, that shows it to be final."""
        order = self._orders.known.get((organization, order_id))
        ended = None if order is None else order.final()
        if ended is not None and self._comparisons.came_before(ended[1], exchange):
            return ended[1]
        return None
