"""The model of the service beside other checks: one fault turns one row red, and no row passes by the model alone."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from pacsimile_contract.checkers.service_model import PART
from pacsimile_contract.findings.part import Part, not_exercised_while_broken
from pacsimile_contract.judging.evaluation import NOTHING_TO_COMPARE


def _is_broken(said: Part) -> bool:
    return not all(finding.holds for finding in said.findings)


def leave_explained(parts: Mapping[str, list[Part]], failing: Iterable[str]) -> None:
    """Leave a contradiction open where another requirement that FAILs explains it.

    It does where one of the answers is already evidence against it, and in any case of a tentative contradiction. Of
    several requirements that only tentative contradictions break, the one of the earliest answer stays.

    Args:
        parts: by requirement, what was said of its parts; changed in place.
        failing: the requirements that FAIL.
    """
    broken = {name: [said for said in parts[name] if _is_broken(said)] for name in failing}
    broken_by = {
        exchange.number: name
        for name, many in broken.items()
        for said in many
        if said.name != PART and any(not finding.holds and finding.level != "SHOULD" for finding in said.findings)
        for exchange in said.exchanges
    }
    for name, many in parts.items():
        many[:] = [_unless_explained(said, name, broken_by) for said in many]
    firm = [
        name for name, many in broken.items() if any(_is_broken(said) and not said.is_tentative for said in parts[name])
    ]
    tentative = [name for name, many in broken.items() if name not in firm and any(map(_is_broken, parts[name]))]
    tentative.sort(key=lambda name: min(_last_number(said) for said in parts[name] if _is_broken(said)))
    for name in tentative if firm else tentative[1:]:
        explanation = (firm or tentative)[0]
        parts[name][:] = [
            not_exercised_while_broken(PART, explanation) if _is_broken(said) else said for said in parts[name]
        ]


def _last_number(said: Part) -> int:
    return said.exchanges[-1].number if said.exchanges else 0


def _unless_explained(said: Part, requirement: str, broken_by: Mapping[int, str]) -> Part:
    if said.name != PART or not _is_broken(said):
        return said
    others = [broken_by[exchange.number] for exchange in said.exchanges if exchange.number in broken_by]
    if not others or requirement in others:
        return said
    return not_exercised_while_broken(PART, others[0])


def leave_unconfirmed(parts: dict[str, list[Part]]) -> None:
    """Leave open what only the model confirms: that no two answers differ does not show that all was asked.

    Its part is open for the reason of the others; a requirement of which nothing else was said at all is forgotten.
    """
    for requirement, many in list(parts.items()):
        others = [said for said in many if said.name != PART]
        if any(said.findings for said in others) or any(_is_broken(said) for said in many):
            continue
        if not others:
            del parts[requirement]
            continue
        reasons = [said.unjudged for said in others if said.unjudged is not None]
        why = max(reasons, key=lambda reason: reason.verdict, default=NOTHING_TO_COMPARE)
        many[:] = [
            replace(said, findings=(), exchanges=(), unjudged=why) if said.name == PART else said for said in many
        ]
