"""Questions to the journal: which calls, how many, and whether what was expected came to pass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from pacsimile_mock.clock import Instant, rfc3339
from pacsimile_mock.journal.keeper import Keeper
from pacsimile_mock.journal.model import Entry
from pacsimile_spec import requirements

COUNTED = frozenset({"operation", "status", "client_id"})
"""What the counters know of calls, also of those whose entries are dropped."""


@dataclass(frozen=True, slots=True)
class Match:
    """Which calls are meant; None for any."""

    operation: str | None = None
    client_id: str | None = None
    status: int | None = None
    requirement: str | None = None
    method: str | None = None
    since: Instant | None = None
    until: Instant | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)

    def difference(self, entry: Entry) -> list[str]:
        """What of an entry is other than meant; nothing where it matches."""
        wanted = {
            "operation": self.operation,
            "client_id": self.client_id,
            "status": self.status,
            "requirement": self.requirement,
            "method": self.method,
        }
        told = [
            f"{name} is {getattr(entry, name)!r}, not {value!r}"
            for name, value in wanted.items()
            if value is not None and getattr(entry, name) != value
        ]
        told += [
            f"the parameter {name} is {entry.parameters.get(name)!r}, not {value!r}"
            for name, value in self.parameters.items()
            if entry.parameters.get(name) != value
        ]
        return told + self._outside(entry)

    def _outside(self, entry: Entry) -> list[str]:
        if self.since is not None and entry.at < self.since:
            return [f"it came at {rfc3339(entry.at)}, before the time asked about"]
        if self.until is not None and entry.at >= self.until:
            return [f"it came at {rfc3339(entry.at)}, after the time asked about"]
        return []

    @property
    def by_counters(self) -> bool:
        """Whether the counters can answer it, for all time."""
        beyond = (self.requirement, self.method, self.since, self.until)
        return not self.parameters and all(value is None for value in beyond)


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a question; `complete` is false where entries of the range were dropped."""

    count: int
    entries: Sequence[Entry]
    complete: bool


def ask(keeper: Keeper, match: Match) -> Found:
    """Find the calls that match, and say whether they are all."""
    kept = keeper.entries()
    found = [entry for entry in kept if not match.difference(entry)]
    counters = keeper.counters()
    if match.by_counters:
        counted = sum(
            number
            for (operation, status, client_id), number in counters.items()
            if match.operation in (None, operation)
            and match.status in (None, status)
            and match.client_id in (None, client_id)
        )
        return Found(counted, found, complete=True)
    dropped = sum(counters.values()) > len(kept)
    begins = kept[0].at if kept else 0
    return Found(len(found), found, complete=not dropped or (match.since is not None and match.since > begins))


def shown(entry: Entry) -> dict[str, Any]:
    """An entry as the control API tells it; a refusal with the clause that it comes from, in words."""
    clause = requirements().get(entry.requirement or "")
    return {
        **asdict(entry),
        "at": rfc3339(entry.at),
        "parameters": dict(entry.parameters),
        "expected": clause.words if clause else None,
    }


def closest(entries: Iterable[Entry], match: Match) -> tuple[Entry, list[str]] | None:
    """The call that misses a match by the least, and what it misses it by; the latest of several."""
    compared = [(match.difference(entry), entry) for entry in entries]
    if not compared:
        return None
    difference, entry = min(compared, key=lambda pair: (len(pair[0]), -pair[1].number))
    return entry, difference
