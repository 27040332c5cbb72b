"""What answers said of the versions of each order's report, in the order of time."""

from collections import defaultdict
from dataclasses import dataclass, field

from pacsimile_contract import facts
from pacsimile_contract.documents import read_report
from pacsimile_contract.documents.headers import report_headers
from pacsimile_contract.documents.statement import ReportStatement
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.service_model.calls import Call
from pacsimile_contract.service_model.contradiction import Comparisons

Key = tuple[str, str]
"""An organization, and an order or a report of it."""


@dataclass
class Versions:
    """The versions that a run saw: `take` learns, and nothing here judges.

    Versions only move forward: what was served before and after a call was the newest version at the call.
    """

    comparisons: Comparisons
    served: dict[Key, list[tuple[str, Exchange]]] = field(default_factory=lambda: defaultdict(list))
    """By organization and order, the versions that answers served, in the order of their ends."""
    superseded: dict[Key, Exchange] = field(default_factory=dict)
    """By organization and report, the first answer that named its successor."""
    statements: dict[Key, tuple[ReportStatement, Exchange]] = field(default_factory=dict)
    """By organization and report, what its json report states."""

    def take(self, call: Call) -> None:
        """Learn from a call."""
        exchange = call.exchange
        if exchange.status != 200:
            return
        if call.operation == "listReports" and call.parameters["organizationId"] == call.organization:
            for entry in facts.listing(exchange).reports or ():
                if entry.supersedes is not None:
                    self.superseded.setdefault((call.organization, entry.supersedes), exchange)
        elif call.operation == "getResult":
            self._take_report(call)

    def _take_report(self, call: Call) -> None:
        headers, exchange = report_headers(call.exchange), call.exchange
        if headers.report_id is None or headers.order_id is None:
            return
        self.served[call.organization, headers.order_id].append((headers.report_id, exchange))
        key = (call.organization, headers.report_id)
        if call.parameters["report_type"] == "json" and key not in self.statements:
            document = read_report("json", exchange.body)
            if document is not None and document.statement is not None:
                self.statements[key] = (document.statement, exchange)
                if document.statement.supersedes is not None:
                    self.superseded.setdefault((call.organization, document.statement.supersedes), exchange)

    def at(self, key: Key, exchange: Exchange) -> tuple[str, Exchange, Exchange] | None:
        """Return the newest version of an order at a call, and the answers before and after that show it, if any do."""
        seen = self.served.get(key, [])
        before = next(
            (version for version in reversed(seen) if self.comparisons.came_before(version[1], exchange)), None
        )
        after = next((version for version in seen if self.comparisons.came_before(exchange, version[1])), None)
        if before is None or after is None or before[0] != after[0]:
            return None
        return before[0], before[1], after[1]
