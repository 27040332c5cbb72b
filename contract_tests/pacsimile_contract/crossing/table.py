"""The table of wrong credentials: each kind of them, with each operation, selector, report type and use.

A row stands in it only if the service has the operation, the selector and the type.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from pacsimile_contract.crossing.covering_array import Combination, Row, combinations_of, covered, covering_array
from pacsimile_contract.dialects.vocabulary import group_types, order_types, selects_by
from pacsimile_contract.findings.story import Story
from pacsimile_contract.target.model import Target
from pacsimile_spec.operation_ids import API_OPERATIONS

NO_TOKEN, ELSEWHERE = "no-token", "elsewhere"
CREDENTIALS = (NO_TOKEN, "forged-token", "wrong-claims", "expired-token", "too-few-scopes", ELSEWHERE)
"""Kinds of wrong credentials: none; a text that the service never issued; a JWT that is signed and not meant for it; an
expired token; one of other scopes; a good one that is not sent as the bearer token."""
USES = ("first", "later")
"""`first`: nobody asked rightly for the same before; `later`: somebody did."""
STRENGTHS: Mapping[str, int] = {"standard": 2, "full": 3}
"""How many columns are combined, by run level. At level smoke nothing is crossed."""
NONE = "-"
"""Stands in a column that an operation does not have."""
CROSSED = "crossed"
"""Label below which a scenario notes the cells that it asked."""


class Cell(NamedTuple):
    """A row of the table: a call with one property. `selector` is how it is asked, `type` the type of report."""

    property: str
    operation: str
    selector: str
    type: str
    use: str


@dataclass(frozen=True, slots=True)
class CallForms:
    """The calls that a service has: (operation, selector, report type), `NONE` where there is no such choice."""

    forms: tuple[tuple[str, str, str], ...]


def call_forms(target: Target) -> CallForms:
    """Return the calls that a target has: (operation, selector, type)."""
    dialect = target.dialect.dialect if target.dialect else None
    acknowledgements = dialect.acknowledgements if dialect else None
    selectors: Mapping[str, Sequence[str]] = {
        "getStatus": _selectors(target, "getStatus"),
        "getResult": _selectors(target, "getResult"),
        "listReports": ("all", "limit"),
        "acknowledgeReports": [
            *(["named"] if acknowledgements is None or acknowledgements.with_body else []),
            *(["listed"] if acknowledgements is None or acknowledgements.without_body else []),
        ],
    }
    types = {"getResult": order_types(dialect), "getGroupReport": group_types(dialect)}
    return CallForms(
        tuple(
            (operation, selector, kind)
            for operation in API_OPERATIONS
            if operation not in target.absent
            for selector in selectors.get(operation, (NONE,))
            for kind in types.get(operation, (NONE,))
        )
    )


def _selectors(target: Target, operation: str) -> list[str]:
    dialect = target.dialect.dialect if target.dialect else None
    names = {"order": "order_id", "study": "study_uid"}
    return [word for word, name in names.items() if selects_by(dialect, operation, name)]


@cache
def possible(offered: CallForms) -> tuple[Cell, ...]:
    """Return all cells of the table."""
    return tuple(Cell(name, *form, use) for name in CREDENTIALS for form in offered.forms for use in USES)


@cache
def cells(offered: CallForms, level: str, seed: int) -> tuple[Cell, ...]:
    """Return the cells to ask at a run level: each pair, or at level full each triple, of values that go together.

    The cells without a token are those with a token elsewhere: one call may have both properties. In pairs, only a few
    forms, which together have every value, have the use `later`: each such form costs a right call too.
    """
    strength = STRENGTHS.get(level)
    if strength is None:
        return ()
    again = frozenset(offered.forms if strength > STRENGTHS["standard"] else _asked_anyway(offered, seed))
    candidates = [cell for cell in possible(offered) if cell.use == "first" or cell[1:4] in again]
    apart = [cell for cell in candidates if cell.property != NO_TOKEN]
    chosen = [Cell(*row) for row in covering_array(apart, strength, seed)]
    return (*chosen, *(cell._replace(property=NO_TOKEN) for cell in chosen if cell.property == ELSEWHERE))


def _asked_anyway(offered: CallForms, seed: int) -> list[Row]:
    """Return a few forms that together have every value: of reports by an order's id, which each run fetches anyway."""
    forms = [form for form in offered.forms if form[:2] != ("getResult", "study")]
    missing = covered(offered.forms, 1) - covered(forms, 1)
    others = [form for form in offered.forms if not missing.isdisjoint(combinations_of(form, 1))]
    return covering_array([*forms, *others], 1, seed)


COMBINED: Mapping[int, str] = {2: "pairs", 3: "triples"}
"""The word for combinations of so many columns."""


class Coverage(NamedTuple):
    """How many combinations there are of `strength` columns of the table, and how many of them a run asked."""

    strength: int
    possible: int
    asked: int
    by_property: Mapping[str, tuple[int, int]]
    """By property, how many of the combinations with it were asked, and how many there are."""


def coverage(target: Target, level: str, stories: Iterable[Story]) -> Coverage | None:
    """Count how many combinations of the table's values the stories of a run asked.

    Args:
        target: the service.
        level: the run level, which decides whether pairs or triples are counted.
        stories: the stories of one run; the cells that they asked are noted under CROSSED.

    Returns:
        The counts; None where the level crosses nothing, or nothing of the table was asked.
    """
    strength, cells_asked = STRENGTHS.get(level), [*_asked(stories)]
    if strength is None or not cells_asked:
        return None
    wanted = covered(possible(call_forms(target)), strength)
    asked = covered(cells_asked, strength) & wanted
    by_property = {name: (count_property(asked, name), count_property(wanted, name)) for name in CREDENTIALS}
    return Coverage(strength, len(wanted), len(asked), by_property)


def count_property(combinations: Iterable[Combination], name: str) -> int:
    """Return how many combinations have a property, which stands in the first column."""
    return sum((0, name) in combination for combination in combinations)


def _asked(stories: Iterable[Story]) -> Iterator[Cell]:
    for story in stories:
        for row in story.values.get(CROSSED, {}).get("cells", ()):
            yield Cell(*row)
