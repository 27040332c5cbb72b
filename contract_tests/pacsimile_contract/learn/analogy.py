"""Proposes what no source shows, by analogy: the style of names, the envelope, the same member elsewhere.

Each such line is unsure. Without a clear style there is none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from types import MappingProxyType

from pacsimile_contract.learn.contract import ANSWERS
from pacsimile_contract.learn.proposal import Place, Proposal
from pacsimile_spec.dialects.pointers import Pointer, parse, spell
from pacsimile_spec.dialects.tables import ROOTS, tables

_LEAST = 8
"""The fewest known members that show a style or an envelope."""


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)


_STYLES: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "camelCase": _camel,
        "PascalCase": lambda name: "".join(word.title() for word in name.split("_")),
        "kebab-case": lambda name: name.replace("_", "-"),
        "UPPER_CASE": str.upper,
    }
)
_ANSWERS = frozenset(ROOTS) - {
    "Token",
    "TokenError",
    "Problem",
    "AcknowledgementRequest",
    "JsonReport",
    "GroupJsonReport",
}
"""The tables of answers that share an envelope. Reports are documents of their own."""


_REPORTS = frozenset(["JsonReport", "GroupJsonReport"])


def add_analogies(proposal: Proposal) -> None:
    """Add unsure lines for paths and members of which nothing is known.

    A report is a document of its own, whose members are not called as in other answers: some of them must be known.
    """
    for operation, other in (
        ("postToken", "getToken"),
        ("getToken", "postToken"),
        ("acknowledgeReports", "listReports"),
    ):
        there = proposal.lines.get(("paths", other))
        open_ = ("operations", operation) in proposal.questions or ("paths", operation) in proposal.questions
        if there is not None and open_ and ("paths", operation) not in proposal.lines:
            evidence = f"by analogy: the path of {other}, as in the contract; is it there?"
            proposal.add(("paths", operation), there.value, sure=False, evidence=evidence)
            proposal.questions.pop(("operations", operation), None)
    known = {
        (place[1], place[2]): parse(line.value)
        for place, line in proposal.lines.items()
        if place[0] == "fields" and isinstance(line.value, str) and place[1] not in ("Token", "TokenError")
    }
    style = _style(known)
    envelope = _envelope(known)
    absent = {place[1] for place in proposal.lines if place[0] == "operations"}
    shown = {table.partition(".")[0] for table, _ in known}
    for table, members in tables().items():
        if table in ("Token", "TokenError") or table.startswith("Problem"):
            continue
        if table.partition(".")[0] in _REPORTS - shown:
            continue
        if set(ANSWERS.get(table.partition(".")[0], ("",))) <= absent:
            continue
        for member in members:
            place: Place = ("fields", table, member)
            if table == "AcknowledgementRequest":
                place = ("acknowledgement", "body", member)
            if place not in proposal.lines and _is_open(proposal, place):
                _add(proposal, place, table, member, known, style, envelope)


def _is_open(proposal: Proposal, place: Place) -> bool:
    """Tell whether a question is left about a place or a section around it."""
    return any(place[: len(asked)] == asked for asked in proposal.questions)


def _style(known: Mapping[tuple[str, str], Pointer]) -> str | None:
    """Return the style that turns most of the contract's names of several words into the service's, or None."""
    several = [(member, steps[-1]) for (_, member), steps in known.items() if "_" in member]
    for name, spelled in _STYLES.items():
        alike = sum(spelled(member) == last for member, last in several)
        if alike >= _LEAST and alike >= 0.6 * len(several):
            return name
    return None


def _envelope(known: Mapping[tuple[str, str], Pointer]) -> Pointer:
    """Return the steps that lead to the members in nearly all answers: `("data",)`; empty without such."""
    around = Counter(steps[:-1] for (table, _), steps in known.items() if table in _ANSWERS)
    best = max(around, key=lambda steps: (around[steps], steps), default=())
    return best if around[best] >= 0.8 * sum(around.values()) and sum(around.values()) >= _LEAST else ()


def _add(
    proposal: Proposal,
    place: Place,
    table: str,
    member: str,
    known: Mapping[tuple[str, str], Pointer],
    style: str | None,
    envelope: Pointer,
) -> None:
    elsewhere = Counter(steps[-1] for (_, other), steps in known.items() if other == member)
    around = envelope if table in _ANSWERS else ()
    if table == "Acknowledgement" and ("ReportList", member) in known:
        where = spell(known["ReportList", member])
        proposal.add(place, where, sure=False, evidence="by analogy: so a listing says it")
        return
    if len(elsewhere) == 1:
        last, evidence = next(iter(elsewhere)), f"by analogy: so {member} is called elsewhere"
    elif style is not None:
        last, evidence = _STYLES[style](member), f"by analogy: other names are in {style}"
    else:
        return
    proposal.add(place, spell((*around, last)), sure=False, evidence=evidence)
