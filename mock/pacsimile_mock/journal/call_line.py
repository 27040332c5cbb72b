"""A call as a line for people: when, what was asked, what was answered, by whom, and why it was refused."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import click

from pacsimile_spec import operations
from pacsimile_spec.plain import one_line

COLOURS = {1: "cyan", 2: "green", 3: "cyan", 4: "yellow", 5: "red"}
"""The colour of a status, by its first digit."""
WITH_QUERY = ("GET", "HEAD", "DELETE", "OPTIONS")
"""The methods whose parameters stand in the URL."""
LONGEST = 400
"""Characters of a path with its parameters, and of a reason; the whole is in the journal."""
DEFAULT_WORLD = "default"


def call_line(entry: Mapping[str, Any], world: str = DEFAULT_WORLD) -> str:
    """Return a call as one line, styled for a terminal.

    Args:
        entry: an entry as the control API shows it. It has no token and no secret.
        world: the world that was called; it is shown unless it is the default one.
    """
    status = click.style(str(entry["status"]), fg=COLOURS.get(entry["status"] // 100), bold=True)
    asked = _bounded(one_line(_asked(entry)))
    words = [time_of_day(entry["at"]), status, f"{entry['method']:4}", asked, duration(entry["duration_us"])]
    if world != DEFAULT_WORLD:
        words.insert(1, f"[{one_line(world)}]")
    words.append(click.style(client(entry), dim=True))
    return " ".join(words) + "".join(f"  {note}" for note in _notes(entry))


def time_of_day(at: str) -> str:
    """Return the time of day, with milliseconds, of a time by the world's clock (RFC 3339 in UTC)."""
    return at[11:23].removesuffix("Z") if len(at) > len("2026-01-01T00:00:00Z") else at[11:19] + ".000"


def duration(microseconds: int) -> str:
    """Return how long a call took, with a unit that fits."""
    if microseconds < 1_000_000:
        return f"{microseconds / 1_000:.1f} ms"
    return f"{microseconds / 1_000_000:.1f} s"


def client(entry: Mapping[str, Any]) -> str:
    """Return who called: the client, the client that the call claimed to be, or a dash."""
    if entry["client_id"] is not None:
        return one_line(entry["client_id"])
    claimed = entry.get("claimed_client_id")
    return f"({one_line(claimed)}?)" if claimed else "-"


def path_with_query(entry: Mapping[str, Any]) -> str:
    """Return the path, and the parameters where the method has them in the URL."""
    query = query_of(entry) if entry["method"] in WITH_QUERY else []
    return str(entry["path"]) + ("?" + "&".join(f"{name}={value}" for name, value in query) if query else "")


def query_of(entry: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the parameters of a query: without those that a dialect has in the path, which are parameters as well."""
    parts = frozenset[str]() if entry["path"] in _own_paths() else frozenset(entry["path"].split("/"))
    return [(name, value) for name, value in entry["parameters"].items() if value not in parts]


@cache
def _own_paths() -> frozenset[str]:
    return frozenset(operation.path for operation in operations().values())


def _asked(entry: Mapping[str, Any]) -> str:
    if entry["method"] in WITH_QUERY:
        return path_with_query(entry)
    return " ".join([str(entry["path"]), *(f"{name}={value}" for name, value in entry["parameters"].items())])


def _notes(entry: Mapping[str, Any]) -> list[str]:
    """Return what is unusual: the reason of a refusal, a fault, an answer that did not arrive."""
    notes = []
    if entry["got"]:
        requirement = f"{entry['requirement']}: " if entry["requirement"] else ""
        notes.append(_bounded(one_line(requirement + entry["got"])))
    elif entry["status"] >= 400 and entry["requirement"]:
        notes.append(entry["requirement"])
    if entry["fault"]:
        notes.append(click.style(f"fault {one_line(entry['fault'])}", fg="magenta"))
    if not entry["delivered"]:
        notes.append(click.style("not delivered", fg="magenta"))
    return notes


def _bounded(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
