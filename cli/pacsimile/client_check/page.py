"""Builds the page of a check: a score card, the advice, and each condition."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pacsimile.client_check.check import Check
from pacsimile.client_check.document import NOT_RUN, document
from pacsimile.client_check.terminal import advice_by_condition, last_lines
from pacsimile_advice.presentation import as_data
from pacsimile_advice.score import CLEAN, FAILED, UNTRIED, WARNED
from pacsimile_contract.english import counted
from pacsimile_contract.reporting.html.badge import Badge
from pacsimile_contract.reporting.html.rendering import render

COLOURS = {FAILED: "fail", WARNED: "warn", UNTRIED: "not-exercised", CLEAN: "pass", NOT_RUN: "not-applicable"}
MEANINGS = {
    FAILED: "it lost or left reports, hung, crashed, or made no call",
    WARNED: "nothing was lost, and there is advice",
    UNTRIED: "the program made no call that the condition is about",
    CLEAN: "all was delivered, and there is no advice",
    NOT_RUN: "the program was not run under it",
}
COLUMNS = {
    "delivered": "Reports that were fetched whole, of those that were ready.",
    "lost": "Reports that were acknowledged and never fetched whole. Nobody will ever read them.",
    "doubled": "Reports that were fetched whole more than once in one type.",
    "hammered": "Mistakes by which the program called more often than it was asked to.",
    "hung": "It stopped working before it had fetched all reports, and was ended.",
    "crashed": "It ended with another exit status than 0.",
    "calls": "The calls that it made.",
    "seconds": "How long it took.",
}
MOST_LINES, LONGEST_LINE = 40, 400


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the score card, with its column and its CSS class."""

    label: str
    text: str
    colour: str


@dataclass(frozen=True, slots=True)
class ConditionView:
    """A condition, as the page shows it."""

    name: str
    verdict: Badge
    cells: list[Cell]
    summary: str
    reason: str
    facts: list[tuple[str, str]]
    advice: list[str]
    output: str
    open: bool


@dataclass(frozen=True, slots=True)
class AdviceView:
    """A mistake, with the conditions under which it was made."""

    id: str
    title: str
    names: list[str]
    seen: str
    why: str
    remedy: str
    source: str
    rule: str


def page(check: Check) -> Iterator[str]:
    """Yield the page piece by piece."""
    conditions = document(check)["conditions"]
    outputs = {trial.condition.name: trial.output for trial in check.trials}
    rows = [_row(condition, outputs.get(condition["name"], "")) for condition in conditions]
    counts = Counter(row.verdict for row in rows)
    return render(
        "client_check.html.j2",
        command=shlex.join(check.settings.command),
        verdict=_overall(check),
        headline=_headline(conditions),
        notes=sorted(set(check.left_out.values())),
        facts=_facts(check),
        columns=list(COLUMNS.items()),
        rows=rows,
        counts=[(word, counts[word]) for word in sorted(counts, key=lambda word: list(COLOURS).index(word.text))],
        advice=[_advice(as_data([advice])[0], names) for advice, names in advice_by_condition(check.trials)],
    )


def _badge(verdict: str) -> Badge:
    return Badge(verdict, COLOURS[verdict], MEANINGS[verdict])


def _overall(check: Check) -> Badge:
    verdicts = {trial.score.verdict for trial in check.trials}
    return _badge(next((word for word in (FAILED, WARNED, CLEAN, UNTRIED) if word in verdicts), NOT_RUN))


def _headline(conditions: list[dict[str, Any]]) -> str:
    tried = [condition for condition in conditions if condition["verdict"] != NOT_RUN]
    failed, lost = (
        sum(condition["verdict"] == FAILED for condition in tried),
        sum(condition["lost"] for condition in tried),
    )
    head = (
        f"{failed} of {len(tried)} conditions failed; " if failed else f"{len(tried)} conditions tried, none failed; "
    )
    return head + (f"{counted(lost, 'report')} lost." if lost else "no report was lost.")


def _facts(check: Check) -> str:
    settings = check.settings
    orders = "three reports each" if settings.scenario is None else f"scenario {settings.scenario}"
    return f"{orders}, seed {settings.seed}, {check.seconds:.0f} s in all"


def _row(condition: dict[str, Any], output: str) -> ConditionView:
    tried = condition["verdict"] != NOT_RUN
    return ConditionView(
        name=condition["name"],
        verdict=_badge(condition["verdict"]),
        cells=_cells(condition) if tried else [Cell(name, "", "none") for name in COLUMNS],
        summary=condition["summary"],
        reason=condition["reason"] or ", ".join(advice["id"] for advice in condition.get("advice", ())),
        facts=_condition_facts(condition),
        advice=[advice["id"] for advice in condition.get("advice", ())],
        output="\n".join(last_lines(output, MOST_LINES, LONGEST_LINE)),
        open=condition["verdict"] == FAILED,
    )


def _cells(condition: dict[str, Any]) -> list[Cell]:
    missing = condition["delivered"] < condition["ready"]
    words = {"hung": "yes" if condition["hung"] else "", "crashed": condition["crashed"]}
    texts = {
        "delivered": f"{condition['delivered']:,} of {condition['ready']:,}",
        **{name: f"{condition[name]:,}" for name in ("lost", "doubled", "hammered", "calls")},
        **words,
        "seconds": f"{condition['seconds']:.1f}",
    }
    colours = {
        "delivered": "fail" if missing else "",
        **{name: "fail" if condition[name] else "none" for name in ("lost", "hung", "crashed")},
        **{name: "warn" if condition[name] else "none" for name in ("doubled", "hammered")},
    }
    return [Cell(name, texts[name], colours.get(name, "")) for name in COLUMNS]


def _condition_facts(condition: dict[str, Any]) -> list[tuple[str, str]]:
    end = "; ".join([condition["end"], *condition["notes"]]) if "end" in condition else ""
    facts = [
        ("What happens", condition["summary"]),
        ("A good client", condition["good_client"]),
        ("The program", end),
        ("Lost", ", ".join(condition.get("lost_reports", ()))),
        ("Doubled", ", ".join(condition.get("doubled_reports", ()))),
        ("Waiting", f"{condition['waiting']:,} not acknowledged" if condition.get("waiting") else ""),
    ]
    return [(name, text) for name, text in facts if text]


def _advice(advice: dict[str, Any], names: list[str]) -> AdviceView:
    seen = "; ".join(occurrence["words"] for occurrence in advice["occurrences"])
    return AdviceView(
        advice["id"], advice["title"], names, seen, advice["why"], advice["remedy"], advice["source"], advice["rule"]
    )
