"""Dialects learned from descriptions: the shipped ones, and others that were made up to be unlike them."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from contract_tests.tests.helpers.learned import differing, learned_from_description, score
from pacsimile_contract.learn.dialect_writer import render_dialect
from pacsimile_contract.learn.proposal import Proposal
from pacsimile_spec.dialects import SHIPPED, load_dialect, parse_dialect

DIALECTS = Path(__file__).parent / "dialects"
FIRST_TRY = {"befund": (54, 53), "xmlish": (63, 61), "cloud": (62, 58)}
"""Dialects that others wrote after `learn` was done: their lines, and how many were right when it was tried once."""
MADE_UP = sorted(
    path.relative_to(DIALECTS).as_posix() for path in DIALECTS.rglob("*.yaml") if path.parent.name != "others"
)
HIDDEN = {"held/fhirish.yaml": 50}
"""Lines that a description does not show: reports come in base64, and what is in them is described nowhere."""


@pytest.mark.parametrize("bare", [False, True])
@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_dialect_is_learned_from_its_bare_description(name, bare):
    """At least 95 % of the lines are right, and none is wrong: texts, hints and operationIds were taken away."""
    true = load_dialect(name)
    outcomes = score(true, learned_from_description(true, components=bare))
    right = sum(outcome.startswith("right") for outcome in outcomes.values())
    assert right >= 0.95 * len(differing(true)), outcomes
    assert not [place for place, outcome in outcomes.items() if outcome.startswith("wrong")]
    assert "missing-silent" not in outcomes.values()
    if differing(true):
        page = (Path(__file__).parents[3] / "docs" / "learn.md").read_text("utf-8")
        assert f"| {name} | {len(differing(true))} | {right} | 0 | 0 |" in page


@pytest.mark.parametrize("name", MADE_UP)
def test_dialects_unlike_the_shipped_ones_are_learned_too(name):
    """At least 95 % of what is described is right; nothing is wrong that is not marked, and nothing missing unasked."""
    true = load_dialect(DIALECTS / name)
    outcomes = score(true, learned_from_description(true, components=True))
    right = sum(outcome.startswith("right") for outcome in outcomes.values())
    assert right >= 0.95 * (len(differing(true)) - HIDDEN.get(name, 0)), outcomes
    assert not {"wrong-sure", "missing-silent"} & set(outcomes.values()), outcomes


@pytest.mark.parametrize("name", FIRST_TRY)
def test_dialects_of_others_are_learned_as_well_as_at_the_first_try(name):
    """As many lines are right as when `learn` had not seen them; the page has the figures of that first try."""
    true, (lines, floor) = load_dialect(DIALECTS / "others" / f"{name}.dialect.yaml"), FIRST_TRY[name]
    outcomes = score(true, learned_from_description(true, components=True))
    assert len(differing(true)) == lines
    assert sum(outcome.startswith("right") for outcome in outcomes.values()) >= floor, outcomes
    assert not {"wrong-sure", "missing-silent"} & set(outcomes.values()), outcomes
    page = (Path(__file__).parents[3] / "docs" / "learn.md").read_text("utf-8")
    assert f"| {true.name} | {lines} | {floor} |" in page


def test_the_members_of_the_errors_of_a_refusal_are_learned():
    """What stands in each of the errors is a table of its own."""
    true = parse_dialect(
        "name: vendor\nfields: {Problem.errors: {parameter: /field, reason: /message}}\nerrors: {errors: /violations}\n"
    )
    outcomes = score(true, learned_from_description(true, components=True))
    right = {place for place, outcome in outcomes.items() if outcome.startswith("right")}
    assert right >= {("fields", "Problem.errors", member) for member in ("parameter", "reason")}, outcomes
    assert not {"wrong-sure", "missing-silent"} & set(outcomes.values()), outcomes


def test_the_same_description_gives_the_same_file():
    """What is learned does not depend on the run."""
    true = load_dialect("legacy")
    assert learned_from_description(true) == learned_from_description(true)


def test_each_line_says_its_evidence():
    """A line that was learned has a comment that says how sure it is, and by what."""
    text = learned_from_description(load_dialect("legacy"))
    lines = [line for line in text.splitlines()[2:] if not line.endswith(":") and not line.lstrip().startswith("#")]
    assert lines
    assert all("  # sure: " in line or "  # unsure: " in line for line in lines)


def test_what_would_not_load_becomes_a_question():
    """A proposal with one place for two facts is written so that the file loads, and the clash is asked."""
    proposal = Proposal("a source")
    for member in ("status", "progress"):
        proposal.add(("fields", "OrderStatus", member), "/state", sure=True, evidence="the name")
    text = render_dialect("clash", proposal)
    assert ("state",) in parse_dialect(text).fields["OrderStatus"].values()
    assert text.count("    # ? ") == text.count(": /state was proposed (the name), but ") == 1


ODD_NAMES = st.one_of(
    st.text(st.characters(), max_size=8),
    st.sampled_from(
        ["a\x7f", "a\x85b", "a\u2028b", "\ud800", "\U000e0001", "\r\n::error::x", "a: b # sure: c", "y", "", '"', "~"]
    ),
)
ODD_PLACES = st.one_of(
    st.sampled_from(
        [
            ("parameters", "order_id"),
            ("parameters", "study_uid"),
            ("values", "OrderStatus.status", "RECEIVED"),
            ("values", "problem", "order-not-found"),
            ("values", "scope", "status.read"),
            ("headers", "X-Request-Id"),
            ("media_types", "txt"),
            ("errors", "media_type"),
            ("times",),
            ("paths", "getStatus"),
            ("fields", "OrderStatus", "status"),
        ]
    ),
    st.tuples(st.just("constants"), ODD_NAMES),
)


@given(st.dictionaries(ODD_PLACES, st.tuples(st.sampled_from(["", "/"]), ODD_NAMES), max_size=6), ODD_NAMES)
@example({("constants", "a\u2028b"): ("", "a\u2028b")}, "a note")
@example({("constants", "\ud800"): ("", "\ud800")}, "\ud800")
def test_the_file_always_loads_and_is_printable(values, note):
    """A name that no dialect can carry becomes a question, in which it is escaped."""
    proposal = Proposal("a source", notes=[note])
    for place, (before, name) in values.items():
        proposal.add(place, before + name, sure=True, evidence=f"the name {name}")
    text = render_dialect("odd", proposal)
    parse_dialect(text)
    assert all(line.isprintable() for line in text.removesuffix("\n").split("\n"))
    text.encode()
