"""What the page shows: calls with their marks, findings, mistakes of clients, differences from the mock."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field, replace

from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.redaction.redactor import Redactor
from pacsimile_contract.reporting.html.badge import Badge
from pacsimile_contract.reporting.html.exchange_view import MOST_OF_A_LINE
from pacsimile_contract.reporting.html.verdict_badges import badge
from pacsimile_contract.reporting.latency import format_duration
from pacsimile_contract.transcript.curl import sent_at
from pacsimile_contract.transcript.recorded import line
from pacsimile_contract.transcript.sent import url_of

MOST_CALLS = 2000
"""Calls that the page keeps; older ones are in the reports alone."""
MOST_NOTES = 500
"""Findings, mistakes and differences that it keeps of each kind."""


@dataclass(frozen=True, slots=True)
class Row:
    """A call in one line. All texts may be written."""

    number: int
    at: str
    request: str
    status: str
    colour: str
    duration: str
    client: str
    notes: tuple[Badge, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """Something to be seen: a finding, a mistake of a client, or a difference from the mock. All texts may be written.

    `calls` are numbers of calls that show it, of which the last decides.
    """

    badge: Badge
    title: str
    lines: tuple[tuple[str, str], ...]
    calls: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What there is at one moment. `version` changes with every change but new calls; calls are newest first."""

    target: str
    state: str
    version: int
    total: int
    rows: tuple[Row, ...]
    findings: tuple[Note, ...]
    mistakes: tuple[Note, ...]
    differences: tuple[Note, ...]
    compares: bool


@dataclass
class _Kept:
    exchanges: dict[int, Exchange] = field(default_factory=dict)
    rows: deque[Row] = field(default_factory=deque)
    notes: dict[str, list[Note]] = field(default_factory=dict)


class Board:
    """Takes what happens, in one thread, and gives it to many.

    Args:
        target: the service's address.
        redactor: decides how texts may be written.
        compares: whether differences from the mock are looked for.
    """

    def __init__(self, target: str, redactor: Redactor, *, compares: bool = False) -> None:
        self.redactor = redactor
        self._target, self._compares, self._state = target, compares, "Judging what passes."
        self._lock, self._kept = threading.Lock(), _Kept()
        self._total = self._version = 0

    def add_call(self, exchange: Exchange) -> None:
        """Take a finished call."""
        row = self._row(exchange)
        with self._lock:
            self._total += 1
            self._kept.rows.append(row)
            self._kept.exchanges[exchange.number] = exchange
            if len(self._kept.rows) > MOST_CALLS:
                self._kept.exchanges.pop(self._kept.rows.popleft().number, None)

    def add_finding(self, verdict: Verdict, title: str, expected: str, got: str, calls: tuple[int, ...]) -> None:
        """Take a finding; its texts are redacted here."""
        redact = self.redactor.redact_own_text
        self._add(
            "finding",
            Note(badge(verdict), redact(title), (("expected", redact(expected)), ("got", redact(got))), calls),
        )

    def add_mistake(self, title: str, words: str, remedy: str, calls: tuple[int, ...]) -> None:
        """Take a mistake of a client; its texts are redacted here."""
        redact = self.redactor.redact_own_text
        shown = Badge("CLIENT", "warn", "the client's mistake, not the service's")
        self._add("mistake", Note(shown, redact(title), (("seen", redact(words)), ("to do", redact(remedy))), calls))

    def add_difference(self, title: str, service: str, mock: str, call: int) -> None:
        """Take a difference from the mock, whose texts may be written."""
        shown = Badge("DRIFT", "not-exercised", "the mock answers differently")
        self._add("difference", Note(shown, title, (("service", service), ("mock", mock)), (call,)))

    def set_state(self, state: str) -> None:
        """Set the line at the top that says whether the proxy still judges; `state` holds no text of a call."""
        with self._lock:
            self._state = state
            self._version += 1

    def _add(self, kind: str, note: Note) -> None:
        with self._lock:
            known = self._kept.notes.setdefault(kind, [])
            if len(known) < MOST_NOTES:
                known.append(note)
            self._version += 1

    def snapshot(self, most: int, after: int = 0) -> Snapshot:
        """Return what there is, with at most so many calls, and of these only those after a number."""
        with self._lock:
            newest = [row for row in list(self._kept.rows)[-most:] if row.number > after]
            notes = {kind: tuple(reversed(known)) for kind, known in self._kept.notes.items()}
            marks: dict[int, list[Badge]] = {}
            for note in (note for known in notes.values() for note in known):
                for number in note.calls:
                    marks.setdefault(number, []).append(note.badge)
            rows = tuple(
                replace(row, notes=tuple(dict.fromkeys(marks.get(row.number, ())))) for row in reversed(newest)
            )
            return Snapshot(
                self._target, self._state, self._version, self._total, rows, notes.get("finding", ()),
                notes.get("mistake", ()), notes.get("difference", ()), self._compares,
            )  # fmt: skip

    def call(self, number: int) -> tuple[Exchange, tuple[Note, ...]] | None:
        """Return a call with what it shows; None where it is not kept."""
        with self._lock:
            exchange = self._kept.exchanges.get(number)
            notes = tuple(note for known in self._kept.notes.values() for note in known if number in note.calls)
        return None if exchange is None else (exchange, notes)

    def _row(self, exchange: Exchange) -> Row:
        redactor, sent = self.redactor, exchange.sent
        target = redactor.redact_own_text(url_of(sent)).partition("://")[2].partition("/")[2]
        request = f"{redactor.redact_own_text(sent.method)} /{target}"
        answered = exchange.received is not None
        status = line(exchange, redactor) if answered else redactor.redact_own_text(exchange.failure or "no answer")
        return Row(
            exchange.number,
            (sent_at(exchange) or "")[11:19],
            request if len(request) <= MOST_OF_A_LINE else request[: MOST_OF_A_LINE - 1] + "…",
            status,
            f"s{exchange.received.status // 100}" if exchange.received else "none",
            format_duration(exchange.seconds),
            exchange.request.client or "",
        )
