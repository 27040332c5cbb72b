"""A requirement on a page: its words, its parts, and the evidence of each."""

from collections.abc import Sequence
from itertools import groupby

from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.judgement import Evidence, JudgedPart, Judgement
from pacsimile_contract.reporting.html.exchange_page import View, exchange
from pacsimile_contract.reporting.html.markup import Markup, element, joined, with_code
from pacsimile_contract.reporting.words import HARM, KIND, MEANING, SOURCE
from pacsimile_spec import Requirement

OPENED = (Verdict.FAIL, Verdict.ERROR, Verdict.WARN)
"""Verdicts whose evidence is open when the page is."""

MOST_EXCHANGES = 8
"""Shown of one finding: the first two and the last six."""


def badge(verdict: Verdict) -> Markup:
    """Return a verdict as a coloured word."""
    return element("span", verdict.value, class_=f"badge {slug(verdict)}", title=MEANING[verdict])


def slug(verdict: Verdict) -> str:
    """Return a verdict as a word of HTML's classes."""
    return verdict.name.lower().replace("_", "-")


def requirement(judgement: Judgement, view: View) -> Markup:
    """Return a requirement with everything that was found."""
    row, redactor = judgement.requirement, view.redactor
    title = element(
        "h3", badge(judgement.verdict), element("span", row.id, class_="id"), element("span", row.title, class_="title")
    )
    said = with_code(redactor.text(judgement.summary))
    summary = element("span", said, class_="summary")
    parts = [part(one, view) for one in judgement.parts]
    alone = element("p", said, class_="note") if not parts else None
    return element(
        "article",
        element(
            "details", element("summary", title, summary), _clause(row), alone,
            element("ol", *parts, class_="parts") if parts else None, open=judgement.verdict in OPENED,
        ),
        id=row.id, class_=f"requirement {slug(judgement.verdict)}", data_verdict=judgement.verdict.value,
    )  # fmt: skip


def _clause(row: Requirement) -> Markup:
    tags = [row.level, SOURCE[row.source], HARM if row.harm else None]
    said = element("p", " · ".join(tag for tag in tags if tag), class_="where")
    return joined(element("blockquote", element("p", with_code(row.words))), said)


def part(one: JudgedPart, view: View) -> Markup:
    """Return a part with its evidence."""
    kind = element("span", one.kind.value, class_="kind", title=KIND[one.kind.value]) if one.kind else None
    level = element("span", "SHOULD", class_="kind") if one.level == "SHOULD" else None
    head = joined(badge(one.verdict), element("code", one.check, class_="check"), kind, level)
    evidence = [_alike(list(each), view) for _, each in groupby(_of_one_call(one.evidence), _said_of_it)]
    if not evidence:
        return element("li", element("div", head, class_="head"), class_="part")
    if one.verdict in OPENED:
        return element("li", element("div", head, class_="head"), *evidence, class_="part")
    return element("li", element("details", element("summary", head), *evidence), class_="part")


def _of_one_call(evidence: Sequence[Evidence]) -> list[list[Evidence]]:
    """Return evidence by the exchanges on which it rests: what is said of the same call, with the call once."""
    found: dict[object, list[Evidence]] = {}
    for place, one in enumerate(evidence):
        found.setdefault(tuple(each.number for each in _calls(one)) or f"no call: {place}", []).append(one)
    return list(found.values())


def _said_of_it(found: Sequence[Evidence]) -> list[object]:
    return [(one.note, one.finding) for one in found]


def _alike(found: Sequence[Sequence[Evidence]], view: View) -> Markup:
    """Return evidence that says the same: it is said once, and the calls after the first are folded."""
    first, *others = (_exchanges(_calls(one[0]), view) for one in found)
    more = element("summary", f"{len(others)} more with the same outcome")
    folded = element("details", more, *others) if any(others) else None
    return element("div", *(_said(one, view) for one in found[0]), first, folded, class_="evidence")


def _calls(one: Evidence) -> tuple[Exchange, ...]:
    return one.exchanges or (() if one.exchange is None else (one.exchange,))


def _said(one: Evidence, view: View) -> Markup | None:
    text = view.redactor.text
    if one.finding is None:
        return element("p", with_code(text(one.note)), class_="note") if one.note else None
    before = text(one.note).partition("expected ")[0]
    compared = element(
        "dl", element("dt", "expected"), element("dd", text(one.finding.expected)),
        element("dt", "got"), element("dd", text(one.finding.got)), class_="compared",
    )  # fmt: skip
    noted = element("p", before, class_="note") if before else None
    story = element("div", *(element("p", text(line)) for line in one.steps), class_="told") if one.steps else None
    return joined(noted, compared, story)


def _exchanges(exchanges: Sequence[Exchange], view: View) -> Markup | None:
    if not exchanges:
        return None
    shown = [exchange(one, view, decisive=one is exchanges[-1]) for one in exchanges]
    if len(shown) > MOST_EXCHANGES:
        left = len(shown) - MOST_EXCHANGES
        shown[2 : 2 + left] = [element("li", f"{left} calls between, in history.jsonl", class_="where")]
    return element("ol", *shown, class_="exchanges")
