"""Whose each order and report is: what one organization's clients see, no other's ever do."""

from collections.abc import Hashable

from pacsimile_contract import facts
from pacsimile_contract.documents.headers import report_headers
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.instants import Instant
from pacsimile_contract.service_model.calls import MOST_ENTRIES, Call, Callers
from pacsimile_contract.service_model.contradiction import Comparisons


class Organizations:
    """The organizations of a run. What two of them see is told by more than its ids, which two may have in common."""

    def __init__(self, comparisons: Comparisons, callers: Callers) -> None:
        self._comparisons = comparisons
        self._own = frozenset(callers.organizations.values())
        self._owners: dict[Hashable, tuple[str, Exchange]] = {}
        """By what tells an order, a report or a group from all others, which organization saw it first."""
        self._by_name: dict[str, str] = {}
        """By order or study, likewise."""
        self._at_home: dict[str, Exchange] = {}
        """By client, its first listing of its own organization."""

    def take(self, call: Call) -> None:
        """Compare a call with what other organizations saw."""
        if call.client == call.organization:  # nothing shows what it belongs to
            return
        exchange = call.exchange
        if call.operation in ("listReports", "acknowledgeReports"):
            self._take_organization(call)
        elif call.operation == "getStatus" and exchange.status == 200:
            self._take_status(call)
        elif call.operation == "getResult" and exchange.status == 200:
            self._take_report(call)
        elif call.operation == "getGroupReport" and exchange.status == 200 and exchange.body:
            group = (call.parameters["study_group"], call.parameters["report_type"], exchange.body)
            self._is_its_own(call, "SEC-8", ("group", *group), "the group's report of another organization,")
        elif exchange.status == 404:
            self._take_unknown(call)

    def _take_organization(self, call: Call) -> None:
        named, exchange = call.parameters["organizationId"], call.exchange
        if named == call.organization:
            if exchange.succeeded:
                self._at_home.setdefault(call.client, exchange)
                self._names_its_organization(exchange, named)
                self._take_entries(call)
            return
        home = self._at_home.get(call.client)
        if named not in self._own and home is None:
            return
        if exchange.succeeded:
            proof = () if home is None else (home,)
            self._comparisons.contradict(
                "SEC-2", *proof, exchange, expected="403 for an organization that is not the client's own",
                got=str(exchange.status),
            )  # fmt: skip
        elif exchange.status == 403:
            self._comparisons.note("SEC-2", exchange)

    def _names_its_organization(self, exchange: Exchange, asked: str) -> None:
        """Judge that a listing or an acknowledgement states the organization that the call names."""
        read = facts.listing if exchange.operation == "listReports" else facts.acknowledgement
        named = read(exchange).organization_id
        if named is not None and named != asked:
            self._comparisons.contradict(
                "PROTO-1", exchange, expected="organization_id as in the call:", expected_value=asked,
                got="organization_id", got_value=named, is_tentative=True,
            )  # fmt: skip

    def _take_entries(self, call: Call) -> None:
        entries = (facts.listing(call.exchange).reports or ()) if call.operation == "listReports" else ()
        for entry in entries if len(entries) <= MOST_ENTRIES else ():
            at = entry.completed_at
            if entry.report_id and entry.order_id and entry.study_uid and at is not None and not at.whole_seconds:
                report = ("entry", entry.report_id, entry.order_id, entry.study_uid, at.text)
                if not self._is_its_own(call, "BATCH-2", report, "no report of another organization,"):
                    return

    def _take_unknown(self, call: Call) -> None:
        for name, requirement in (("order_id", "SEC-1"), ("study_uid", "SEC-3")):
            owner = self._by_name.get(call.parameters.get(name, ""))
            if owner is not None and owner != call.organization:
                self._comparisons.note(requirement, call.exchange)

    def _take_status(self, call: Call) -> None:
        status = facts.order_status(call.exchange)
        if not (status.order_id and status.study_uid and isinstance(status.created_at, Instant)):
            return
        self._by_name.setdefault(status.order_id, call.organization)
        if "study_uid" in call.parameters:
            owner = self._by_name.setdefault(status.study_uid, call.organization)
            if owner != call.organization:
                self._comparisons.note("SEC-3", call.exchange)
        order = ("order", status.order_id, status.study_uid, status.created_at)
        self._is_its_own(call, self._requirement(call), order, "404: the order belongs to another organization,")

    def _take_report(self, call: Call) -> None:
        headers, exchange = report_headers(call.exchange), call.exchange
        if headers.report_id and headers.order_id and exchange.body:
            report = ("report", headers.report_id, headers.order_id, call.parameters["report_type"], exchange.body)
            self._is_its_own(call, self._requirement(call), report, "404: the report belongs to another organization,")

    def _requirement(self, call: Call) -> str:
        return "SEC-3" if "study_uid" in call.parameters else "SEC-1"

    def _is_its_own(self, call: Call, requirement: str, thing: Hashable, expected: str) -> bool:
        """Compare what an answer shows with the organization that saw it first."""
        owner, first = self._owners.setdefault(thing, (call.organization, call.exchange))
        if owner == call.organization:
            return True
        self._comparisons.contradict(
            requirement, first, call.exchange, expected=expected, expected_value=owner, got="200 to a client of",
            got_value=call.organization,
        )  # fmt: skip
        return False
