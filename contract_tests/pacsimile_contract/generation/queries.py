"""Hypothesis strategies for queries of the five GET operations: valid ones, and ones with one fault."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from string import ascii_lowercase
from urllib.parse import quote

from hypothesis import strategies as st

from pacsimile_contract.client.requests import query_of
from pacsimile_contract.dialects.vocabulary import plain_type, selects_by
from pacsimile_contract.generation import values
from pacsimile_contract.generation.trials import Pairs, Trial, is_hostile
from pacsimile_spec import operations
from pacsimile_spec.dialects import Dialect
from pacsimile_spec.operation_ids import OperationId
from pacsimile_spec.report_types import GROUP_TYPES, ORDER_TYPES, REPORT_TYPES

Trials = st.SearchStrategy[Trial]

BY_ORDER, BY_STUDY = ("getStatus", "getResult"), ("getStatus", "getOrderIds", "getResult")
NEEDS_TYPE = ("getResult", "getGroupReport")


@dataclass(frozen=True, slots=True)
class Identifiers:
    """The identifiers that queries are made of, be they known or invented.

    `hostile` says whether hostile input is allowed, `lists` whether organizations may be listed, `reads` whether the
    client may read reports. `absent` has the operations that the service lacks.
    """

    order_id: str
    study_uid: str
    study_group: str
    organization_id: str
    group_orders: tuple[str, ...] = ()
    hostile: bool = False
    lists: bool = True
    reads: bool = True
    absent: frozenset[str] = frozenset()
    report_types: tuple[str, ...] = tuple(REPORT_TYPES)
    dialect: Dialect | None = None

    def selectors(self, operation: str) -> Sequence[tuple[str, str]]:
        """Return each (parameter, value) that selects something for that operation."""
        names = {
            "getStatus": ("order_id", "study_uid"), "getOrderIds": ("study_uid",),
            "getResult": ("order_id", "study_uid"), "getGroupReport": ("study_group",),
            "listReports": ("organizationId",),
        }[operation]  # fmt: skip
        own = {"order_id": self.order_id, "study_uid": self.study_uid, "study_group": self.study_group,
               "organizationId": self.organization_id}  # fmt: skip
        return [(name, own[name]) for name in names if selects_by(self.dialect, operation, name)]

    def operations(self) -> list[OperationId]:
        """Return the operations that may be called."""
        reading: list[OperationId] = ["getResult", "getGroupReport"] if self.reads else []
        listing: list[OperationId] = ["listReports"] if self.lists else []
        named: list[OperationId] = ["getStatus", "getOrderIds", *reading, *listing]
        return [operation for operation in named if operation not in self.absent]

    def of(self, names: Sequence[str], by: str | None = None) -> list[OperationId]:
        """Return those of these operations that may be called; with `by`, those that can be asked by that selector."""
        named = [operation for operation in self.operations() if operation in names]
        return [operation for operation in named if by is None or selects_by(self.dialect, operation, by)]


def _rest(operation: str, known: Identifiers) -> Pairs:
    if operation not in NEEDS_TYPE:
        return ()
    possible = GROUP_TYPES if operation == "getGroupReport" else ORDER_TYPES
    return (("report_type", plain_type([name for name in known.report_types if name in possible])),)


def _trial(operation: str, pairs: Sequence[tuple[str, str]], promise: str, why: str, **more: object) -> Trial:
    texts = [text for pair in pairs for text in pair]
    return Trial(
        operation, query_of(list(pairs)), (promise,), {"why": f"{operation} with {why}", **more},
        hostile=is_hostile(*texts),
    )  # fmt: skip


def _asked(known: Identifiers, asked: Sequence[str], name: str, strategy: values.Drawn, promise: str) -> Trials:
    """Return a strategy of calls of these operations by that selector."""
    return st.tuples(st.sampled_from(asked), strategy).map(
        lambda drawn: _trial(drawn[0], ((name, drawn[1][0]), *_rest(drawn[0], known)), promise, drawn[1][1])
    )


def malformed_uids(known: Identifiers) -> list[Trials]:
    """Draw malformed UIDs for each operation that takes one (ORDERID-4)."""
    asked, ways = known.of(BY_STUDY, "study_uid"), values.malformed_uids(known.hostile)
    return [_asked(known, asked, "study_uid", way, "ORDERID-4/property-malformed-uid") for way in ways if asked]


def valid_uids(known: Identifiers) -> list[Trials]:
    """Draw valid unknown UIDs for each operation that takes one (ORDERID-4)."""
    return [
        _asked(known, (operation,), "study_uid", values.valid_uids(), "ORDERID-4/property-valid-uid")
        for operation in known.of(BY_STUDY, "study_uid")
    ]


def malformed_identifiers(known: Identifiers) -> list[Trials]:
    """Draw malformed order ids, group names and organization ids (STATUS-3)."""
    places = {"order_id": BY_ORDER, "study_group": ("getGroupReport",), "organizationId": ("listReports",)}
    return [
        _asked(known, known.of(asked, name), name, way, "STATUS-3/property-malformed-identifier")
        for name, asked in places.items()
        if known.of(asked, name)
        for way in values.malformed(name, known.hostile)
    ]


def unknown_identifiers(known: Identifiers) -> list[Trials]:
    """Draw well-formed unknown identifiers: 404 is due, and 403 for an organization."""
    orders, groups, organizations = (
        values.unknown_orders(), values.unknown_groups(known.hostile), values.unknown_organizations(),
    )  # fmt: skip
    ways = {
        "getStatus": ("order_id", orders, "STATUS-4/property-nobodys-order"),
        "getResult": ("order_id", orders, "STATUS-4/property-nobodys-order"),
        "getGroupReport": ("study_group", groups, "GROUP-4/property-nobodys-group"),
        "listReports": ("organizationId", organizations, "SEC-2/property-nobodys-organization"),
    }
    possible = [name for name in known.of(list(ways)) if selects_by(known.dialect, name, ways[name][0])]
    return [_asked(known, (operation,), *ways[operation]) for operation in possible]


def wrong_selectors(known: Identifiers) -> list[Trials]:
    """Draw queries with none of the selectors, both, or any parameter twice (STATUS-3)."""
    ways: list[Trials] = []
    for operation in known.operations():
        selectors, rest = known.selectors(operation), _rest(operation, known)
        ways.append(_shuffled(operation, rest, "no selector"))
        ways.append(_repeated(operation, [selectors[0], *rest]))
        if len(selectors) > 1:
            ways.append(_shuffled(operation, [*selectors, *rest], "both selectors"))
    return ways


def _shuffled(operation: str, pairs: Sequence[tuple[str, str]], why: str) -> Trials:
    return st.permutations(list(pairs)).map(
        lambda order: _trial(operation, order, "STATUS-3/property-wrong-selectors", why)
    )


@st.composite
def _repeated(draw: st.DrawFn, operation: str, right: Sequence[tuple[str, str]]) -> Trial:
    name, value = draw(st.sampled_from(list(right)))
    again = draw(st.sampled_from((value, value + "1", "")))
    pairs = draw(st.permutations([*right, (name, again)]))
    return _trial(operation, pairs, "STATUS-3/property-wrong-selectors", "a parameter twice")


def unknown_parameters(known: Identifiers) -> list[Trials]:
    """Draw valid queries with an additional unknown parameter (STATUS-3)."""
    elsewhere = sorted({parameter.name for operation in operations().values() for parameter in operation.parameters})
    size = st.integers(1, 30)
    words = size.flatmap(lambda number: st.text(ascii_lowercase, min_size=number, max_size=number))
    return [
        _misnamed(known, st.sampled_from(elsewhere)),
        _misnamed(known, words),
        *(_misnamed(known, None, way) for way in _MISNAMED),
    ]


_MISNAMED: Sequence[Callable[[str], str]] = (
    str.upper, str.title, lambda name: name[:-1], lambda name: name + "s", lambda name: name + "[]",
    lambda name: f"_{name}", lambda name: f"{name} ", lambda name: name.replace("_", "-") + ".",
)  # fmt: skip


@st.composite
def _misnamed(
    draw: st.DrawFn, known: Identifiers, names: st.SearchStrategy[str] | None, spoil: Callable[[str], str] = str
) -> Trial:
    operation = draw(st.sampled_from(known.operations()))
    taken = sorted(parameter.name for parameter in operations()[operation].parameters)
    drawn = st.sampled_from(taken) if names is None else names
    name = draw(drawn.map(spoil).filter(lambda word: word not in taken))
    value = draw(st.sampled_from(("1", "", "json", "true")))
    right = [draw(st.sampled_from(known.selectors(operation))), *_rest(operation, known)]
    pairs = draw(st.permutations([*right, (name, value)]))
    promise, why = "STATUS-3/property-unknown-parameter", "a parameter that it does not know"
    made = _trial(operation, pairs, promise, why, unknown=name)
    plain = name.replace("_", "").isalpha()  # other names may be shown escaped
    return replace(made, promises=(promise, "STATUS-3/property-names-the-unknown")) if plain else made


def well_formed(known: Identifiers) -> list[Trials]:
    """Draw valid queries in every equivalent spelling (RFC 3986): a 400 is never due."""
    return [_spelt(known, how) for how in ("as usual", *_ESCAPES, "with empty pieces")]


_ESCAPES = {"with a letter percent-encoded": "X", "with a letter percent-encoded in lower case": "x"}


@st.composite
def _spelt(draw: st.DrawFn, known: Identifiers, how: str) -> Trial:
    operation = draw(st.sampled_from(known.operations()))
    rest = [("report_type", draw(st.sampled_from(known.report_types)))] if operation in NEEDS_TYPE else []
    if operation == "listReports" and draw(st.booleans()):
        rest = [("limit", str(draw(values.valid_limits())))]
    pairs = draw(st.permutations([draw(st.sampled_from(known.selectors(operation))), *rest]))
    query = query_of(list(pairs))
    if how in _ESCAPES:
        places = [draw(st.integers(0, len(value) - 1)) for _, value in pairs]
        spelt = [
            (name, _over_encoded(value, at, _ESCAPES[how])) for (name, value), at in zip(pairs, places, strict=True)
        ]
        query = "&".join(f"{name}={value}" for name, value in spelt)
    elif how == "with empty pieces":
        query = "&" + query.replace("&", "&&&") + "&"
    values_ = {"why": f"{operation} with a right query, spelt {how}"}
    return Trial(operation, query, ("STATUS-3/property-well-formed",), values_)


def _over_encoded(text: str, at: int, digits: str) -> str:
    """Percent-encode an ASCII character at a place, even where that is not needed."""
    character = f"%{format(ord(text[at]), '02' + digits)}" if text[at].isascii() else quote(text[at], safe="")
    return quote(text[:at], safe="") + character + quote(text[at + 1 :], safe="")


def malformed_limits(known: Identifiers) -> list[Trials]:
    """Draw malformed limits (BATCH-13)."""
    own = known.selectors("listReports")

    def asked(drawn: tuple[str, str]) -> Trial:
        return _trial("listReports", (*own, ("limit", drawn[0])), "BATCH-13/property-malformed-limit", drawn[1])

    return [way.map(asked) for way in values.malformed_limits(known.hostile)]


def valid_limits(known: Identifiers) -> list[Trials]:
    """Draw valid limits (BATCH-13)."""
    own = known.selectors("listReports")

    def asked(most: int) -> Trial:
        pairs = (*own, ("limit", str(most)))
        return _trial("listReports", pairs, "BATCH-13/property-valid-limit", f"a limit of {most}", limit=most)

    return [values.valid_limits().map(asked)]


def unknown_types(known: Identifiers) -> list[Trials]:
    """Draw unknown report types (RESULTS-5)."""
    places = [(operation, pair) for operation in known.of(NEEDS_TYPE) for pair in known.selectors(operation)]

    def asked(drawn: tuple[tuple[str, tuple[str, str]], tuple[str, str]]) -> Trial:
        (operation, selector), (kind, why) = drawn
        return _trial(operation, (selector, ("report_type", kind)), "RESULTS-5/property-unknown-type", why)

    return [st.tuples(st.sampled_from(places), way).map(asked) for way in values.unknown_types(known.hostile)]


def near_misses(known: Identifiers) -> list[Trials]:
    """Draw texts that resemble a known identifier, and so name something else (STATUS-8)."""
    places = [(operation, name, own) for operation in known.operations() for name, own in known.selectors(operation)]
    return [
        _near(known, operation, name, own, how)
        for operation, name, own in places
        for how in values.resembling(own, known.hostile)
    ]


def _near(known: Identifiers, operation: str, name: str, own: str, how: str) -> Trials:
    known_ids = {
        "order_id": [known.order_id], "study_uid": [known.order_id, known.study_uid],
        "study_group": [known.study_group, *known.group_orders], "organizationId": [own],
    }[name]  # fmt: skip
    why = f"{name} of ours {how}"

    def asked(text: str) -> Trial:
        promise = "STATUS-8/property-near-miss"
        made = _trial(operation, ((name, text), *_rest(operation, known)), promise, why, ours=known_ids)
        return replace(made, derived=((text, own),))

    drawn = values.resembling(own, known.hostile)[how]
    return drawn.filter(lambda text: text != own).map(asked)
