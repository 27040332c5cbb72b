"""Discovery of states on an existing target by safe calls: listings, `/orderId` and `/status`."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from pacsimile_contract import facts
from pacsimile_contract.english import counted
from pacsimile_contract.errors import BudgetSpent, NotExercised
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.provider.states import ProvidedState
from pacsimile_contract.target.model import Client, Target

Ask = Callable[..., Exchange]
"""(operationId, client, parameters) → exchange."""

CONFLICT = 409
LISTED = "the listing"
"""The source of a discovered state."""
FEW = 50
"""How many listed reports are looked at."""


class Discovery:
    """Lists once for each client, and finds examples of states in the listing."""

    def __init__(self, target: Target, ask: Ask) -> None:
        self._target, self._ask = target, ask
        self._listings: dict[str, tuple[facts.ListedReport, ...]] = {}

    def __call__(self, state: str, params: Mapping[str, Any]) -> ProvidedState | None:
        """Return an example of the state; None where safe calls find none."""
        finders = {
            "order_in_status": self._order,
            "study_with_orders": self._study,
            "study_group": self._group,
            "other_organization": self._other,
            "study_shared_between_organizations": self._shared_study,
        }
        finder = finders.get(state)
        try:
            return finder(params) if finder else None
        except BudgetSpent:
            raise
        except NotExercised:
            return None

    def summary(self) -> str:
        """Say in words what the primary client's listing shows. Ask for it where that was not done yet."""
        listed = self._listed(self._target.primary)
        named = {
            "report": {report.report_id for report in listed}, "order": {report.order_id for report in listed},
            "study": {report.study_uid for report in listed}, "study group": {report.study_group for report in listed},
        }  # fmt: skip
        counts = [_counted(len(identifiers - {None}), word) for word, identifiers in named.items()]
        return f"{', '.join(counts)}{', and perhaps more' if len(listed) >= FEW else ''}"

    def _listed(self, client: Client) -> tuple[facts.ListedReport, ...]:
        if client.organization_id is None:
            return ()
        if client.name not in self._listings:
            exchange = self._ask("listReports", client, {"organizationId": client.organization_id, "limit": str(FEW)})
            self._listings[client.name] = facts.listing(exchange).reports or ()
        return self._listings[client.name]

    def _status(self, order_id: str) -> facts.OrderStatus:
        return facts.order_status(self._ask("getStatus", self._target.primary, {"order_id": order_id}))

    def _order(self, params: Mapping[str, Any]) -> ProvidedState | None:
        if set(params) - {"status"} or params.get("status") != "COMPLETED":
            return None
        for report in self._listed(self._target.primary):
            if report.order_id and report.study_uid:
                return self._provided("order_in_status", {"order_id": report.order_id, "study_uid": report.study_uid})
        return None

    def _study(self, params: Mapping[str, Any]) -> ProvidedState | None:
        wanted = list(params.get("statuses", ()))
        if set(params) - {"statuses"}:
            return None
        for uid in dict.fromkeys(report.study_uid for report in self._listed(self._target.primary) if report.study_uid):
            study_orders = facts.order_ids(self._ask("getOrderIds", self._target.primary, {"study_uid": uid}))
            ids = list(reversed(study_orders.order_ids or ()))
            if len(ids) == len(wanted) and [self._status(text).status for text in ids] == wanted:
                return self._provided("study_with_orders", {"study_uid": uid, "order_ids": ids})
        return None

    def _group(self, params: Mapping[str, Any]) -> ProvidedState | None:
        wanted = list(params.get("statuses", ()))
        listed = self._listed(self._target.primary)
        for group in dict.fromkeys(report.study_group for report in listed if report.study_group):
            ids = [report.order_id for report in listed if report.study_group == group and report.order_id]
            if wanted == ["COMPLETED"] * len(ids) and not self._has_more(group):
                return self._provided("study_group", {"study_group": group, "order_ids": ids})
        return None

    def _has_more(self, group: str) -> bool:
        """Tell whether orders of the group are in progress: a listing shows completed ones only."""
        asked = {"study_group": group, "report_type": "json"}
        try:
            return self._ask("getGroupReport", self._target.primary, asked).status == CONFLICT
        except BudgetSpent:
            raise
        except NotExercised:  # whoever asks for the group's report says why it is not to be had
            return False

    def _other(self, params: Mapping[str, Any]) -> ProvidedState | None:
        other = self._target.clients.get("other_org")
        if params or other is None or other.organization_id is None:
            return None
        own = self._listed(self._target.primary)
        shared = {report.study_uid for report in own} | {report.study_group for report in own if report.study_group}
        apart = sorted(
            self._listed(other), key=lambda report: (report.study_uid in shared) + (report.study_group in shared)
        )
        for report in apart:
            if report.order_id and report.study_uid and report.report_id:
                values = {"order_id": report.order_id, "study_uid": report.study_uid, "study_group": report.study_group}
                values |= {"report_id": report.report_id, "organization_id": other.organization_id}
                return ProvidedState("other_organization", values, other, source=LISTED)
        return None

    def _shared_study(self, params: Mapping[str, Any]) -> ProvidedState | None:
        """Return a study that both organizations list with one order each, so that any further order is the other's."""
        primary, other = self._target.primary, self._target.clients.get("other_org")
        if dict(params) != {"statuses": ["COMPLETED", "COMPLETED"]} or other is None or other.organization_id is None:
            return None
        studies_of_other = _orders_by_study(self._listed(other))
        for uid, own in _orders_by_study(self._listed(primary)).items():
            others = studies_of_other.get(uid, set())
            if len(own) == len(others) == 1 and self._alone(primary, uid, own, others):
                values = {"study_uid": uid, "order_id": min(own), "other_order_id": min(others)}
                values["other_organization_id"] = other.organization_id
                return replace(self._provided("study_shared_between_organizations", values), other=other)
        return None

    def _alone(self, client: Client, uid: str, own: set[str], others: set[str]) -> bool:
        """Tell whether the client has no order in the study besides the listed one."""
        named = facts.order_ids(self._ask("getOrderIds", client, {"study_uid": uid})).order_ids or ()
        return set(named) - others == own

    def _provided(self, state: str, values: Mapping[str, Any]) -> ProvidedState:
        primary = self._target.primary
        return ProvidedState(state, {"organization_id": primary.organization_id, **values}, primary, source=LISTED)


def _orders_by_study(listed: Iterable[facts.ListedReport]) -> dict[str, set[str]]:
    orders: dict[str, set[str]] = {}
    for report in listed:
        if report.study_uid and report.order_id:
            orders.setdefault(report.study_uid, set()).add(report.order_id)
    return orders


def _counted(number: int, word: str) -> str:
    plural = "studies" if word == "study" else f"{word}s"
    return counted(number, word, plural) if number else f"no {plural}"
