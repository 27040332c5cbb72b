"""Define the acts of a generated history: what states do, and what clients call.

Acts refer to things by names of the history's own, so that they can be stored as JSON, and played again in another
organization. Orders are `o1`, `o2` and so on, in the order in which they are made; studies `s1`, groups `g1`, tokens
`t1`. The versions of the report of `o1` are `o1.1`, `o1.2`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal

ActKind = Literal[
    "begins", "neighbours", "limits", "joins", "studies", "groups", "readies", "announces", "submits", "finishes",
    "amends", "passes",  # states
    "token", "status", "ids", "result", "group", "lists", "posts", "names",  # calls
]  # fmt: skip
OPERATIONS: Mapping[str, str] = {
    "status": "getStatus", "ids": "getOrderIds", "result": "getResult", "group": "getGroupReport",
    "lists": "listReports", "posts": "acknowledgeReports", "names": "acknowledgeReports",
}  # fmt: skip
"""By kind of act, the operation that is called."""
CALLS = frozenset({"token", *OPERATIONS})
QUEUE_CALLS = frozenset({"lists", "posts", "names"})

NO_TOKEN, UNKNOWN_PARAMETER, OTHER_SELECTOR, WRONG_TYPE, WRONG_LIMIT, WRONG_BODY, OTHER_ORGANIZATION, LONGER_NAME = (
    "no token", "unknown parameter", "second selector", "unknown type", "limit of 0", "wrong body",
    "another organization", "a longer name than its organization's",
)  # fmt: skip
WRONG_SECRET = "another secret"  # noqa: S105 (a name of a fault, no secret)
"""What is wrong with a token request that no token may come of."""
FAULTS: Mapping[str, tuple[str, ...]] = {
    "status": (NO_TOKEN, UNKNOWN_PARAMETER, OTHER_SELECTOR),
    "ids": (NO_TOKEN, UNKNOWN_PARAMETER),
    "result": (NO_TOKEN, UNKNOWN_PARAMETER, OTHER_SELECTOR, WRONG_TYPE),
    "group": (NO_TOKEN, UNKNOWN_PARAMETER, WRONG_TYPE),
    "lists": (NO_TOKEN, UNKNOWN_PARAMETER, WRONG_LIMIT, OTHER_ORGANIZATION, LONGER_NAME),
    "posts": (NO_TOKEN, UNKNOWN_PARAMETER, WRONG_BODY, OTHER_ORGANIZATION),
    "names": (NO_TOKEN, UNKNOWN_PARAMETER, OTHER_ORGANIZATION),
}
"""By kind of call, the ways in which it can be wrong so that it must be refused."""

UNKNOWN = {"o": "unknown order", "s": "unknown study", "g": "unknown group"}
"""By the first letter of a name's kind, the name of what nobody has."""
UNKNOWN_REPORT = "unknown report"
NEIGHBOUR, LIMITED, NEWCOMER = 3, 4, 5
"""The client of the other organization, one with few scopes, and one that is made later. 1 and 2 are there at first."""


@dataclass(frozen=True, slots=True)
class Act:
    """One act.

    Attributes:
        kind: what is done.
        who: the client that calls, or for whose organization a state makes something (see `organization`).
        about: the names that the act refers to.
        made: the names that it makes; of `studies` and `groups` first that of the study or group.
        statuses: those of the orders that it makes, or the one that an order moves to.
        seconds: of `passes`, how long; of `studies`, when each order was created, from the first.
        submitted: of `studies`, the rank in which each order was submitted.
        types: of `submits`, the types that the order offers; empty where the service decides.
        report_type: the type asked for.
        limit: that of a listing.
        token: the name of the token that is sent.
        scopes: of `token`, those asked for; of `limits`, those that the client may have.
        fault: what is wrong with the call, one of FAULTS, or WRONG_SECRET; empty where it is right.
        fresh: whether the call has a connection of its own.
        together: whether it happens at the same time as the act before it.
    """

    kind: ActKind
    who: int = 1
    about: tuple[str, ...] = ()
    made: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    seconds: tuple[float, ...] = ()
    submitted: tuple[int, ...] = ()
    types: tuple[str, ...] = ()
    report_type: str = ""
    limit: int | None = None
    token: str = ""
    scopes: tuple[str, ...] = ()
    fault: str = ""
    fresh: bool = False
    together: bool = False

    @property
    def is_call(self) -> bool:
        """Whether a client does it over the API."""
        return self.kind in CALLS

    @property
    def organization(self) -> int:
        """The organization of the client: 1, or 2 for the neighbour."""
        return 2 if self.who == NEIGHBOUR else 1

    @property
    def question(self) -> tuple[object, ...]:
        """What is asked, without who asks and by which token: two calls of one question must be answered alike."""
        return self.kind, self.about, self.report_type, self.limit, self.organization

    def document(self) -> dict[str, Any]:
        """Return the act as a JSON object, without the members that are empty."""
        return {name: value for name, value in asdict(self).items() if value not in ((), "", None, False)}


_MEMBERS = tuple(field.name for field in fields(Act))


def act_of(document: Mapping[str, Any]) -> Act:
    """Read an act from a JSON object that `Act.document` returned; members that it does not know are left out."""
    known: dict[str, Any] = {name: document[name] for name in _MEMBERS if name in document}
    tuples: dict[str, Any] = {name: tuple(value) for name, value in known.items() if isinstance(value, list)}
    return Act(**{**known, **tuples})


def order_of(report: str) -> str:
    """Return the name of a report's order."""
    return report.partition(".")[0]


def without_dangling_names(acts: Sequence[Act]) -> list[Act]:
    """Return the acts without references to names that no earlier act makes, and without acts that need such a name."""
    made: set[str] = {*UNKNOWN.values(), UNKNOWN_REPORT, ""}
    kept: list[Act] = []
    for act in acts:
        about = tuple(name for name in act.about if name in made)
        needs_all = act.kind not in ("names", "submits")
        if (act.about and not about) or (needs_all and about != act.about) or act.token not in made:
            continue
        kept.append(replace(act, about=about))
        made.update(_made(act))
    return kept


def _made(act: Act) -> Iterable[str]:
    """Return the names that exist after an act: an order's first report goes with the order."""
    return (*act.made, *(f"{name}.1" for name in act.made if name.startswith("o") and "." not in name))
