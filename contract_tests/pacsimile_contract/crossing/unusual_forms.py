"""The table of unusual forms: ways to write a call that clients seldom use, with each kind of access and operation."""

from collections.abc import Collection, Iterator, Mapping

NOBODY, TOO_FEW, ELSEWHERE, RIGHT = "no-token", "too-few-scopes", "another-organization", "right"
"""Kinds of access: without a token; with one of other scopes; for another organization's things; as it should be."""

OFFERED = "offered"
"""Rightly, in a form that a service need not have: where it has it, all other kinds of access meet it too."""
COMBINED, NEGOTIATION, TOGETHER = "combined", "negotiation", "together"
"""Forms that are several at once: what opens nothing, and what changes nothing."""
PIECES: Mapping[str, tuple[str, ...]] = {
    COMBINED: ("headers", "escaped", "body", "scheme"),
    NEGOTIATION: ("range", "conditions", "accept"),
    TOGETHER: ("media-type", "ignored", "escaped"),
}
"""The forms that each of them is made of. They are asked alone where the answer is not the usual one."""
_REPORTS = ("getResult", "getGroupReport")
_LOOKS = ("getStatus", "getOrderIds", *_REPORTS)
_GETS = (*_LOOKS, "listReports")
_ALL = (*_GETS, "acknowledgeReports")

PATHS: Mapping[str, str] = {
    "parameter": "{};a=b",
    "extension": "{}.json",
    "two-slashes": "/{}",
    "here": "/.{}",
    "blank": "{}%20",
    "escaped-slash": "{}%2F",
    "two-at-the-end": "{}//",
    "capitals": "{}",
    "escaped-letter": "{}",
}
"""By kind, a way to spell a path so that filters of paths and a router may read it otherwise.

`spelt_path` writes capitals and escapes.
"""


def spelt_path(kind: str, path: str) -> str:
    """Return a path, such as `/status`, in a spelling of PATHS."""
    if kind == "capitals":
        return path.upper()
    if kind == "escaped-letter":
        return f"/%{ord(path[1]):02X}{path[2:]}"
    return PATHS[kind].format(path)


OPERATIONS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    OFFERED: {"head": _GETS, "path": _ALL, "slash": _ALL},
    NOBODY: {COMBINED: _ALL, "scheme": _ALL},
    TOO_FEW: {COMBINED: _ALL},
    ELSEWHERE: {COMBINED: _ALL, "nothing-named": ("acknowledgeReports",)},
    RIGHT: {NEGOTIATION: _LOOKS, TOGETHER: _ALL},
}
"""By kind of access, the forms that it meets, each with the operations that can be called so.

`head` is HEAD in the place of GET, `slash` a path that ends with one, `path` a path in a spelling of PATHS, `escaped` a
query with every character of a name and a value escaped, `body` a GET with content, `scheme` the authentication scheme
in lower case, `nothing-named` an acknowledgement of no reports. `media-type` accepts another type of report than the
one asked for. `ignored` are dozens of headers that gateways, frameworks and user interfaces send; a service that
answers otherwise is asked with fewer of them. `headers` has all of these at once, and those that `range`, `conditions`,
`accept` and `forwarded` have. Where a header says for whom a call is, it has the name that would open it.
"""
WIDELY = {COMBINED: 2, TOGETHER: 3}
"""How many operations are asked in a form at level standard, if more than one."""


def rows(level: str, access: str, present: Collection[str], turn: int) -> Iterator[tuple[str, str]]:
    """Yield (form, operation) of the calls with one kind of access.

    Operations of one form are far from each other: those of one scope, and both that give reports, stand side by side.

    Args:
        level: at `full` each form meets each operation, at others one to three of them in turn.
        access: the kind of access.
        present: the operations that the service has.
        turn: which operation comes first, from 0; another for each kind of access and seed.
    """
    for number, (form, operations) in enumerate(OPERATIONS[access].items()):
        able = [operation for operation in operations if operation in present]
        most = len(able) if level == "full" else min(len(able), WIDELY.get(form, 1))
        for place in range(most):
            yield form, able[(turn + number + place * round(len(able) / most)) % len(able)]
