"""Makes N/A what the target file, or its dialect, declares absent."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache

from pacsimile_contract.findings.reasons import Reason, Unjudged
from pacsimile_contract.findings.registry import checks_of_operation, parts_of
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.absent_facts import absent_facts, is_absent_fact, unanswerable
from pacsimile_contract.judging.judgement import Evidence, JudgedPart, Judgement
from pacsimile_contract.target.model import Target
from pacsimile_contract.target.operations import absence_reason, is_absence
from pacsimile_spec import requirements
from pacsimile_spec.operation_ids import API_OPERATIONS

_NEED_ACKNOWLEDGING = (
    "BATCH-5", "BATCH-6", "BATCH-7", "BATCH-8", "BATCH-9", "BATCH-10", "BATCH-11", "BATCH-12", "BATCH-14",
)  # fmt: skip
_NEED_LISTING = (*_NEED_ACKNOWLEDGING, "BATCH-1", "BATCH-2", "BATCH-3", "BATCH-4", "BATCH-13")

NOT_TO_ACKNOWLEDGE = Unjudged(Verdict.NOT_APPLICABLE, "the target file says `acknowledge: {allowed: false}`")
NOT_TO_LIST = Unjudged(Verdict.NOT_APPLICABLE, "the target file says `listing: {allowed: false}`")

_ABSENT = (Reason.OPERATION_ABSENT, Reason.FACT_ABSENT)

_DEPENDENT: Mapping[str, tuple[str, ...]] = {
    "getStatus": ("STATUS-1", "STATUS-2", "STATUS-5", "STATUS-6", "STATUS-7"),
    "getOrderIds": ("ORDERID-1", "ORDERID-2", "ORDERID-3"),
    "getResult": tuple(f"RESULTS-{number}" for number in (1, 2, 3, 4, 6, 7, 9, 10, 11)),
    "getGroupReport": ("GROUP-1", "GROUP-2", "GROUP-3", "GROUP-4", "GROUP-5"),
    "listReports": _NEED_LISTING,
    "acknowledgeReports": _NEED_ACKNOWLEDGING,
}
"""The requirements that cannot be judged without an operation. For parts of others, checkers declare it."""


def not_applicable_by_declaration(target: Target) -> dict[str, Unjudged]:
    """Return the requirements, and parts of others, that are N/A by the target file, each with the reason.

    They include those of its dialect. What the file says about listing and acknowledging is about existing
    organizations. If provider states make others, both are judged there. An absent operation is absent everywhere.
    """
    reasons: dict[str, Unjudged] = {}
    if target.states.url is None:
        reasons |= dict.fromkeys(_NEED_LISTING, NOT_TO_LIST) if "listing" in target.declared else {}
        reasons |= dict.fromkeys(_NEED_ACKNOWLEDGING, NOT_TO_ACKNOWLEDGE) if "acknowledge" in target.declared else {}
    for operation in API_OPERATIONS:
        if operation in target.absent:
            checks = (*_DEPENDENT[operation], *checks_of_operation(operation), *_named(operation))
            why = Unjudged(Verdict.NOT_APPLICABLE, absence_reason(target, operation), Reason.OPERATION_ABSENT)
            reasons |= dict.fromkeys(checks, why)
    return reasons if target.dialect is None else {**absent_facts(target.dialect.dialect), **reasons}


@cache
def _named(operation: str) -> tuple[str, ...]:
    return tuple(f"{name}/{operation}" for name in requirements() if operation in parts_of(name))


def optional_operations(target: Target) -> list[str]:
    """Return the operations that, for these declarations, need not answer 2xx."""
    names = {"listing": "listReports", "acknowledge": "acknowledgeReports"}
    declared = [operation for word, operation in names.items() if word in target.declared]
    by_dialect = [] if target.dialect is None else unanswerable(target.dialect.dialect)
    return [*target.absent, *by_dialect, *(declared if target.states.url is None else [])]


def not_applicable_reason(requirement: str, reason_by_check: Mapping[str, Unjudged]) -> str | None:
    """Return the reason why nothing of a requirement is judged; None if a part of it is."""
    parts = [f"{requirement}/{name}" for name in parts_of(requirement)]
    if requirement in reason_by_check:
        return reason_by_check[requirement].text
    return reason_by_check[parts[0]].text if parts and all(check in reason_by_check for check in parts) else None


def apply_declarations(judgement: Judgement, reason_by_check: Mapping[str, Unjudged]) -> Judgement:
    """Return the judgement with the parts that a declaration left open as N/A."""
    of_requirement = reason_by_check.get(judgement.requirement.id)
    parts = tuple(_apply_to_part(part, reason_by_check.get(part.check) or of_requirement) for part in judgement.parts)
    if parts == judgement.parts:
        return judgement
    verdict = max((part.verdict for part in parts), default=Verdict.NOT_APPLICABLE)
    if verdict is judgement.verdict:
        return replace(judgement, parts=parts)
    first = next(part for part in parts if part.verdict is verdict)
    summary, unjudged = (first.evidence[0].note, first.evidence[0].unjudged) if first.evidence else ("", None)
    return replace(judgement, verdict=verdict, summary=summary or str(verdict.value), parts=parts, unjudged=unjudged)


def _apply_to_part(part: JudgedPart, why: Unjudged | None) -> JudgedPart:
    """Return the part, as N/A if it was left open. A part about something absent is N/A whatever its verdict."""
    if why is None or (part.verdict is not Verdict.NOT_EXERCISED and why.reason not in _ABSENT):
        return part
    return replace(part, verdict=why.verdict, kind=None, evidence=(Evidence(None, why.text, unjudged=why),))


def reasons_of_stored(texts: Mapping[str, str]) -> dict[str, Unjudged]:
    """Return what `not_applicable_by_declaration` returned in a stored run, which holds only the words."""
    return {check: Unjudged(Verdict.NOT_APPLICABLE, text, _reason_of_stored(text)) for check, text in texts.items()}


def _reason_of_stored(text: str) -> Reason | None:
    if is_absence(text):
        return Reason.OPERATION_ABSENT
    return Reason.FACT_ABSENT if is_absent_fact(text) else None


NOTHING_SHOWN = "nothing was judged: every requirement was declared absent or not exercised"


def shows_nothing(judgements: Iterable[Judgement], optional: Iterable[str]) -> bool:
    """Tell whether no requirement has a verdict although some operations are optional."""
    verdicts = {judgement.verdict for judgement in judgements}
    return any(True for _ in optional) and not verdicts - {Verdict.NOT_APPLICABLE, Verdict.NOT_EXERCISED}
