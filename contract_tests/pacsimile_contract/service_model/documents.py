"""What is known of reports: a version says the same each time, and no answer goes back to a version before."""

from dataclasses import fields

from pacsimile_contract import facts
from pacsimile_contract.documents import read_report
from pacsimile_contract.documents.headers import report_headers
from pacsimile_contract.documents.statement import ReportStatement
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.service_model.calls import Call
from pacsimile_contract.service_model.contradiction import Comparisons

_LEFT_OUT = ("attachments", "repeats")
MOST_READ = 100
"""Documents that are read because their bytes differ from those before; a service may write new ones each time."""


class Documents:
    """The reports of a run."""

    def __init__(self, comparisons: Comparisons) -> None:
        self._comparisons = comparisons
        self._first: dict[tuple[str, str, str], Exchange] = {}
        """By organization, report id and type."""
        self._superseded: dict[tuple[str, str], Exchange] = {}
        """By organization and report id, the listing that named its successor."""
        self._served: dict[tuple[str, str], dict[str, Exchange]] = {}
        """By organization and order, the versions that were served, each with the last answer that had it."""
        self._read = 0

    def take(self, call: Call) -> None:
        """Compare a call with what is known, and learn from it."""
        if call.exchange.status != 200:
            return
        if call.operation == "listReports" and call.parameters["organizationId"] == call.organization:
            for entry in facts.listing(call.exchange).reports or ():
                if entry.supersedes is not None:
                    self._superseded.setdefault((call.organization, entry.supersedes), call.exchange)
        elif call.operation == "getResult":
            self._take_report(call)

    def _take_report(self, call: Call) -> None:
        headers, exchange = report_headers(call.exchange), call.exchange
        if headers.report_id is None or headers.order_id is None:
            return
        self._take_version(call, headers.order_id, headers.report_id)
        if call.parameters["report_type"] == "json":
            self._own_order(call, headers.order_id)
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

    def _take_version(self, call: Call, order: str, report: str) -> None:
        """Compare the version that is served with those known to be newer."""
        exchange = call.exchange
        listing = self._superseded.get((call.organization, report))
        served = self._served.setdefault((call.organization, order), {})
        own = served.get(report)
        for other, last in served.items():
            if other == report or own is None:
                continue
            if self._comparisons.came_before(own, last) and self._comparisons.came_before(last, exchange):
                listing = listing or last
        if listing is not None and self._comparisons.came_before(listing, exchange):
            self._comparisons.contradict(
                "RESULTS-11", listing, exchange, expected="the version that superseded it", got="", got_value=report
            )  # fmt: skip
        elif len(served) > 1:
            self._comparisons.note("RESULTS-11", exchange)
        served[report] = exchange

    def _own_order(self, call: Call, order: str) -> None:
        document = read_report("json", call.exchange.body)
        said = document.statement.order_id if document is not None and document.statement is not None else None
        if said is not None and said != order:
            self._comparisons.contradict(
                "RESULTS-7", call.exchange, expected="the report of the order in X-Order-Id:", expected_value=order,
                got="that of", got_value=said,
            )  # fmt: skip
        elif said is not None:
            self._comparisons.note("RESULTS-7", call.exchange)

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
