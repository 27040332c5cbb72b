"""The model of the service beside other checks: one fault turns one row red, and no row passes by the model alone."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from pacsimile_contract.checkers.service_model import PART
from pacsimile_contract.findings.part import Part, not_exercised_while_broken
from pacsimile_contract.judging.evaluation import NOTHING_TO_COMPARE


def _is_broken(said: Part) -> bool:
    return not all(finding.holds for finding in said.findings)


def leave_explained(parts: Mapping[str, list[Part]], failing: Iterable[str]) -> None:
    """Leave a contradiction open where one of its answers is already evidence that another requirement is broken.

    Args:
        parts: by requirement, what was said of its parts; changed in place.
        failing: the requirements that FAIL.
    """
    broken_by: dict[int, str] = {}
    for requirement in failing:
        for said in parts[requirement]:
            if said.name != PART and any(not finding.holds and finding.level != "SHOULD" for finding in said.findings):
                broken_by |= {exchange.number: requirement for exchange in said.exchanges}
    for requirement, many in parts.items():
        many[:] = [_unless_explained(said, requirement, broken_by) for said in many]


def _unless_explained(said: Part, requirement: str, broken_by: Mapping[int, str]) -> Part:
    if said.name != PART or not _is_broken(said):
        return said
    others = [broken_by[exchange.number] for exchange in said.exchanges if exchange.number in broken_by]
    other = next((name for name in others if name != requirement), None)
    return said if other is None or requirement in others else not_exercised_while_broken(PART, other)


def leave_unconfirmed(parts: dict[str, list[Part]]) -> None:
    """Leave open what only the model confirms: that no two answers differ does not show that all was asked.

    A requirement of which nothing else was said at all is forgotten.
    """
    for requirement, many in list(parts.items()):
        others = [said for said in many if said.name != PART]
        if any(said.findings for said in others) or any(_is_broken(said) for said in many):
            continue
        if not others:
            del parts[requirement]
            continue
        many[:] = [
            replace(said, findings=(), exchanges=(), unjudged=NOTHING_TO_COMPARE) if said.name == PART else said
            for said in many
        ]
