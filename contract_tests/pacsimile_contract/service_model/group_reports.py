"""What a group's report says of itself: its organization, how new it is, and each order once."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.instants import Instant, instant
from pacsimile_contract.service_model.calls import Call
from pacsimile_contract.service_model.contradiction import Comparisons
from pacsimile_contract.service_model.group_documents import GroupDocuments, has_members
from pacsimile_contract.service_model.versions import Versions

_TABLE = "GroupJsonReport"


class GroupReports:
    """The group reports of a run. `versions` learns from a call before it is compared here."""

    def __init__(self, comparisons: Comparisons, versions: Versions, documents: GroupDocuments) -> None:
        self._comparisons, self._versions, self._documents = comparisons, versions, documents

    def take(self, call: Call) -> None:
        """Compare a group's report with itself, and with the versions that were served before it."""
        if call.operation != "getGroupReport" or call.exchange.status != 200 or not has_members(call):
            return
        self._has_each_once(call)
        body = call.exchange.json if call.parameters["report_type"] == "json" else None
        if isinstance(body, dict):
            self._is_the_callers(call, body)
            self._is_new(call, body)

    def _has_each_once(self, call: Call) -> None:
        """Judge that no order occurs twice, for example once for each version of its report."""
        counts = Counter(self._documents.order_ids(call))
        twice = next((order_id for order_id, count in counts.items() if count > 1), None)
        if twice is not None:
            self._comparisons.contradict(
                "GROUP-2", call.exchange, expected="each order once in the group's report", expected_value=twice,
                got=f"{counts[twice]} times",
            )  # fmt: skip
        elif counts:
            self._comparisons.note("GROUP-2", call.exchange)

    def _is_the_callers(self, call: Call, body: Mapping[str, Any]) -> None:
        stated, own = body.get("organization_id"), call.organization
        if not isinstance(stated, str) or own == call.client or not call.exchange.says(_TABLE, "organization_id"):
            return
        if stated != own:
            self._comparisons.contradict(
                "GROUP-2", call.exchange, expected="the report of the caller's organization", expected_value=own,
                got="that of", got_value=stated,
            )  # fmt: skip
        else:
            self._comparisons.note("GROUP-2", call.exchange)

    def _is_new(self, call: Call, body: Mapping[str, Any]) -> None:
        """Judge that `created_at`, the time of the latest event in the report, is not before a version in it.

        Those of a dialect are compared to the precision of the one with fewer decimals.
        """
        created_at = instant(body.get("created_at"))
        if created_at is None or not call.exchange.says(_TABLE, "created_at"):
            return
        for completed_at, seen in self._completions(call, body):
            exactly = call.exchange.dialect is None
            if completed_at > created_at and not completed_at.agrees_with(created_at, exactly=exactly):
                self._comparisons.contradict(
                    "GROUP-5", *seen, call.exchange, expected="created_at not before a version in it, completed",
                    expected_value=str(completed_at), got="created_at", got_value=str(created_at),
                )  # fmt: skip
                return
            self._comparisons.note("GROUP-5", call.exchange)

    def _completions(self, call: Call, body: Mapping[str, Any]) -> Iterator[tuple[Instant, tuple[Exchange, ...]]]:
        """Yield when each version in a report was completed, as the report says, and as an earlier answer says.

        With the latter comes that answer.
        """
        entries = body.get("orders")
        for entry in entries if isinstance(entries, list) else ():
            if not isinstance(entry, dict):
                continue
            stated = instant(entry.get("completed_at"))
            if stated is not None:
                yield stated, ()
            report_id = entry.get("report_id")
            key = (call.organization, report_id if isinstance(report_id, str) else "")
            statement, seen = self._versions.statements.get(key, (None, None))
            if statement is None or seen is None or statement.completed_at is None:
                continue
            if self._comparisons.came_before(seen, call.exchange):
                yield statement.completed_at, (seen,)
