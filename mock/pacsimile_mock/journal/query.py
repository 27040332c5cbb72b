"""Queries the journal: which calls match, and how many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from pacsimile_mock.clock import Instant, rfc3339
from pacsimile_mock.journal.model import Entry
from pacsimile_mock.journal.store import JournalStore
from pacsimile_spec import requirements

SHOWN = tuple(member.name for member in fields(Entry) if member.name != "observed")
"""What is shown of an entry. The rest is for advice alone."""


@dataclass(frozen=True, slots=True)
class JournalQuery:
    """What a call must be; None for anything."""

    operation: str | None = None
    client_id: str | None = None
    status: range | None = None
    """The HTTP statuses: one of them, or a class of them such as 400 to 499."""
    requirement: str | None = None
    method: str | None = None
    since: Instant | None = None
    until: Instant | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)

    def difference(self, entry: Entry) -> list[str]:
        """Return how an entry differs from what is wanted; an empty list where it matches."""
        wanted = {
            "operation": self.operation,
            "client_id": self.client_id,
            "requirement": self.requirement,
            "method": self.method,
        }
        differences = [
            f"{name} is {getattr(entry, name)!r}, not {value!r}"
            for name, value in wanted.items()
            if value is not None and getattr(entry, name) != value
        ]
        if self.status is not None and entry.status not in self.status:
            differences.append(f"status is {entry.status}, not {status_text(self.status)}")
        differences += [
            f"the parameter {name} is {entry.parameters.get(name)!r}, not {value!r}"
            for name, value in self.parameters.items()
            if entry.parameters.get(name) != value
        ]
        return differences + self._outside(entry)

    def _outside(self, entry: Entry) -> list[str]:
        if self.since is not None and entry.at < self.since:
            return [f"it came at {rfc3339(entry.at)}, before the time asked about"]
        if self.until is not None and entry.at >= self.until:
            return [f"it came at {rfc3339(entry.at)}, after the time asked about"]
        return []

    @property
    def by_counters(self) -> bool:
        """Whether the counters alone can answer it, dropped entries included."""
        beyond = (self.requirement, self.method, self.since, self.until)
        return not self.parameters and all(value is None for value in beyond)


def status_text(statuses: range) -> str:
    """Return statuses as a query names them: `404`, or `4xx`."""
    return str(statuses.start) if len(statuses) == 1 else f"{statuses.start // 100}xx"


@dataclass(frozen=True, slots=True)
class QueryResult:
    """The calls that match; `complete` is false where entries of the range were dropped."""

    count: int
    entries: Sequence[Entry]
    complete: bool


def find_calls(store: JournalStore, match: JournalQuery) -> QueryResult:
    """Find the calls that match."""
    kept = store.entries()
    entries = [entry for entry in kept if not match.difference(entry)]
    counters = store.counters()
    if match.by_counters:
        counted = sum(
            number
            for (operation, status, client_id), number in counters.items()
            if match.operation in (None, operation)
            and (match.status is None or status in match.status)
            and match.client_id in (None, client_id)
        )
        return QueryResult(counted, entries, complete=True)
    dropped = sum(counters.values()) > len(kept)
    begins = kept[0].at if kept else 0
    complete = not dropped or (match.since is not None and match.since > begins)
    return QueryResult(len(entries), entries, complete)


def describe(entry: Entry) -> dict[str, Any]:
    """Return an entry as the control API shows it; a refusal with the words of its clause."""
    clause = requirements().get(entry.requirement or "")
    return {
        **shown_fields(entry),
        "at": rfc3339(entry.at),
        "parameters": dict(entry.parameters),
        "expected": clause.words if clause else None,
    }


def shown_fields(entry: Entry) -> dict[str, Any]:
    """Return what an entry shows, by name: all but what is kept for advice alone."""
    return {name: getattr(entry, name) for name in SHOWN}


def closest(entries: Iterable[Entry], match: JournalQuery) -> tuple[Entry, list[str]] | None:
    """Return the call that differs from a match the least, and how it differs; the latest of several."""
    compared = [(match.difference(entry), entry) for entry in entries]
    if not compared:
        return None
    difference, entry = min(compared, key=lambda pair: (len(pair[0]), -pair[1].number))
    return entry, difference
