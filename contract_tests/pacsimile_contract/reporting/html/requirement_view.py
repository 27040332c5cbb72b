"""Builds the view of a requirement: its text, its parts, and the evidence of each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.judgement import Evidence, JudgedPart, Judgement
from pacsimile_contract.reporting.html.badge import Badge
from pacsimile_contract.reporting.html.exchange_view import CallList, Context, add_call_list
from pacsimile_contract.reporting.html.verdict_badges import badge
from pacsimile_contract.reporting.presentation import HARM, KIND, SOURCE

OPENED = (Verdict.FAIL, Verdict.ERROR, Verdict.WARN)
"""Verdicts whose evidence is unfolded when the page opens."""


@dataclass(frozen=True, slots=True)
class Compared:
    """The expected and the received side of a comparison."""

    expected: str
    got: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of a check about exchanges: a note, a comparison, and the steps before it."""

    note: str
    compared: Compared | None = None
    story: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """Statements with their exchanges; `alike` are other exchanges with the same statements, None for no call."""

    statements: tuple[Statement, ...]
    calls: CallList | None
    alike: tuple[CallList | None, ...] = ()


@dataclass(frozen=True, slots=True)
class PartView:
    """A part of a requirement; `folded` says whether its evidence is hidden at first."""

    verdict: Badge
    check: str
    kind: str
    kind_meaning: str
    recommended: bool
    folded: bool
    evidence: tuple[EvidenceView, ...]


@dataclass(frozen=True, slots=True)
class RequirementView:
    """A requirement with its verdict."""

    id: str
    title: str
    verdict: Badge
    open: bool
    summary: str
    clause: str
    tags: str
    parts: tuple[PartView, ...]


def requirement_view(judgement: Judgement, context: Context) -> RequirementView:
    """Return the view of a requirement with everything that its checks found."""
    row = judgement.requirement
    context = replace(context, requirement=row.id, shown=set())
    tags = (row.level, SOURCE[row.source], HARM if row.harm else "")
    return RequirementView(
        id=row.id,
        title=row.title,
        verdict=badge(judgement.verdict),
        open=judgement.verdict in OPENED,
        summary=context.redactor.redact_own_text(judgement.summary),
        clause=row.words,
        tags=" · ".join(filter(None, tags)),
        parts=_part_views(judgement.parts, context),
    )


def _part_views(parts: Sequence[JudgedPart], context: Context) -> tuple[PartView, ...]:
    """Return the views of parts, in the same order; a call that several rest on is in full where it is unfolded."""
    unfolded_first = sorted(range(len(parts)), key=lambda place: parts[place].verdict not in OPENED)
    views = {place: part_view(parts[place], context) for place in unfolded_first}
    return tuple(views[place] for place in range(len(parts)))


def part_view(part: JudgedPart, context: Context) -> PartView:
    """Return the view of a part; equal statements about several calls in a row are shown once."""
    by_statement = groupby(
        _by_exchanges(part.evidence), lambda group: [(evidence.note, evidence.finding) for evidence in group]
    )
    evidence = tuple(_evidence_view(list(alike), context) for _, alike in by_statement)
    return PartView(
        verdict=badge(part.verdict),
        check=part.check,
        kind=part.kind.value if part.kind else "",
        kind_meaning=KIND[part.kind.value] if part.kind else "",
        recommended=part.level == "SHOULD",
        folded=bool(evidence) and part.verdict not in OPENED,
        evidence=evidence,
    )


def _by_exchanges(evidence: Sequence[Evidence]) -> list[list[Evidence]]:
    """Group evidence by its exchanges, so that these are shown once."""
    grouped: dict[object, list[Evidence]] = {}
    for index, item in enumerate(evidence):
        key = tuple(exchange.number for exchange in _exchanges(item)) or f"no call: {index}"
        grouped.setdefault(key, []).append(item)
    return list(grouped.values())


def _evidence_view(alike: Sequence[Sequence[Evidence]], context: Context) -> EvidenceView:
    first, *others = (_calls(group[0], context) for group in alike)
    return EvidenceView(tuple(_statements(alike[0], context)), first, tuple(others) if any(others) else ())


def _statements(evidence: Sequence[Evidence], context: Context) -> list[Statement]:
    """Return the statements about the same calls. Merge neighbours that differ only in what they expect."""
    found = list[Statement]()
    for statement in (_statement(each, context) for each in evidence):
        last = found[-1] if found else None
        if last is None or last.compared is None or statement.compared is None:
            found.append(statement)
        elif replace(statement, compared=last.compared) == last and statement.compared.got == last.compared.got:
            expected = dict.fromkeys((last.compared.expected, statement.compared.expected))
            found[-1] = replace(last, compared=replace(last.compared, expected="; ".join(expected)))
        else:
            found.append(statement)
    return found


def _calls(evidence: Evidence, context: Context) -> CallList | None:
    exchanges = _exchanges(evidence)
    return add_call_list(exchanges, context) if exchanges else None


def _exchanges(evidence: Evidence) -> tuple[Exchange, ...]:
    return evidence.exchanges or (() if evidence.exchange is None else (evidence.exchange,))


def _statement(evidence: Evidence, context: Context) -> Statement:
    text = context.redactor.redact_own_text
    if evidence.finding is None:
        return Statement(text(evidence.note))
    before = text(evidence.note).partition("expected ")[0]
    compared = Compared(text(evidence.finding.expected), text(evidence.finding.got))
    return Statement(before, compared, tuple(map(text, evidence.steps)))
