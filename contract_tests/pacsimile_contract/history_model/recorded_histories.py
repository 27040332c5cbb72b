"""The generated histories of a story: acts, the exchange of each call, and which identifier each name stands for.

Act <n> of history <h> is noted as `history/<h>/<n>`, with the identifiers that it made known. The exchange of a call
has the same label.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pacsimile_contract import facts
from pacsimile_contract.documents.headers import report_headers
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.story import Story
from pacsimile_contract.history_model.acts import UNKNOWN_REPORT, Act, act_of

PREFIX = "history"


@dataclass(frozen=True, slots=True)
class Event:
    """An act, and its exchange where it is a call that was sent."""

    act: Act
    exchange: Exchange | None = None


@dataclass
class RecordedHistory:
    """A generated history.

    `ids` has the identifier of each name. `names` has those of orders, studies and groups by organization and
    identifier, `report_names` those of reports: two organizations may have the same ones, and a report may have the id
    of its order.
    """

    number: int
    events: list[Event] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)
    names: dict[tuple[int, str], str] = field(default_factory=dict)
    report_names: dict[tuple[int, str], str] = field(default_factory=dict)

    @property
    def acts(self) -> list[Act]:
        """Its acts."""
        return [event.act for event in self.events]

    @property
    def exchanges(self) -> list[Exchange]:
        """Its exchanges, in the order of their ends."""
        sent = [event.exchange for event in self.events if event.exchange is not None]
        return sorted(sent, key=lambda exchange: (exchange.ended, exchange.number))

    def named(self, organization: int, identifier: str | None) -> str:
        """Return the name of an order of an organization, or words for one that has none."""
        return self.names.get((organization, identifier or ""), "another one" if identifier else "none")

    def named_report(self, organization: int, identifier: str | None) -> str:
        """Return the name of a report of an organization, or words for one that has none."""
        return self.report_names.get((organization, identifier or ""), "another one" if identifier else "none")

    def learn_ids(self, organization: int, ids: Mapping[str, str]) -> None:
        """Learn which identifiers names stand for."""
        self.ids.update(ids)
        for name, identifier in ids.items():
            (self.report_names if is_report(name) else self.names)[organization, identifier] = name

    def learn(self, organization: int, exchange: Exchange) -> None:
        """Learn the identifiers of reports from what an answer says of known orders."""
        if exchange.operation == "listReports" and exchange.succeeded:
            for entry in facts.listing(exchange).reports or ():
                if entry.supersedes is None:
                    self._learn(organization, entry.order_id, entry.report_id)
        elif exchange.operation == "getResult" and exchange.succeeded:
            headers = report_headers(exchange)
            self._learn(organization, headers.order_id, headers.report_id)

    def _learn(self, organization: int, order_id: str | None, report_id: str | None) -> None:
        order = self.names.get((organization, order_id or ""))
        if order is None or not report_id or (organization, report_id) in self.report_names:
            return
        if f"{order}.1" not in self.ids:
            self.learn_ids(organization, {f"{order}.1": report_id})


def is_report(name: str) -> bool:
    """Tell whether a name is a report's, such as `o1.2`."""
    return "." in name or name == UNKNOWN_REPORT


def label(history: int, act: int) -> str:
    """Return the label of an act."""
    return f"{PREFIX}/{history}/{act}"


def histories(story: Story) -> list[RecordedHistory]:
    """Return every generated history of a story, in the order they were played."""
    return [history_of(story, number) for number in sorted({number for number, _ in _places(story)})]


def history_of(story: Story, number: int) -> RecordedHistory:
    """Return one generated history, up to the first call that was not sent."""
    history, sent = RecordedHistory(number), dict(story.below(f"{PREFIX}/{number}"))
    for place in sorted(act for other, act in _places(story) if other == number):
        noted = story.given(label(number, place))
        act, exchange = act_of(noted["act"]), sent.get(str(place))
        if act.is_call and exchange is None:
            break
        history.learn_ids(act.organization, noted["ids"])
        history.events.append(Event(act, exchange))
        if exchange is not None:
            history.learn(act.organization, exchange)
    return history


def learn_places(history: RecordedHistory, story: Story, places: Iterable[int]) -> None:
    """Learn the identifiers that acts and answers of a story make known, without adding events to the history.

    Args:
        history: the history that learns them, whose number says which of the story's it is.
        story: the story that is being played.
        places: the numbers of the acts, as in their labels. An act that was not noted is left out.
    """
    answers = dict(story.below(f"{PREFIX}/{history.number}"))
    for place in places:
        at, exchange = label(history.number, place), answers.get(str(place))
        if story.has(at):
            noted = story.given(at)
            organization = act_of(noted["act"]).organization
            history.learn_ids(organization, noted["ids"])
            if exchange is not None:
                history.learn(organization, exchange)


def _places(story: Story) -> list[tuple[int, int]]:
    split = [label.split("/") for label in story.values if label.startswith(f"{PREFIX}/")]
    return [(int(history), int(act)) for _, history, act in split]
