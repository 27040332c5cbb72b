"""What is NOT-EXERCISED for want of a key of the target file names that key; and the key gives it a verdict."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from contract_tests.tests.helpers.real_service import answer
from pacsimile_contract.findings.part import Part
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.evaluation import NOTHING_TO_COMPARE
from pacsimile_contract.judging.judgement import Judgement, judge
from pacsimile_contract.provider.supplies import how_to_supply
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.runner import run
from pacsimile_contract.target.model import Client, Limits, Target
from pacsimile_spec import requirements

Start = Callable[..., Any]
OTHER = Client("other_org", "client-2", "the-secret-of-client-2", "org-b")
INGEST = Client("ingest_only", "client-3", "the-secret-of-client-3", "org-a")
LISTED = Target("http://h", "http://h/oauth2", {}, listing_allowed=True)
NOT_LISTED = replace(LISTED, listing_allowed=False)
OPEN = Verdict.NOT_EXERCISED


def judged(target: Target, *names: str) -> dict[str, Judgement]:
    """Judge some requirements, and return their judgements by id."""
    done = run(target, Options(requirements=names))
    return {one.requirement.id: one for one in done.judgements if one.requirement.id in names}


@pytest.mark.parametrize(
    ("requirement", "key", "given"),
    [
        ("SEC-2", "`clients: other_org` with `listing: {allowed: true}`", {"listing_allowed": True, "clients": OTHER}),
        ("AUTH-16", "`clients: ingest_only`", {"clients": INGEST}),
        ("STATUS-1", "`listing: {allowed: true}`", {"listing_allowed": True}),
        ("SEC-1", "`clients: other_org` with `listing: {allowed: true}`", {"listing_allowed": True, "clients": OTHER}),
        ("BATCH-13", "`listing: {allowed: true}`", {"listing_allowed": True}),
    ],
)
def test_the_key_is_named_and_gives_a_verdict(serve: Start, requirement: str, key: str, given: dict[str, Any]) -> None:
    """Which one is of no matter: this service lets everybody in."""
    target = serve(answer).target(limits=Limits(timeout=2.0))
    without = judged(target, requirement)[requirement]
    assert without.verdict is OPEN
    assert key in without.summary
    client = given.get("clients")
    clients = target.clients if client is None else {**target.clients, client.name: client}
    assert judged(replace(target, **{**given, "clients": clients}), requirement)[requirement].verdict is not OPEN


@pytest.mark.parametrize(
    ("state", "params", "target", "words"),
    [
        ("server_restarted", {}, LISTED, ""),
        ("order_in_status", {"status": "COMPLETED"}, LISTED, " or under `states: fixtures`"),
        ("order_in_status", {"status": "FAILED"}, NOT_LISTED, " or under `states: fixtures`"),
        ("other_organization", {}, LISTED, " or under `states: fixtures`; `clients: other_org` may do instead"),
        (
            "study_group_shared_between_organizations", {}, LISTED,
            " or under `states: fixtures` with `clients: other_org`",
        ),
        ("expired_token", {}, LISTED, "; `limits: {wait: 65m}` may do instead"),
        ("expired_token", {}, replace(LISTED, limits=Limits(wait=9.0)), ""),
    ],
)  # fmt: skip
def test_no_key_is_named_that_would_not_help(state: str, params: dict[str, Any], target: Target, words: str) -> None:
    """That the file has already, or by which nothing of the state would be found."""
    assert how_to_supply(state, params, target) == f"supply it by `states: url`{words}"


def test_nothing_to_compare_of_two_organizations_names_the_second() -> None:
    """SEC-2: a reader cannot guess what there would be to compare."""
    said = [Part("list", unjudged=NOTHING_TO_COMPARE)]
    judgement = judge(requirements()["SEC-2"], ["list"], said, "strict", NOTHING_TO_COMPARE)
    assert judgement.summary == (
        "there was nothing to compare: it needs a second organization, by `clients: other_org` or `states: url`"
    )
