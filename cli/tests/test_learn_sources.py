"""`pacsimile learn` with a description and calls together: a second source never makes what is right worse."""

import copy
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from cli.tests.test_learn_target import target_of
from contract_tests.tests.helpers.learned import score, stripped
from pacsimile_contract.learn.analogy import add_analogies
from pacsimile_contract.learn.combination import combined
from pacsimile_contract.learn.dialect_writer import render_dialect
from pacsimile_contract.learn.matching.proposals import proposal_of
from pacsimile_contract.learn.probing.probe import learn_from_calls
from pacsimile_contract.learn.proposal import Proposal
from pacsimile_contract.learn.sources.openapi import service_of
from pacsimile_contract.target.reading import load_target
from pacsimile_mock.testing.server import Server
from pacsimile_spec.dialects import SHIPPED, load_dialect, parse_dialect
from pacsimile_spec.dialects.openapi import describe

MADE_UP = Path(__file__).parents[2] / "contract_tests" / "tests" / "learn" / "dialects"
DIALECTS = [
    *SHIPPED,
    *sorted(path.relative_to(MADE_UP).as_posix() for path in MADE_UP.rglob("*.yaml") if path.name != "pascal.yaml"),
]
"""All but one whose secret goes into a URL: there no call is made."""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as started:
        yield started


def outcomes_of(true: Any, *proposals: Proposal) -> Mapping[tuple[str, ...], str]:
    proposal = combined([copy.deepcopy(proposal) for proposal in proposals])
    add_analogies(proposal)
    return score(true, render_dialect("learned", proposal))


@pytest.mark.parametrize("name", DIALECTS)
def test_two_sources_together_are_never_worse_than_each_alone(server, tmp_path, monkeypatch, name):
    """As many lines are right as of the better one, no sure right line is lost, and no wrong line is sure."""
    file = str(MADE_UP / name) if "." in name else name
    true = load_dialect(file)
    world = server.world(dialect=yaml.safe_load(Path(file).read_text("utf-8")) if "." in name else name)
    monkeypatch.setenv("LEARN_ID", world.client_id)
    monkeypatch.setenv("LEARN_SECRET", world.client_secret)
    described = proposal_of(service_of(stripped(describe(true), components=True), "vendor.yaml"))
    draft = parse_dialect(render_dialect("draft", described))
    seen = learn_from_calls(load_target(target_of(world, file, tmp_path)), draft)
    together, of_calls = outcomes_of(true, described, *seen), outcomes_of(true, *seen)
    assert not {"wrong-sure", "missing-silent"} & {*together.values(), *of_calls.values()}, (together, of_calls)
    for alone in (outcomes_of(true, described), of_calls):
        right = [place for place, outcome in alone.items() if outcome == "right"]
        lost = {place: together.get(place, "right") for place in right if place in together}
        assert not {place: outcome for place, outcome in lost.items() if not outcome.startswith("right")}
        assert _right(together) >= _right(alone), together


@pytest.mark.parametrize("name", ["befund", "cloud", "xmlish"])
def test_calls_that_know_no_fixture_make_no_wrong_line_sure(server, tmp_path, monkeypatch, name):
    """An order of a listing is all that is known; a report of it is none of a group."""
    file = str(MADE_UP / "others" / f"{name}.dialect.yaml")
    true = load_dialect(file)
    world = server.world(dialect=yaml.safe_load(Path(file).read_text("utf-8")))
    monkeypatch.setenv("LEARN_ID", world.client_id)
    monkeypatch.setenv("LEARN_SECRET", world.client_secret)
    described = proposal_of(service_of(stripped(describe(true), components=True), "vendor.yaml"))
    draft = parse_dialect(render_dialect("draft", described))
    together = outcomes_of(
        true, described, *learn_from_calls(load_target(target_of(world, file, tmp_path, states={})), draft)
    )
    assert not {"wrong-sure", "missing-silent"} & set(together.values()), together
    assert _right(together) >= _right(outcomes_of(true, described))


def _right(outcomes: Mapping[tuple[str, ...], str]) -> int:
    return sum(outcome.startswith("right") for outcome in outcomes.values())
