"""The acts of a generated history, in names for a reader: report r1, client 1."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

ActKind = Literal[
    "begins", "readies", "announces", "finishes", "amends", "passes",  # made by states
    "lists", "posts", "names", "asks", "fetches",  # calls
]  # fmt: skip
CALLS: frozenset[str] = frozenset({"lists", "posts", "names", "asks", "fetches"})

UNKNOWN, FOREIGN = "an invented id", "another organization's report"
"""Names of reports that the organization does not have."""


@dataclass(frozen=True, slots=True)
class Act:
    """One act.

    `who` is client 1 or 2 of the organization. `about` names the reports that the act refers to: those acknowledged,
    the one amended, the one whose order is finished or asked for. `made` names the reports that it creates. `limit`
    is that of a listing. `late` says that the new report's `completed_at` lies hours back or, of `begins`, that all
    reports were completed at one instant. `status` is the order's final status. `seconds` is how long `passes` lasts.
    """

    kind: ActKind
    who: int = 0
    about: tuple[str, ...] = ()
    made: tuple[str, ...] = ()
    limit: int | None = None
    late: bool = False
    status: str = ""
    seconds: float = 0.0

    @property
    def is_call(self) -> bool:
        """Tell whether a client performs it over the API."""
        return self.kind in CALLS

    def document(self) -> dict[str, Any]:
        """Return the act as a JSON object."""
        return {**asdict(self), "about": list(self.about), "made": list(self.made)}


def act_of(document: Mapping[str, Any]) -> Act:
    """Read an act from what `Act.document` returned."""
    known = {name: document[name] for name in Act.__slots__ if name in document}
    return Act(**{**known, "about": tuple(known["about"]), "made": tuple(known["made"])})


def without_dangling_reports(acts: Sequence[Act]) -> list[Act]:
    """Drop what refers to reports that none of the acts makes: their names, and acts that are about nothing else."""
    made, kept = {UNKNOWN, FOREIGN}, list[Act]()
    for act in acts:
        about = tuple(report for report in act.about if report in made)
        if act.about and not about:
            continue
        kept.append(replace(act, about=about))
        made.update(act.made)
    return kept
