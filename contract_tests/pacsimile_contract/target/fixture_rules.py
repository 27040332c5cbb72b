"""Rules for `states: fixtures`: the states, their members, and the form of each member."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pacsimile_contract.target.checked_yaml import Place, YamlPlaces
from pacsimile_contract.target.suggestions import suggestion
from pacsimile_spec.identifiers import ORDER_ID, ORGANIZATION_ID, REPORT_ID, STUDY_UID, is_study_group
from pacsimile_spec.report_types import REPORT_TYPES
from pacsimile_spec.statuses import STATUSES

MANY = "a list of "
"""The words before the rule of a member that has several values."""


@dataclass(frozen=True, slots=True)
class ValueRule:
    """A rule for a value: a test, and the words that describe it."""

    fits: Callable[[str], bool]
    words: str


_ORDER = ValueRule(lambda text: ORDER_ID.fullmatch(text) is not None, "an order's id, 1 to 64 of A-Z a-z 0-9 -")
_REPORT = ValueRule(lambda text: REPORT_ID.fullmatch(text) is not None, "a report's id, 1 to 64 of A-Z a-z 0-9 -")
_STUDY = ValueRule(lambda text: STUDY_UID.fullmatch(text) is not None, "a study instance UID, such as 1.2.826.0.1.7")
_GROUP = ValueRule(is_study_group, "the name of a study group, 1 to 128 characters without line breaks")
_ORGANIZATION = ValueRule(
    lambda text: ORGANIZATION_ID.fullmatch(text) is not None, "an organization's id, 1 to 64 of A-Z a-z 0-9 . _ -"
)
_STATUS = ValueRule(lambda text: text in STATUSES, f"one of {', '.join(STATUSES)}")
_TYPE = ValueRule(lambda text: text in REPORT_TYPES, f"one of {', '.join(REPORT_TYPES)}")
_ANY = ValueRule(lambda text: True, "a value")

KINDS: Mapping[str, tuple[ValueRule, bool]] = {
    "status": (_STATUS, False), "statuses": (_STATUS, True), "other_statuses": (_STATUS, True),
    "order_id": (_ORDER, False), "order_ids": (_ORDER, True),
    "other_order_id": (_ORDER, False), "other_order_ids": (_ORDER, True),
    "study_uid": (_STUDY, False), "study_group": (_GROUP, False), "report_id": (_REPORT, False),
    "organization_id": (_ORGANIZATION, False), "other_organization_id": (_ORGANIZATION, False),
    "report_types": (_TYPE, True), "seconds": (_ANY, True), "offsets": (_ANY, True), "submitted": (_ANY, True),
    "newer": (ValueRule(lambda text: text in ("mine", "other"), "mine or other"), False),
}  # fmt: skip
"""By member: the rule for a value, and whether the member is a list of values."""

TWO = ("other_organization_id",)
MEMBERS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "order_in_status": (("status", "order_id", "study_uid"), ("study_group", "report_types", "report_id")),
    "study_with_orders": (("statuses", "study_uid", "order_ids"), ("seconds", "offsets", "submitted", "study_group")),
    "study_group": (("statuses", "study_group", "order_ids"), ()),
    "other_organization": (("organization_id", "order_id", "study_uid", "report_id"), ("study_group",)),
    "study_shared_between_organizations": (
        ("statuses", "study_uid", "order_id", "other_order_id", *TWO), ("newer",),
    ),
    "study_group_shared_between_organizations": (
        ("statuses", "other_statuses", "study_group", "order_ids", "other_order_ids", *TWO), (),
    ),
}  # fmt: skip
"""By state that an operator may know an example of: its required members, and its optional ones."""

EQUAL = (("statuses", "order_ids"), ("other_statuses", "other_order_ids"))
"""Pairs of lists that must have the same length."""


def check_fixtures(fixtures: Mapping[str, Any], organizations: Mapping[str, str | None], places: YamlPlaces) -> None:
    """Raise TargetFileError for the first fixture that cannot be used.

    Args:
        fixtures: by state, a fixture or a list of them.
        organizations: by client name, the client's organization; None where it has none.
        places: the place of each value in the file.
    """
    for state, known in fixtures.items():
        several = known if isinstance(known, list) else [known]
        for number, fixture in enumerate(several):
            place: Place = ("states", "fixtures", state, *((number,) if several is known else ()))
            _check(state, fixture, place, organizations, places)


def _check(state: str, fixture: Any, place: Place, organizations: Mapping[str, str | None], places: YamlPlaces) -> None:
    needed, possible = MEMBERS[state]
    known = (*needed, *possible, *(() if "organization_id" in needed else ("organization_id",)))
    if not isinstance(fixture, Mapping):
        raise places.error(place, f"expected a mapping of {', '.join(needed)}; got {places.shown(place)}")
    for name in fixture:
        if name not in known:
            raise places.error(
                (*place, name), f"unknown key; expected one of {', '.join(known)}{suggestion(name, known)}"
            )
    lacking = next((name for name in needed if name not in fixture), None)
    if lacking is not None:
        raise places.error(place, f"lacks {lacking}; expected {', '.join(needed)}")
    for name, value in fixture.items():
        _check_member(name, value, (*place, name), places)
    for first, second in EQUAL:
        if first in fixture and second in fixture and len(fixture[first]) != len(fixture[second]):
            words = f"expected as many as {first}, {len(fixture[first])}; got {len(fixture[second])}"
            raise places.error((*place, second), words)
    _check_organizations(state, fixture, place, organizations, places)


def _check_member(name: str, value: Any, place: Place, places: YamlPlaces) -> None:
    kind, several = KINDS[name]
    if several is not isinstance(value, list):
        raise places.error(place, f"expected {MANY if several else ''}{kind.words}; got {places.shown(place)}")
    for number, text in enumerate(value if several else [value]):
        if not isinstance(text, str) or not kind.fits(text):
            where = (*place, number) if several else place
            raise places.error(where, f"expected {kind.words}; got {places.shown(where)}{_hint(kind, text)}")


def _hint(kind: ValueRule, value: Any) -> str:
    """Suggest what was meant: another word, or that order and study are swapped."""
    if not isinstance(value, str):
        return ""
    if kind is _STATUS:
        return suggestion(value, STATUSES)
    if kind is _TYPE:
        return suggestion(value, tuple(REPORT_TYPES))
    if kind is _ORDER and _STUDY.fits(value):
        return ": this looks like a study's UID; are the two swapped?"
    if kind is _STUDY and _ORDER.fits(value):
        return ": this looks like an order's id; are the two swapped?"
    return ""


def _check_organizations(
    state: str, fixture: Mapping[str, Any], place: Place, organizations: Mapping[str, str | None], places: YamlPlaces
) -> None:
    """Refuse an organization without a client: no other client may see its orders."""
    other = organizations.get("other_org")
    for name in ("organization_id", "other_organization_id"):
        of_other_organization = name == "other_organization_id" or state == "other_organization"
        if name not in fixture or fixture[name] in (
            (other,) if of_other_organization else tuple(organizations.values())
        ):
            continue
        whose = "that of `clients: other_org`" if of_other_organization else "that of one of the clients"
        raise places.error((*place, name), f"expected {whose}; got {places.shown((*place, name))}")


def lines_of_schema() -> Iterator[tuple[str, str]]:
    """Yield (state, words): what the target file's schema says of each state."""
    for state, (needed, possible) in MEMBERS.items():
        more = f", and perhaps {', '.join(possible)}" if possible else ""
        yield state, f"a mapping of {', '.join(needed)}{more}, or a list of such"
