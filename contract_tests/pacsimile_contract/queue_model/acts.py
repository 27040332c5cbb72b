"""What is done to a queue in a generated history, in names that mean something to a reader: report r1, client 1."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

ActKind = Literal[
    "begins", "readies", "announces", "finishes", "amends", "passes",  # made by states
    "lists", "posts", "names", "asks", "fetches",  # calls
]  # fmt: skip
CALLS: frozenset[str] = frozenset({"lists", "posts", "names", "asks", "fetches"})

UNKNOWN, FOREIGN = "an invented id", "another organization's report"
"""Names of reports that are none of the organization's."""


@dataclass(frozen=True, slots=True)
class Act:
    """One act. `who` is client 1 or 2 of the organization.

    `about` names reports: those acknowledged, the one amended, the one whose order is finished or asked for. `made`
    names those that come about. `limit` is the listing's. `late` is a report whose `completed_at` lies hours back, or
    a beginning with reports of one instant. `status` is the order's end. `seconds` pass.
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
        """Whether a client does it, over the API."""
        return self.kind in CALLS

    def document(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {**asdict(self), "about": list(self.about), "made": list(self.made)}


def act_of(document: Mapping[str, Any]) -> Act:
    """Return the act that `document` gave."""
    known = {name: document[name] for name in Act.__slots__ if name in document}
    return Act(**{**known, "about": tuple(known["about"]), "made": tuple(known["made"])})


def fitting(acts: Sequence[Act]) -> list[Act]:
    """Return the acts without those about reports that none of them makes, and without names of such."""
    made, kept = {UNKNOWN, FOREIGN}, list[Act]()
    for act in acts:
        about = tuple(one for one in act.about if one in made)
        if act.about and not about:
            continue
        kept.append(replace(act, about=about))
        made.update(act.made)
    return kept
