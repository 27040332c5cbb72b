"""The generated histories of a story, with answers in the names that their acts gave to reports.

Act <n> of history <h> is noted as `model/<h>/<n>`, with the ids of the reports that it made. The exchange of a call has
the same label.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from pacsimile_contract import facts
from pacsimile_contract.documents.headers import report_headers
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.story import Story
from pacsimile_contract.queue_model.acts import act_of
from pacsimile_contract.queue_model.events import CallOutcome, PlayedAct

PREFIX = "model"
LONGEST_IDENTIFIER = 128
"""Characters of an identifier that a story tells as it is. The contract allows an id of 64."""


@dataclass
class RecordedHistory:
    """A generated history: its events, and the exchange of each (None for an act of a state)."""

    number: int
    events: list[PlayedAct] = field(default_factory=list)
    exchanges: list[Exchange | None] = field(default_factory=list)


def label(history: int, act: int) -> str:
    """Return the label of an act."""
    return f"{PREFIX}/{history}/{act}"


def histories(story: Story) -> list[RecordedHistory]:
    """Return every generated history of a story, in the order they were played."""
    return [history_of(story, number) for number in sorted({place[0] for place in _places(story)})]


def history_of(story: Story, number: int) -> RecordedHistory:
    """Return one generated history."""
    history, names = RecordedHistory(number), dict[str, str]()
    answers = dict(story.below(f"{PREFIX}/{number}"))
    for place in sorted(act for history, act in _places(story) if history == number):
        noted = story.given(label(number, place))
        act, exchange = act_of(noted["act"]), answers.get(str(place))
        names.update({report_id: name for name, report_id in noted["ids"].items()})
        if act.is_call and exchange is None:
            break  # the run's requests ended here
        history.events.append(PlayedAct(act, CallOutcome() if exchange is None else answer(exchange, names)))
        history.exchanges.append(exchange)
    return history


def _places(story: Story) -> list[tuple[int, int]]:
    split = [label.split("/") for label in story.values if label.startswith(f"{PREFIX}/")]
    return [(int(history), int(act)) for _, history, act in split]


def _in_short(identifier: str) -> str:
    """Return an identifier that has no name: as it is, or by length and digest where it is too long for a story."""
    if len(identifier) <= LONGEST_IDENTIFIER:
        return identifier
    digest = sha256(identifier.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"<text of {len(identifier)} characters, {digest}>"


def answer(exchange: Exchange, names: Mapping[str, str]) -> CallOutcome:
    """Return what an exchange says, in the names of its history."""

    def named(report: str | None) -> str:
        identifier = str(report)
        return names.get(identifier) or _in_short(identifier)

    status = exchange.status
    if exchange.operation == "listReports" and exchange.succeeded:
        entries = facts.listing(exchange).reports
        if entries is None or any(row.report_id is None for row in entries):
            return CallOutcome(status, readable=False)
        return CallOutcome(
            status, tuple(named(row.report_id) for row in entries),
            completed={named(row.report_id): row.completed_at for row in entries if row.completed_at is not None},
            supersedes={
                named(row.report_id): row.supersedes and named(row.supersedes)
                for row in entries
                if exchange.says("ReportList.reports", "supersedes")
            },
        )  # fmt: skip
    if exchange.operation == "acknowledgeReports" and exchange.succeeded:
        if not exchange.says("Acknowledgement", "acknowledged"):
            return CallOutcome(status, says_what_was_done=False)
        acknowledgement = facts.acknowledgement(exchange)
        if acknowledgement.acknowledged is None:
            return CallOutcome(status, readable=False)
        return CallOutcome(
            status, tuple(map(named, acknowledgement.acknowledged)), tuple(map(named, acknowledgement.not_found or ()))
        )
    if exchange.operation == "getStatus" and exchange.succeeded:
        word = facts.order_status(exchange).status
        return CallOutcome(status, order_status=word, readable=word is not None)
    if exchange.operation == "getResult" and exchange.succeeded:
        report = report_headers(exchange).report_id
        return CallOutcome(status, () if report is None else (named(report),))
    return CallOutcome(status)
