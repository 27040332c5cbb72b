"""Writes a check as plain data for JSON, and as JUnit's XML."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as Xml

from pacsimile.client_check.check import Check
from pacsimile.client_check.conditions import CONDITIONS, Condition
from pacsimile.client_check.trial import Trial
from pacsimile_advice.presentation import as_data
from pacsimile_advice.score import FAILED, UNTRIED, as_words
from pacsimile_spec.plain import printable
from pacsimile_spec.version import __version__

MOST_NAMED = 20
"""Reports that are named; all are counted."""
NOT_RUN = "not run"


def document(check: Check) -> dict[str, Any]:
    """Return a check as JSON has it."""
    by_name = {trial.condition.name: trial for trial in check.trials}
    conditions = [
        _tried(by_name[condition.name])
        if condition.name in by_name
        else _left_out(condition, check.left_out[condition.name])
        for condition in CONDITIONS
        if condition.name in by_name or condition.name in check.left_out
    ]
    return {
        "version": __version__,
        "command": list(check.settings.command),
        "scenario": check.settings.scenario,
        "seed": check.settings.seed,
        "seconds": round(check.seconds, 3),
        "interrupted": check.interrupted,
        "exit_status": check.exit_status,
        "conditions": conditions,
    }


def described(condition: Condition) -> dict[str, Any]:
    """Return a condition as JSON has it."""
    return {"name": condition.name, "summary": condition.summary, "good_client": condition.good}


def _left_out(condition: Condition, reason: str) -> dict[str, Any]:
    return {**described(condition), "verdict": NOT_RUN, "reason": reason}


def _tried(trial: Trial) -> dict[str, Any]:
    scored = trial.score
    return {
        **described(trial.condition),
        "verdict": scored.verdict,
        "reason": "; ".join(as_words(scored)),
        "seconds": round(trial.seconds, 3),
        "end": trial.end,
        "notes": list(trial.notes),
        "calls": scored.calls,
        "complete": trial.complete,
        "ready": scored.ready,
        "delivered": len(scored.delivered),
        "lost": len(scored.lost),
        "lost_reports": list(scored.lost[:MOST_NAMED]),
        "doubled": len(scored.doubled),
        "doubled_reports": list(scored.doubled[:MOST_NAMED]),
        "waiting": len(scored.waiting),
        "hammered": scored.hammered,
        "hung": scored.hung,
        "crashed": scored.crashed,
        "advice": as_data(scored.advice),
    }


def junit(check: Check) -> Xml.ElementTree[Xml.Element]:
    """Return a check in the format of JUnit: a testcase for each condition.

    A condition that was not met, or not run, is skipped. A warning passes, and is in `system-out`.
    """
    root = Xml.Element("testsuites", name="pacsimile")
    suite = Xml.SubElement(root, "testsuite", name="client", time=f"{check.seconds:.3f}")
    for condition in document(check)["conditions"]:
        _case(suite, condition)
    counts = {"tests": "testcase", "failures": "testcase/failure", "skipped": "testcase/skipped"}
    for name, tag in {**counts, "errors": "testcase/error"}.items():
        for element in (root, suite):
            element.set(name, str(len(suite.findall(tag))))
    return Xml.ElementTree(root)


def _case(suite: Xml.Element, condition: dict[str, Any]) -> None:
    case = Xml.SubElement(
        suite, "testcase", classname="client", name=condition["name"], time=f"{condition.get('seconds', 0):.3f}"
    )
    reason = printable(condition["reason"])
    advice = [f"{advised['id']}: {advised['title']}. {advised['remedy']}" for advised in condition.get("advice", ())]
    text = printable("\n".join([condition["summary"], f"A good client: {condition['good_client']}", reason, *advice]))
    if condition["verdict"] == FAILED:
        Xml.SubElement(case, "failure", message=f"{condition['summary']}: {reason}", type=FAILED).text = text
    elif condition["verdict"] in (NOT_RUN, UNTRIED):
        Xml.SubElement(case, "skipped", message=reason or "the program did not meet this condition")
    elif advice or reason:
        Xml.SubElement(case, "system-out").text = text
