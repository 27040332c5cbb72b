"""Validity of report documents, by the closed list of rules of their type alone."""

from collections.abc import Iterator

from pacsimile_contract.checkers.common import quotable
from pacsimile_contract.checkers.order_reports import answers_by_order
from pacsimile_contract.checkers.results import TYPE_PARTS, unseen
from pacsimile_contract.documents import is_synthetic_report, recognised
from pacsimile_contract.english import with_article
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.part import Finding, Part, fact, form, part
from pacsimile_contract.findings.registry import checker
from pacsimile_contract.findings.story import Story
from pacsimile_contract.findings.type_parts import group_part_of, part_of
from pacsimile_contract.rules import breaches, rules
from pacsimile_contract.rules.model import Breach
from pacsimile_spec.report_types import GROUP_TYPES

GROUP_PARTS = tuple(map(group_part_of, GROUP_TYPES))


@checker("RESULTS-8", *TYPE_PARTS, operations={"getResult": TYPE_PARTS})
def is_valid(story: Story) -> Iterator[Part]:
    """Judge the form of orders' reports (steps `asked/<order>/<type>`). Bytes of another type are RESULTS-1's."""
    seen: set[str] = set()
    for asked in answers_by_order(story).values():
        for kind, answer in asked.items():
            if answer.succeeded:
                seen.add(kind)
                yield from _judge_document(part_of(kind), kind, answer, of_group=False)
    yield from unseen(story, seen)


@checker("RESULTS-8", *GROUP_PARTS, operations={"getGroupReport": GROUP_PARTS})
def is_valid_of_a_group(story: Story) -> Iterator[Part]:
    """Judge the form of a study group's reports (steps `asked/<type>`). Bytes of another type are GROUP-1's."""
    for kind, asked in story.below("asked"):
        if asked.succeeded:
            yield from _judge_document(group_part_of(kind), kind, asked, of_group=True)


def _judge_document(name: str, kind: str, asked: Exchange, *, of_group: bool) -> Iterator[Part]:
    if not recognised(kind, asked.body):
        return
    found_breaches = breaches(kind, asked.body, of_group=of_group)
    marked = is_synthetic_report(kind, asked.body, of_group=of_group)
    findings = [_finding(kind, breach, marked=marked) for breach in found_breaches] or [
        fact(True, "every rule kept", "so")
    ]
    remarks = rules()[kind].remarks(asked.body) if marked else []
    yield part(name, findings, on=asked, remarks=remarks)


def _finding(kind: str, breach: Breach, *, marked: bool) -> Finding:
    """Say which rule is broken, and where. The value there is shown only if the document is marked as synthetic."""
    of_type = rules()[kind]
    value = f': "{quotable(breach.value)}"' if marked and breach.value is not None else ""
    expected = f"{breach.rule}, {with_article(kind)} report {of_type.words[breach.rule]}"
    compare = form if breach.rule in of_type.form else fact
    return compare(False, expected, f"{breach.where}: {breach.what}{value}")
