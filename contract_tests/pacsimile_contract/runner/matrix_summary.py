"""What a kill matrix shows as a whole: whether it is as it must be, what lacks, and its JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from pacsimile_contract.findings.registry import judged_requirements
from pacsimile_contract.judging.bench import NOT_TESTED_YET
from pacsimile_contract.runner.matrix import Row
from pacsimile_spec import requirements

REASONS: Mapping[str, str] = {
    "SEC-4": "it is judged of services away from this machine, which a mock on it is not; that its checks can fail "
    "is shown by the tests, on exchanges written by hand",
}
"""Why a requirement turns red for no defect, or never alone: everything else must do so for one at least."""

MOST_MEDIAN = 2
"""Rows that the median defect may turn red: more would tell nobody what is wrong."""


def holds(found: Sequence[Row], *, whole: bool = False) -> bool:
    """Whether the matrix is as it must be; of a part of it not `whole`."""
    return not shortcomings(found, whole=whole)


def shortcomings(found: Sequence[Row], *, whole: bool = False) -> list[str]:
    """Return what is not as it must be, a sentence each; none where the checks are proven.

    The undamaged mock is clean, each defect of a judged requirement is killed by it, the median defect turns few rows
    red, and in the `whole` matrix each requirement is red alone for a defect, or there is a reason why not.
    """
    undamaged, damaged = ([one for one in found if bool(one.defect.name) is not whose] for whose in (True, False))
    said = [
        "the undamaged mock is not clean"
        for one in undamaged
        if one.killed_by or one.warned_by or one.errors or one.crashed
    ]
    lacking = sum(one.outcome not in ("killed", NOT_TESTED_YET) for one in damaged)
    if lacking:
        said.append(f"{lacking} of {len(damaged)} defects are not killed by the requirement named for them")
    shown = summarized(found, whole=whole)
    if shown.median_red > MOST_MEDIAN:
        said.append(f"the median defect turns {shown.median_red:g} rows red, more than {MOST_MEDIAN}")
    unproven = [one for one in (*shown.never_red, *shown.only_with_others) if one not in REASONS]
    if whole and unproven:
        said.append(f"red alone for no defect, without a reason: {', '.join(unproven)}")
    return said


@dataclass(frozen=True, slots=True)
class Summary:
    """What a matrix shows as a whole."""

    must: int
    must_killed: int
    lacking: tuple[str, ...]
    """Defects that are not killed by the requirement named for them."""
    alone: Mapping[str, tuple[str, ...]]
    """Each requirement with the defects that it alone turns red for."""
    never_red: tuple[str, ...]
    only_with_others: tuple[str, ...]
    median_red: float
    most_red: int

    def document(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {
            "must": self.must, "must_killed": self.must_killed, "lacking": list(self.lacking),
            "alone": {name: list(defects) for name, defects in self.alone.items()},
            "never_red": list(self.never_red), "only_with_others": list(self.only_with_others),
            "median_red": self.median_red, "most_red": self.most_red,
        }  # fmt: skip


def summarized(found: Sequence[Row], *, whole: bool = True) -> Summary:
    """Return what a matrix shows; of a part of it (not `whole`) the requirements that its defects break alone."""
    damaged = [one for one in found if one.defect.name]
    must = [one for one in damaged if one.defect.level == "MUST"]
    named = {one.defect.requirement for one in damaged}
    asked = [one for one in requirements() if one in judged_requirements() and (whole or one in named)]
    alone = {name: tuple(one.defect.name for one in damaged if one.red == (name,)) for name in asked}
    red = {name for one in damaged for name in one.red}
    counts = [len(one.red) for one in damaged if not one.crashed]
    return Summary(
        must=len(must), must_killed=sum(one.outcome == "killed" for one in must),
        lacking=tuple(one.defect.name for one in damaged if one.outcome != "killed"), alone=alone,
        never_red=tuple(name for name in asked if name not in red),
        only_with_others=tuple(name for name in asked if name in red and not alone[name]),
        median_red=median(counts) if counts else 0, most_red=max(counts, default=0),
    )  # fmt: skip


def document(found: Sequence[Row], *, whole: bool = True) -> dict[str, Any]:
    """Return the matrix as a JSON object."""
    return {
        "holds": holds(found, whole=whole),
        "shortcomings": shortcomings(found, whole=whole),
        "reasons": dict(REASONS),
        "summary": summarized(found, whole=whole).document(),
        "undamaged": [_row(one) for one in found if not one.defect.name],
        "defects": [_row(one) for one in found if one.defect.name],
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "name": row.defect.name, "requirement": row.defect.requirement, "level": row.defect.level,
        "summary": row.defect.summary, "outcome": row.outcome if row.defect.name else None,
        "killed_by": list(row.killed_by), "warned_by": list(row.warned_by), "errors": list(row.errors),
        "summaries": dict(row.summaries), "requests": row.requests, "seconds": round(row.seconds, 3),
        "crashed": row.crashed,
    }  # fmt: skip
