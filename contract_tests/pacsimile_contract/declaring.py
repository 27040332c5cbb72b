"""What the operator declares that there is not, in the target file: N/A, "not judged by your choice"."""

from collections.abc import Mapping
from dataclasses import replace

from pacsimile_contract.target import Target
from pacsimile_contract.verdict import Evidence, JudgedPart, Judgement, Verdict

_NEED_ACKNOWLEDGING = (
    "BATCH-5", "BATCH-6", "BATCH-7", "BATCH-8", "BATCH-9", "BATCH-10", "BATCH-11", "BATCH-12", "BATCH-14",
)  # fmt: skip
_NEED_LISTING = (*_NEED_ACKNOWLEDGING, "BATCH-1", "BATCH-2", "BATCH-3", "BATCH-4", "BATCH-13")

NOT_TO_ACKNOWLEDGE = "the target file says `acknowledge: {allowed: false}`"
NOT_TO_LIST = "the target file says `listing: {allowed: false}`"


def declared_away(target: Target) -> dict[str, str]:
    """Return the requirements that the target file leaves without a meaning, each with the reason.

    A word of the target file is about standing organizations: where states make others, they are judged there.
    """
    if target.states.url is not None:
        return {}
    found = dict.fromkeys(_NEED_LISTING, NOT_TO_LIST) if "listing" in target.declared else {}
    if "acknowledge" in target.declared:
        found |= dict.fromkeys(_NEED_ACKNOWLEDGING, NOT_TO_ACKNOWLEDGE)
    return found


def operations_declared_away(target: Target) -> list[str]:
    """Return the operations that need not answer 2xx for the same reason."""
    if target.states.url is not None:
        return []
    names = {"listing": "listReports", "acknowledge": "acknowledgeReports"}
    return [operation for word, operation in names.items() if word in target.declared]


def as_declared(judgement: Judgement, away: Mapping[str, str]) -> Judgement:
    """Return the judgement, as N/A where it was left open for a lack that the operator declared."""
    reason = away.get(judgement.requirement.id)
    if reason is None or judgement.verdict is not Verdict.NOT_EXERCISED:
        return judgement
    parts = tuple(_not_applicable(one, reason) for one in judgement.parts)
    return replace(judgement, verdict=Verdict.NOT_APPLICABLE, summary=reason, parts=parts)


def _not_applicable(part: JudgedPart, reason: str) -> JudgedPart:
    if part.verdict is not Verdict.NOT_EXERCISED:
        return part
    return replace(part, verdict=Verdict.NOT_APPLICABLE, evidence=(Evidence(None, reason),))
