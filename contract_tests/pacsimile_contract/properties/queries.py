"""Queries of the five GET operations as Hypothesis draws them: right ones, and ones with one fault."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import ascii_lowercase
from urllib.parse import quote

from hypothesis import strategies as st

from pacsimile_contract.properties import values
from pacsimile_contract.properties.trials import Pairs, Trial, is_hostile
from pacsimile_contract.requests import query_of
from pacsimile_spec import operations

Trials = st.SearchStrategy[Trial]

BY_ORDER, BY_STUDY = ("getStatus", "getResult"), ("getStatus", "getOrderIds", "getResult")
NEEDS_TYPE = ("getResult", "getGroupReport")


@dataclass(frozen=True, slots=True)
class Known:
    """What there is to ask for: identifiers of ours, or of nobody; `hostile` where such input may leave.

    `lists` tells whether organizations may be listed.
    """

    order_id: str
    study_uid: str
    study_group: str
    organization_id: str
    group_orders: tuple[str, ...] = ()
    hostile: bool = False
    lists: bool = True

    def selectors(self, operation: str) -> Sequence[tuple[str, str]]:
        """Return each (name, value) by which that operation may be asked."""
        names = {
            "getStatus": ("order_id", "study_uid"), "getOrderIds": ("study_uid",),
            "getResult": ("order_id", "study_uid"), "getGroupReport": ("study_group",),
            "listReports": ("organizationId",),
        }[operation]  # fmt: skip
        own = {"order_id": self.order_id, "study_uid": self.study_uid, "study_group": self.study_group,
               "organizationId": self.organization_id}  # fmt: skip
        return [(name, own[name]) for name in names]

    def operations(self) -> list[str]:
        """Return the operations that may be asked."""
        return ["getStatus", "getOrderIds", "getResult", "getGroupReport", *(["listReports"] if self.lists else [])]


def _rest(operation: str) -> Pairs:
    return (("report_type", "json"),) if operation in NEEDS_TYPE else ()


def _trial(operation: str, pairs: Sequence[tuple[str, str]], promise: str, why: str, **more: object) -> Trial:
    texts = [text for pair in pairs for text in pair]
    return Trial(
        operation, query_of(list(pairs)), (promise,), {"why": f"{operation} with {why}", **more},
        hostile=is_hostile(*texts),
    )  # fmt: skip


def malformed_uids(known: Known) -> Trials:
    """Draw what is nearly a UID, on each operation that takes one (ORDERID-4)."""
    drawn = st.tuples(st.sampled_from(BY_STUDY), values.malformed_uids(known.hostile))
    return drawn.map(
        lambda one: _trial(
            one[0], (("study_uid", one[1][0]), *_rest(one[0])), "ORDERID-4/property-malformed-uid", one[1][1]
        )
    )


def valid_uids(known: Known) -> Trials:
    """Draw UIDs that nobody has, on each operation that takes one (ORDERID-4)."""
    drawn = st.tuples(st.sampled_from(BY_STUDY), values.valid_uids())
    return drawn.map(
        lambda one: _trial(
            one[0], (("study_uid", one[1][0]), *_rest(one[0])), "ORDERID-4/property-valid-uid", one[1][1]
        )
    )


def malformed_identifiers(known: Known) -> Trials:
    """Draw what is no order id, no group's name and no organization's id (STATUS-3)."""
    places = [(one, "order_id") for one in BY_ORDER] + [("getGroupReport", "study_group")]
    places += [("listReports", "organizationId")] if known.lists else []

    def at(place: tuple[str, str]) -> Trials:
        operation, name = place
        return values.malformed(name, known.hostile).map(
            lambda one: _trial(
                operation, ((name, one[0]), *_rest(operation)), "STATUS-3/property-malformed-identifier", one[1]
            )
        )

    return st.sampled_from(places).flatmap(at)


def nobodys(known: Known) -> Trials:
    """Draw well-formed identifiers that nobody has: 404, and of an organization 403."""
    ways = [
        _of(BY_ORDER, "order_id", values.nobodys_orders(), "STATUS-4/property-nobodys-order"),
        _of(("getGroupReport",), "study_group", values.nobodys_groups(known.hostile), "GROUP-4/property-nobodys-group"),
    ]
    if known.lists:
        organizations = values.nobodys_organizations()
        ways.append(_of(("listReports",), "organizationId", organizations, "SEC-2/property-nobodys-organization"))
    return st.one_of(ways)


def _of(asked: Sequence[str], name: str, drawn: values.Drawn, promise: str) -> Trials:
    return st.tuples(st.sampled_from(asked), drawn).map(
        lambda one: _trial(one[0], ((name, one[1][0]), *_rest(one[0])), promise, one[1][1])
    )


@st.composite
def wrong_selectors(draw: st.DrawFn, known: Known) -> Trial:
    """Draw queries with none of the selectors, both, or any parameter twice (STATUS-3)."""
    operation = draw(st.sampled_from(known.operations()))
    selectors = known.selectors(operation)
    right = [selectors[0], *_rest(operation)]
    ways = ["no selector", "a parameter twice", *(["both selectors"] if len(selectors) > 1 else [])]
    why = draw(st.sampled_from(ways))
    if why == "no selector":
        pairs = right[1:]
    elif why == "both selectors":
        pairs = [*selectors, *right[1:]]
    else:
        name, value = draw(st.sampled_from(right))
        again = draw(st.sampled_from((value, value + "1", "")))
        pairs = [*right, (name, again)]
    pairs = draw(st.permutations(pairs))
    return _trial(operation, pairs, "STATUS-3/property-wrong-selectors", why)


@st.composite
def unknown_parameters(draw: st.DrawFn, known: Known) -> Trial:
    """Draw right queries with one parameter more that the operation does not know (STATUS-3)."""
    operation = draw(st.sampled_from(known.operations()))
    taken = {one.name for one in operations()[operation].parameters}
    elsewhere = [parameter.name for one in operations().values() for parameter in one.parameters]
    words = st.text(ascii_lowercase + "_", min_size=1, max_size=30)
    variants = st.sampled_from(sorted(taken)).flatmap(
        lambda name: st.sampled_from((name.upper(), name.title(), name[:-1], name + "s", name + "[]", f"_{name}"))
    )
    name = draw((st.sampled_from(elsewhere) | words | variants).filter(lambda one: one not in taken))
    value = draw(st.sampled_from(("1", "", "json", "true")))
    right = [draw(st.sampled_from(known.selectors(operation))), *_rest(operation)]
    pairs = draw(st.permutations([*right, (name, value)]))
    made = _trial(
        operation, pairs, "STATUS-3/property-unknown-parameter", "a parameter that it does not know", unknown=name
    )
    plain = name.isascii() and name.replace("_", "").isalpha()
    named = ("STATUS-3/property-names-the-unknown",) if plain else ()
    return Trial(made.operation, made.query, (*made.promises, *named), made.values)


@st.composite
def well_formed(draw: st.DrawFn, known: Known) -> Trial:
    """Draw right queries in every spelling that says the same (RFC 3986): never a 400."""
    operation = draw(st.sampled_from(known.operations()))
    kind = draw(st.sampled_from(values.REPORT_TYPES))
    rest = [("report_type", kind)] if operation in NEEDS_TYPE else []
    if operation == "listReports" and draw(st.booleans()):
        rest = [("limit", str(draw(values.valid_limits())))]
    pairs = draw(st.permutations([draw(st.sampled_from(known.selectors(operation))), *rest]))
    how = draw(st.sampled_from(("as usual", *_ESCAPES, "with empty pieces")))
    query = query_of(list(pairs))
    if how in _ESCAPES:
        query = "&".join(f"{name}={_over_encoded(value, _ESCAPES[how])}" for name, value in pairs)
    elif how == "with empty pieces":
        query = "&" + query.replace("&", "&&&") + "&"
    return Trial(
        operation, query, ("STATUS-3/property-well-formed",), {"why": f"{operation} with a right query, spelt {how}"}
    )


_ESCAPES = {"with a letter percent-encoded": "X", "with a letter percent-encoded in lower case": "x"}


def _over_encoded(text: str, digits: str) -> str:
    """Percent-encode the first character whatever it is, where it is of ASCII."""
    first = f"%{format(ord(text[0]), '02' + digits)}" if text[:1].isascii() and text else quote(text[:1], safe="")
    return first + quote(text[1:], safe="")


def malformed_limits(known: Known) -> Trials:
    """Draw what is nearly a limit (BATCH-13)."""
    own = known.selectors("listReports")
    return values.malformed_limits(known.hostile).map(
        lambda one: _trial("listReports", (*own, ("limit", one[0])), "BATCH-13/property-malformed-limit", one[1])
    )


def valid_limits(known: Known) -> Trials:
    """Draw limits that there may be (BATCH-13)."""
    own = known.selectors("listReports")
    return values.valid_limits().map(
        lambda most: _trial(
            "listReports",
            (*own, ("limit", str(most))),
            "BATCH-13/property-valid-limit",
            f"a limit of {most}",
            limit=most,
        )
    )


def unknown_types(known: Known) -> Trials:
    """Draw report types that there are not, of what there is and of what nobody has (RESULTS-5)."""
    places = [(one, pair) for one in NEEDS_TYPE for pair in known.selectors(one)]
    return st.tuples(st.sampled_from(places), values.unknown_types(known.hostile)).map(
        lambda one: _trial(
            one[0][0], (one[0][1], ("report_type", one[1][0])), "RESULTS-5/property-unknown-type", one[1][1]
        )
    )


@st.composite
def near_misses(draw: st.DrawFn, known: Known) -> Trial:
    """Draw what resembles an identifier of ours: it names something else (STATUS-8)."""
    operation = draw(st.sampled_from(known.operations()))
    name, own = draw(st.sampled_from(known.selectors(operation)))
    text, how = draw(_resembling(own, known.hostile).filter(lambda drawn: drawn[0] != own))
    ours: Mapping[str, list[str]] = {
        "order_id": [known.order_id], "study_uid": [known.order_id, known.study_uid],
        "study_group": [known.study_group, *known.group_orders], "organizationId": [],
    }  # fmt: skip
    made = _trial(
        operation, ((name, text), *_rest(operation)), "STATUS-8/property-near-miss", f"{name} of ours {how}",
        ours=ours[name],
    )  # fmt: skip
    return Trial(made.operation, made.query, made.promises, made.values, hostile=made.hostile, derived=((text, own),))


@st.composite
def _resembling(draw: st.DrawFn, own: str, hostile: bool) -> tuple[str, str]:
    place = draw(st.integers(0, len(own) - 1))
    before, one, after = own[:place], own[place], own[place + 1 :]
    ends = (" ", ".", "..", "%", "*", "_", "-", "%20", "0", "%00") + (("\n", "\0", "\u0301", "\t") if hostile else ())
    ways = {
        "with something behind it": own + draw(st.sampled_from(ends)),
        "with a space before it": " " + own,
        "in another case at one place": before + one.swapcase() + after,
        "in another case": own.swapcase(),
        "cut short": own[: max(place, 1)],
        "with a wildcard in it": before + draw(st.sampled_from("%_*?.")) + after,
        "with a zero more in it": before + "0" + one + after,
        "encoded twice": before + f"%{ord(one) & 0xFF:02X}" + after,
    }
    if hostile:
        ways["with a letter as wide as two"] = before + (chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one) + after
    how = draw(st.sampled_from(list(ways)))
    return ways[how], how
