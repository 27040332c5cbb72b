"""The table of unusual forms: ways to write a call that clients seldom use, with each kind of access and operation."""

from collections.abc import Collection, Iterator, Mapping

NOBODY, TOO_FEW, ELSEWHERE, RIGHT = "no-token", "too-few-scopes", "another-organization", "right"
"""Kinds of access: without a token; with one of other scopes; for another organization's things; as it should be."""
REFUSED = (NOBODY, TOO_FEW, ELSEWHERE)

ACKNOWLEDGE = "acknowledgeReports"
_GETS = ("getStatus", "getOrderIds", "getResult", "getGroupReport", "listReports")
_ALL = (*_GETS, ACKNOWLEDGE)

OPERATIONS: Mapping[str, tuple[str, ...]] = {
    "head": _GETS, "slash": _ALL, "escaped": _ALL, "body": _GETS, "scheme": _ALL, "headers": _ALL,
    "nothing-named": (ACKNOWLEDGE,),
    "range": _GETS, "conditions": _GETS, "accept": _GETS, "forwarded": _GETS,
}  # fmt: skip
"""By form, the operations that can be called so.

`head` is HEAD in the place of GET, `slash` a path that ends with one, `escaped` a query with every character of a name
and a value escaped, `body` a GET with content, `scheme` the authentication scheme in lower case, `nothing-named` an
acknowledgement of no reports. `headers` has all the headers at once that `range`, `conditions`, `accept` and
`forwarded` have one by one.
"""
WIDELY = ("head", "slash")
"""Forms that meet other code than the call's own, such as a router's: two operations are asked so at level standard."""
FORMS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(REFUSED, ("head", "slash", "escaped", "body", "headers")),
    RIGHT: ("range", "conditions", "accept", "forwarded", "escaped", "body"),
}
"""By kind of access, the forms that it meets."""
FORMS_OF: Mapping[str, tuple[str, ...]] = {
    NOBODY: ("scheme",), TOO_FEW: ("scheme",), ELSEWHERE: ("nothing-named",), RIGHT: (),
}  # fmt: skip
"""By kind of access, the forms that it meets alone."""


def rows(level: str, access: str, present: Collection[str], turn: int) -> Iterator[tuple[str, str]]:
    """Yield (form, operation) of the calls with one kind of access.

    Args:
        level: at `full` each form meets each operation, at others one or two of them in turn.
        access: the kind of access.
        present: the operations that the service has.
        turn: which operation comes first, from 0; another for each kind of access and seed.
    """
    for number, form in enumerate((*FORMS[access], *FORMS_OF[access])):
        able = [operation for operation in OPERATIONS[form] if operation in present]
        if access == RIGHT:
            able = [operation for operation in able if operation != ACKNOWLEDGE]
        count = (
            len(able)
            if level == "full"
            else min(len(able), 2 if form in WIDELY and access in (TOO_FEW, ELSEWHERE) else 1)
        )
        for place in range(count):
            yield form, able[(turn + number + place * 3) % len(able)]
