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
    "SEC-4": "it applies only to services on other machines, so a mock here cannot break it; the tests of pacsimile "
    "show on handmade exchanges that its checks can fail",
}
"""Why a requirement turns red for no defect, or never alone: everything else must do so for one at least."""

MOST_MEDIAN = 2
"""Rows that the median defect may turn red: more would tell nobody what is wrong."""


def holds(rows: Sequence[Row], *, whole: bool = False) -> bool:
    """Whether the matrix is as it must be; of a part of it not `whole`."""
    return not shortcomings(rows, whole=whole)


def shortcomings(rows: Sequence[Row], *, whole: bool = False) -> list[str]:
    """Return what is not as it must be, a sentence each; none where the checks are proven.

    Each mock has a verdict, the undamaged one is clean, each defect of a judged requirement is killed by it, the median
    defect turns few rows red, and in the `whole` matrix each requirement is red alone for a defect, or there is a
    reason why not.
    """
    undamaged, damaged = ([row for row in rows if bool(row.defect.name) is not whose] for whose in (True, False))
    sentences = ["the undamaged mock is not clean" for row in undamaged if row.killed_by or row.warned_by]
    unjudged = sum(row.why_unjudged is not None for row in rows)
    if unjudged:
        sentences.append(f"{unjudged} of {len(rows)} mocks have no verdict because of an error")
    lacking = sum(row.outcome not in ("killed", "error", NOT_TESTED_YET) for row in damaged)
    if lacking:
        sentences.append(f"{lacking} of {len(damaged)} defects are not killed by the requirement that they break")
    shown = summarized(rows, whole=whole)
    if shown.median_red > MOST_MEDIAN:
        sentences.append(f"the median defect fails {shown.median_red:g} requirements, more than {MOST_MEDIAN}")
    unproven = [name for name in (*shown.never_red, *shown.only_with_others) if name not in REASONS]
    if whole and unproven:
        sentences.append(f"the only one to fail for no defect, without a reason: {', '.join(unproven)}")
    return sentences


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


def summarized(rows: Sequence[Row], *, whole: bool = True) -> Summary:
    """Return what a matrix shows; of a part of it (not `whole`) the requirements that its defects break alone."""
    damaged = [row for row in rows if row.defect.name]
    must = [row for row in damaged if row.defect.level == "MUST"]
    named = {row.defect.requirement for row in damaged}
    asked = [
        requirement
        for requirement in requirements()
        if requirement in judged_requirements() and (whole or requirement in named)
    ]
    alone = {name: tuple(row.defect.name for row in damaged if row.red == (name,)) for name in asked}
    red = {name for row in damaged for name in row.red}
    counts = [len(row.red) for row in damaged if not row.crashed]
    return Summary(
        must=len(must), must_killed=sum(row.outcome == "killed" for row in must),
        lacking=tuple(row.defect.name for row in damaged if row.outcome != "killed"), alone=alone,
        never_red=tuple(name for name in asked if name not in red),
        only_with_others=tuple(name for name in asked if name in red and not alone[name]),
        median_red=median(counts) if counts else 0, most_red=max(counts, default=0),
    )  # fmt: skip


def document(rows: Sequence[Row], *, whole: bool = True) -> dict[str, Any]:
    """Return the matrix as a JSON object."""
    return {
        "holds": holds(rows, whole=whole),
        "shortcomings": shortcomings(rows, whole=whole),
        "reasons": dict(REASONS),
        "summary": summarized(rows, whole=whole).document(),
        "undamaged": [_row(row) for row in rows if not row.defect.name],
        "defects": [_row(row) for row in rows if row.defect.name],
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "name": row.defect.name, "requirement": row.defect.requirement, "level": row.defect.level,
        "summary": row.defect.summary, "outcome": row.outcome if row.defect.name else None,
        "killed_by": list(row.killed_by), "warned_by": list(row.warned_by), "errors": list(row.errors),
        "summaries": dict(row.summaries), "requests": row.requests, "seconds": round(row.seconds, 3),
        "crashed": row.crashed,
    }  # fmt: skip
