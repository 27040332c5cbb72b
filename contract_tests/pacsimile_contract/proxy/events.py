"""What a proxy tells its listeners, one event after another, in the order in which calls ended.

All events come from one thread, and never while another is being handled. A listener that raises hears nothing more.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.redaction.redactor import Redactor
from pacsimile_contract.run.events import RunFinished
from pacsimile_contract.target.model import Target
from pacsimile_spec import Requirement


@dataclass(frozen=True, slots=True)
class ProxyStarted:
    """The proxy listens at `url` for calls to the target. What is shown of them goes through the redactor."""

    target: Target
    url: str
    redactor: Redactor


@dataclass(frozen=True, slots=True)
class ExchangeFinished:
    """A call of the API has ended, with its answer or without, and is in the history under `exchange.number`.

    Both spellings are in it: `request` and `answer` are the contract's, `sent` and `received` as on the wire.
    """

    exchange: Exchange


@dataclass(frozen=True, slots=True)
class PassedUnjudged:
    """Something was passed on, or refused, that is no call of the API; `why` is in words of ours alone."""

    why: str


@dataclass(frozen=True, slots=True)
class FindingMade:
    """Something that the service does wrong was seen for the first time.

    `check` is the requirement and its part, as in the reports. `exchanges` are what it rests on, in order; the last of
    them showed it. `expected` and `got` have to be redacted (`Redactor.redact_own_text`) before they are shown.
    """

    requirement: Requirement
    check: str
    verdict: Verdict
    exchanges: tuple[Exchange, ...]
    expected: str
    got: str


@dataclass(frozen=True, slots=True)
class MistakeMade:
    """A client made a mistake for the first time; the members are those of `pacsimile_advice.presentation.as_data`."""

    id: str
    title: str
    client: str | None
    words: str
    calls: tuple[int, ...]
    remedy: str


@dataclass(frozen=True, slots=True)
class JudgingStopped:
    """The bound of what is kept was reached: what follows is passed on, and not judged."""

    why: str


@dataclass(frozen=True, slots=True)
class ProxyEnded:
    """The end: the run as every report takes it, and the advice for the clients, as `of_record` gives it."""

    run: RunFinished
    advice: dict[str, object]
    unjudged: int
    """What was passed on without being a call of the API."""


ProxyEvent = ProxyStarted | ExchangeFinished | PassedUnjudged | FindingMade | MistakeMade | JudgingStopped | ProxyEnded
ProxyListener = Callable[[ProxyEvent], None]


class EventFan:
    """Sends each event to every listener, but for those that have raised; `error` is what the first of them raised."""

    def __init__(self, listeners: Sequence[ProxyListener]) -> None:
        self._listeners = list(listeners)
        self.error: Exception | None = None

    def __call__(self, event: ProxyEvent) -> None:
        """Send an event."""
        for listener in list(self._listeners):
            try:
                listener(event)
            except Exception as error:  # raised again at the end, once the reports are written
                self._listeners.remove(listener)
                self.error = self.error or error
