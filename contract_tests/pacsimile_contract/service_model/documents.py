"""What is known of reports: a version says the same each time, as all views have it, and no answer goes back."""

from collections.abc import Iterator
from dataclasses import fields

from pacsimile_contract import facts
from pacsimile_contract.documents import read_report
from pacsimile_contract.documents.headers import report_headers
from pacsimile_contract.documents.statement import ReportStatement
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.facts import ListedReport
from pacsimile_contract.service_model.calls import MOST_ENTRIES, Call
from pacsimile_contract.service_model.contradiction import Comparisons
from pacsimile_contract.service_model.orders import Orders, alike
from pacsimile_contract.service_model.versions import Versions

_LEFT_OUT = ("attachments", "repeats")
MOST_READ = 100
"""Documents that are read because their bytes differ from those before; a service may write new ones each time."""


class Documents:
    """The reports of a run. `versions` has learned from a call before it is compared here."""

    def __init__(self, comparisons: Comparisons, orders: Orders, versions: Versions) -> None:
        self._comparisons, self._orders, self._versions = comparisons, orders, versions
        self._first: dict[tuple[str, str, str], Exchange] = {}
        """By organization, report id and type."""
        self._last: dict[tuple[str, str], dict[str, Exchange]] = {}
        """By organization and order, the versions that were served, each with the last answer that had it."""
        self._entries: dict[tuple[str, str], tuple[ListedReport, Exchange]] = {}
        """By organization and report, how it was first listed."""
        self._types: dict[tuple[str, str, bytes], tuple[str, Exchange]] = {}
        """By organization, report id and bytes, the type that has them."""
        self._read = 0

    def take(self, call: Call) -> None:
        """Compare a call with what is known, and learn from it."""
        if call.exchange.status != 200:
            return
        if call.operation == "listReports" and call.parameters["organizationId"] == call.organization:
            entries = facts.listing(call.exchange).reports or ()
            for entry in entries if len(entries) <= MOST_ENTRIES else ():
                if entry.report_id is not None:
                    self._entries.setdefault((call.organization, entry.report_id), (entry, call.exchange))
                    self._is_listed_in_time(call, entry, entry.report_id)
        elif call.operation == "getResult":
            self._take_report(call)

    def finish(self) -> None:
        """Compare what each json report says of itself with the listing and the status."""
        for (organization, report), (statement, exchange) in self._versions.statements.items():
            self._agrees(organization, report, statement, exchange)

    def _take_report(self, call: Call) -> None:
        headers, exchange = report_headers(call.exchange), call.exchange
        if headers.report_id is None or headers.order_id is None:
            return
        self._take_version(call, headers.order_id, headers.report_id)
        if call.parameters["report_type"] == "json":
            self._own_order(call, headers.order_id)
        self._has_its_own_bytes(call, headers.report_id)
        first = self._first.setdefault((call.organization, headers.report_id, call.parameters["report_type"]), exchange)
        if first is exchange:
            return
        differing = [] if first.body == exchange.body else self._differing(call, first)
        if differing:
            self._comparisons.contradict(
                "RESULTS-6", first, exchange, expected="a version that says what it said before",
                got=f"other values of {', '.join(differing)}", is_tentative=True,
            )  # fmt: skip
        else:
            self._comparisons.note("RESULTS-6", exchange)

    def _has_its_own_bytes(self, call: Call, report: str) -> None:
        """Judge that two types of a version are two documents."""
        kind, exchange = call.parameters["report_type"], call.exchange
        other, first = self._types.setdefault((call.organization, report, exchange.body), (kind, exchange))
        if other != kind and exchange.body:
            self._comparisons.contradict(
                "RESULTS-1", first, exchange, expected=f"the report as {kind}", is_tentative=True,
                got=f"the bytes of the report as {other}",
            )  # fmt: skip

    def _take_version(self, call: Call, order: str, report: str) -> None:
        """Compare the version that is served with those known to be newer."""
        exchange = call.exchange
        successor = self._versions.superseded.get((call.organization, report))
        served = self._last.setdefault((call.organization, order), {})
        own = served.get(report)
        for other, last in served.items():
            if other == report or own is None:
                continue
            if self._comparisons.came_before(own, last) and self._comparisons.came_before(last, exchange):
                successor = successor or last
        if successor is not None and self._comparisons.came_before(successor, exchange):
            self._comparisons.contradict(
                "RESULTS-11", successor, exchange, expected="the version that superseded it", got="", got_value=report
            )  # fmt: skip
        elif len(served) > 1:
            self._comparisons.note("RESULTS-11", exchange)
        served[report] = exchange

    def _is_listed_in_time(self, call: Call, entry: ListedReport, report: str) -> None:
        """Judge that a listed report had not been superseded before: `/results` served its successor."""
        exchange, key = call.exchange, (call.organization, report)
        successor = self._versions.superseded.get(key)
        served = self._last.get((call.organization, entry.order_id or ""), {})
        own = served.get(report)
        for other, last in served.items():
            if other != report and own is not None and self._comparisons.came_before(own, last):
                successor = successor or last
        if successor is not None and self._comparisons.came_before(successor, exchange):
            self._comparisons.contradict(
                "BATCH-12", successor, exchange, expected="a listing without the report that was superseded:",
                expected_value=report, got="it is listed", is_tentative=True,
            )  # fmt: skip

    def _own_order(self, call: Call, order: str) -> None:
        document = read_report("json", call.exchange.body)
        stated = document.statement.order_id if document is not None and document.statement is not None else None
        if stated is not None and stated != order:
            self._comparisons.contradict(
                "RESULTS-7", call.exchange, expected="the report of the order in X-Order-Id:", expected_value=order,
                got="that of", got_value=stated,
            )  # fmt: skip
        elif stated is not None:
            self._comparisons.note("RESULTS-7", call.exchange)

    def _agrees(self, organization: str, report: str, statement: ReportStatement, exchange: Exchange) -> None:
        """Compare the members of a json report with the other views of its order and version (CONS-2)."""
        for name, value, wanted, seen in self._pairs(organization, report, statement, exchange):
            if value is None or wanted is None:
                continue
            if not alike(value, wanted, exchange):
                self._comparisons.contradict(
                    "CONS-2", seen, exchange, expected=f"{name} of the json report as other views have it:",
                    expected_value=str(wanted), got=name, got_value=str(value), is_tentative=True,
                )  # fmt: skip
                return
            self._comparisons.note("CONS-2", exchange)

    def _pairs(
        self, organization: str, report: str, statement: ReportStatement, exchange: Exchange
    ) -> Iterator[tuple[str, object, object, Exchange]]:
        """Yield a member's name, its value, the value in another view, and the answer that has that one."""
        yield "report_id", statement.report_id, report, exchange
        order = self._orders.known.get((organization, report_headers(exchange).order_id or ""))
        known_as = {"study_uid": "study_uid", "received_at": "created_at"}
        if statement.report_status == "final":  # an amended version has a time of its own
            known_as["completed_at"] = "completed_at"
        for name, known in known_as.items():
            if order is not None and order.value(known) is not None:
                yield name, getattr(statement, name), order.value(known), order.facts[known][1]
        if (organization, report) in self._entries:
            entry, listing = self._entries[organization, report]
            for name in ("report_status", "supersedes", "completed_at"):
                yield name, getattr(statement, name), getattr(entry, name), listing

    def _differing(self, call: Call, first: Exchange) -> list[str]:
        """Return which members of a statement differ; none where one of the documents states nothing."""
        self._read += 1
        if self._read > MOST_READ:
            return []
        kind = call.parameters["report_type"]
        documents = [read_report(kind, body) for body in (first.body, call.exchange.body)]
        before, now = (None if document is None else document.statement for document in documents)
        if before is None or now is None:
            return []
        names = [field.name for field in fields(ReportStatement) if field.name not in _LEFT_OUT]
        return [name for name in names if getattr(before, name) != getattr(now, name)]
