"""Generated input: what is promised of it, what leaves, and how it is made smaller; the same seed asks the same."""

import base64
import json
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from contract_tests.tests.helpers.handwritten import HOME, exchange, problem
from pacsimile_contract.checkers.promises import PROMISES, breaks
from pacsimile_contract.errors import NotExercised
from pacsimile_contract.findings.registry import Scenario, scenarios
from pacsimile_contract.findings.story import Story
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.flakiness import parts_by
from pacsimile_contract.run.options import Options
from pacsimile_contract.run.run import Run
from pacsimile_contract.runner.scenario_player import Attempts, ScenarioPlayer
from pacsimile_contract.session import Session
from pacsimile_contract.target.model import Limits, Target

Serve = Callable[[Any], Any]

GENERATED = {one.name: one for one in scenarios() if one.name.startswith("generated.")}
TOKEN = {"access_token": "opaque-0123456789-abcdefghij", "token_type": "Bearer", "expires_in": 3600,
         "scope": "reports.ack reports.read status.read"}  # fmt: skip
FEW = Limits(max_requests=500)


def as_json(status: int, document: object) -> Any:
    """Return a reply of the recording server."""
    return status, {"Content-Type": "application/json"}, json.dumps(document).encode()


def tell(target: Target, scenario: Scenario, seed: int = 0, level: Any = "standard", repeats: int = 2) -> Attempts:
    """Tell one scenario of a run of its own."""
    run = Run(target, Options(level=level, seed=seed, repeats=repeats))
    try:
        told = Attempts()
        ScenarioPlayer(run, "strict", repeats, 8).play(scenario, scenario.judged_by, told)
        return told
    finally:
        run.close()


def refusing(method: str, path: str, body: bytes) -> Any:
    """Give a token to everybody, and refuse all else with 404."""
    return as_json(200, TOKEN) if "/token" in path else as_json(404, {"type": "urn:x:order-not-found", "status": 404})


def failing(method: str, path: str, body: bytes) -> Any:
    """Give a token to everybody, and fail at all else."""
    return as_json(200, TOKEN) if "/token" in path else as_json(500, {})


BROKEN = {
    "AUTH-1/property-valid-request": exchange("getToken", 401, {"error": "invalid_client"}),
    "AUTH-2/property-valid-request": exchange("postToken", 200, {}),
    "AUTH-4/property-invented-client": exchange("getToken", 200, TOKEN),
    "AUTH-4/property-malformed-basic": exchange("getToken", 403, {"error": "invalid_client"}),
    "AUTH-5/property-invented-grant-type": exchange("getToken", 200, TOKEN),
    "AUTH-6/property-narrowed-scope": exchange("getToken", 200, TOKEN),
    "AUTH-6/property-invented-scope": exchange("getToken", 400, {"error": "invalid_request"}),
    "AUTH-12/property-altered-token": exchange("getStatus", 404, problem("order-not-found", 404)),
    "AUTH-13/property-another-scheme": exchange("getStatus", 200, {}),
    "AUTH-13/property-scheme-case": exchange("getStatus", 401, {}),
    "STATUS-3/property-wrong-selectors": exchange("getStatus", 404, {}),
    "STATUS-3/property-malformed-identifier": exchange("getStatus", 404, {}),
    "STATUS-3/property-unknown-parameter": exchange("getStatus", 200, {}),
    "STATUS-3/property-against-the-schema": exchange("getStatus", 200, {}),
    "STATUS-3/property-names-the-unknown": exchange("getStatus", 400, problem("invalid-parameter", 400)),
    "STATUS-3/property-well-formed": exchange("getStatus", 400, {}),
    "STATUS-4/property-nobodys-order": exchange("getStatus", 200, {}),
    "STATUS-8/property-near-miss": exchange("getStatus", 200, {"order_id": "ORD-1"}),
    "ORDERID-4/property-malformed-uid": exchange("getStatus", 404, {}),
    "ORDERID-4/property-valid-uid": exchange("getStatus", 400, {}),
    "RESULTS-5/property-unknown-type": exchange("getResult", 200, {}),
    "GROUP-4/property-nobodys-group": exchange("getGroupReport", 200, {}),
    "BATCH-13/property-malformed-limit": exchange("listReports", 200, {"reports": []}),
    "BATCH-13/property-valid-limit": exchange("listReports", 200, {"reports": [{}, {}]}),
    "SEC-2/property-nobodys-organization": exchange("listReports", 200, {"reports": []}),
    "PROTO-1/property-as-described": exchange("getStatus", 200, {}),
    "PROTO-3/property-any-input": exchange("getStatus", 500, {}),
}
VALUES = {
    "why": "a call with what was drawn",
    "unknown": "colour",
    "ours": ["ORD-1"],
    "limit": 1,
    "scopes": "status.read",
}


@pytest.mark.parametrize("promise", sorted(PROMISES))
def test_each_promise_can_be_broken(promise: str) -> None:
    """An answer that breaks it is told from the others', and the words say what was asked."""
    assert breaks(promise, BROKEN[promise], VALUES)
    found = [one for one in PROMISES[promise](BROKEN[promise], VALUES) if not one.holds]
    assert any("what was drawn" in one.expected or "colour" in one.expected for one in found)


def test_what_fails_or_puts_off_is_judged_by_the_promise_not_to_fail_alone() -> None:
    """A 5xx breaks one promise, and 429 and 503 none."""
    for status in (500, 429, 503):
        answer = exchange("getStatus", status, {})
        broken = [one for one in PROMISES if breaks(one, answer, VALUES)]
        assert broken == (["PROTO-3/property-any-input"] if status == 500 else [])


def test_a_near_miss_may_name_something_else() -> None:
    """STATUS-8: what is answered for another order than ours is no breach, nor is a refusal."""
    unready = exchange("getResult", 409, problem("report-not-ready", 409))
    for answer in (exchange("getStatus", 200, {"order_id": "ORD-10"}), exchange("getStatus", 404, {}), unready):
        assert not breaks("STATUS-8/property-near-miss", answer, VALUES)


def test_the_same_seed_asks_the_same_and_nothing_is_written(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Methods, addresses and bodies are the same for the same seed, others for another; no file appears."""
    monkeypatch.chdir(tmp_path)
    asked = {}
    for number, seed in enumerate((3, 3, 4)):
        server = serve(refusing)
        for name in sorted(GENERATED) if number < 2 else ["generated.token_requests"]:
            tell(server.target(limits=FEW), GENERATED[name], seed, repeats=0)
        asked[number] = [(method, path, body) for method, path, _, body in server.requests]
    assert asked[0] == asked[1]
    assert set(asked[2]) - set(asked[0])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", sorted(GENERATED))
def test_a_service_that_fails_costs_no_more_than_the_share(serve: Serve, name: str) -> None:
    """Where each call fails, what is made smaller ends at the number that the level spends, and PROTO-3 is told."""
    server, scenario = serve(failing), GENERATED[name]
    run = Run(server.target(), Options(repeats=1))
    session = Session(run, name)
    with run.transport.pace.share(scenario.spends["standard"]), suppress(NotExercised):
        scenario.play(session)
    run.close()
    assert len(server.requests) <= scenario.spends["standard"]
    if name != "generated.token_requests":
        judged = parts_by(scenario.judged_by, session.story, "strict")
        assert judged["PROTO-3/property-any-input"].verdict is Verdict.FAIL


def test_what_breaks_is_made_smaller(serve: Serve) -> None:
    """Of limits with a sign that are taken from 100 on, the least is what is shown."""
    from pacsimile_contract.generation.hunter import Hunter
    from pacsimile_contract.generation.queries import Identifiers, malformed_limits

    def careless(method: str, path: str, body: bytes) -> Any:
        limit = dict(parse_qsl(urlsplit(path).query)).get("limit", "")
        taken = re.fullmatch(r"\+[1-9][0-9]{2,}", limit)
        return as_json(200, {"reports": []}) if taken else as_json(400, {})

    server = serve(careless)
    run = Run(server.target(listing_allowed=True, hostile_input=True), Options())
    session = Session(run, "generated.queries")
    known = Identifiers("ORD-1", "1.2.3", "group", "org-a")
    Hunter(session, session.primary, "token").hunt_all([(malformed_limits(known), 90)])
    run.close()
    shown = session.story.last("BATCH-13/property-malformed-limit/smallest")
    assert shown.request.url.endswith("limit=%2B100")
    assert "a limit with a sign" in str(session.story.given("BATCH-13/property-malformed-limit/smallest")["why"])


def test_a_trial_is_asked_once_whatever_the_token(serve: Serve) -> None:
    """A hunt whose token is renewed asks with the newer one, and nothing twice."""
    from hypothesis import strategies as st

    from pacsimile_contract.generation.hunter import Hunter
    from pacsimile_contract.generation.trials import Trial

    given = iter(range(1000))

    def renewing(method: str, path: str, body: bytes) -> Any:
        if "/token" in path:
            return as_json(200, {**TOKEN, "access_token": f"opaque-0123456789-{next(given)}"})
        return refusing(method, path, body)

    server = serve(renewing)
    run = Run(server.target(), Options())
    session = Session(run, "generated.queries")
    drawn = st.integers(0, 50).map(
        lambda number: Trial("getStatus", f"order_id=A-{number % 3}", ("STATUS-4/property-nobodys-order",), {"why": ""})
    )
    Hunter(session, session.primary, "the-first-token", lasts=-1.0).hunt_all([([drawn], 30)])
    run.close()
    calls = [(path, headers["Authorization"]) for _, path, headers, _ in server.requests if "status" in path]
    assert sorted(path for path, _ in calls) == [f"/status?order_id=A-{number}" for number in range(3)]
    assert len({token for _, token in calls} - {"Bearer the-first-token"}) == 3


def test_what_broke_once_and_holds_when_asked_again_is_flaky(serve: Serve) -> None:
    """A service that fails at the fifth call alone is asked the same again, that call and no other."""
    seen: list[str] = []

    def once(method: str, path: str, body: bytes) -> Any:
        seen.append(path)
        return as_json(500, {}) if len(seen) == 5 else refusing(method, path, body)

    stories = tell(serve(once).target(limits=FEW), GENERATED["generated.tokens"]).stories
    first, again = stories[0], stories[1]
    assert [one.label for one in again.steps if one.label.startswith("PROTO-3/")] == [
        "PROTO-3/property-any-input/smallest"
    ]
    assert first.last("PROTO-3/property-any-input/smallest").status == 500
    assert again.last("PROTO-3/property-any-input/smallest").status != 500


def test_hostile_input_and_secrets_stay_within_what_the_target_allows(serve: Serve) -> None:
    """Without `hostile_input` only printable ASCII leaves; no secret of ours but the right one, and no listing."""
    server = serve(refusing)
    for scenario in GENERATED.values():
        tell(server.target(limits=replace(FEW, max_requests=2000)), scenario, level="full", repeats=0)
    assert len(server.requests) > 200
    for method, path, headers, body in server.requests:
        assert method == "GET" or "/token" in path
        assert not path.startswith("/reports")
        assert all(" " <= one <= "~" for one in unquote(path) + unquote(body.decode()))
        name, secret = _basic(headers.get("Authorization", ""))
        assert name != "client-1" or secret == "the-secret-of-client-1"


def _basic(value: str) -> tuple[str, str]:
    if not value.startswith("Basic "):
        return "", ""
    try:
        name, _, secret = base64.b64decode(value[6:], validate=True).decode("utf-8", "replace").partition(":")
    except ValueError:
        return "", ""
    return name, secret


def test_forged_tokens_stay_here_where_the_target_says_so(serve: Serve) -> None:
    """`probes: {forged_tokens: false}`: each Bearer token is one that the service gave."""
    server = serve(refusing)
    tell(server.target(limits=FEW, forged_tokens=False), GENERATED["generated.tokens"], repeats=0)
    sent = [
        headers.get("Authorization", "").split(" ")[-1] for _, path, headers, _ in server.requests if "status" in path
    ]
    assert sent
    assert set(sent) == {TOKEN["access_token"]}


def test_a_vendors_own_scope_is_not_asked_for(serve: Serve) -> None:
    """It may be of a client's default set alone, so only the scopes of the API are asked for by name (AUTH-6)."""

    def more(method: str, path: str, body: bytes) -> Any:
        scope = f"https://vendor.example/read {TOKEN['scope']}"
        return as_json(200, {**TOKEN, "scope": scope}) if "/token" in path else refusing(method, path, body)

    server = serve(more)
    tell(server.target(limits=FEW), GENERATED["generated.token_requests"], repeats=0)
    asked = [unquote(path) + unquote(body.decode()) for _, path, _, body in server.requests]
    assert any("scope=" in one for one in asked)
    assert not any("https://vendor.example/read" in one for one in asked)


@pytest.mark.parametrize("level", ["standard", "full"])
def test_the_small_server_keeps_every_promise(small_target: Target, level: Any) -> None:
    """A right service that shares nothing with the mock breaks none, and each promise is looked at."""
    seen: set[str] = set()
    target = replace(small_target, hostile_input=True)
    for seed, scenario in enumerate(GENERATED.values()):
        story = tell(target, scenario, seed, level).stories[0]
        judged = parts_by(scenario.judged_by, story, "strict")
        assert {name: one.evidence for name, one in judged.items() if one.verdict > Verdict.PASS} == {}
        seen |= {name for name, one in judged.items() if one.verdict is Verdict.PASS}
    assert level == "standard" or seen == set(PROMISES)


def test_a_story_without_anything_drawn_judges_nothing() -> None:
    """What was not drawn is NOT-EXERCISED, never PASS."""
    for scenario in GENERATED.values():
        judged = parts_by(scenario.judged_by, Story(), "strict")
        assert {one.verdict for one in judged.values()} == {Verdict.NOT_EXERCISED}


@pytest.mark.parametrize("token", ["k" * 24, "7" * 24, "A1b2-C3d4_E5f6.k7k7"])
def test_an_altered_token_is_another_token(token: str) -> None:
    """Whatever an opaque token consists of, each way of altering it gives another."""
    import hypothesis

    from pacsimile_contract.generation.credentials import TokenCall, altered_tokens
    from pacsimile_contract.generation.hypothesis_settings import quiet

    seen: list[Any] = []

    def note(trial: Any) -> None:
        seen.append(trial)

    for way in altered_tokens(TokenCall(token, jwt=False, query="order_id=A")):
        quiet(20)(hypothesis.given(trial=way)(note))()
    assert len(seen) > 20
    assert all(one.headers[0][1] != f"Bearer {token}" for one in seen)


@pytest.mark.parametrize("kind", ["near_misses", "schema_queries", "unknown_types", "malformed_identifiers"])
def test_nothing_hostile_is_drawn_where_that_is_not_allowed(kind: str) -> None:
    """Whatever is drawn may then be sent: a hunt that must keep a trial back leaves its requirements open."""
    from hypothesis import given, settings
    from hypothesis import strategies as st

    from pacsimile_contract.generation import queries, schema_queries
    from pacsimile_contract.generation.trials import Trial

    known = queries.Identifiers("ORD-1", "1.2.3", "group", "org-a")
    strategies = {**vars(queries), **vars(schema_queries)}[kind](known)

    @settings(max_examples=300, database=None, derandomize=True)
    @given(st.one_of(strategies))
    def drawn(trial: Trial) -> None:
        assert not trial.hostile

    drawn()


def test_what_is_encoded_twice_goes_to_its_operation() -> None:
    """A near miss with an escape is judged as the listing it is; a firewall may refuse it."""
    breaking = {"organization_id": "org%2Da", "reports": [{"report_id": "R1"}]}
    values = {"why": "organizationId of ours encoded twice", "ours": ["org-a"]}
    twice = f"{HOME}/reports?organizationId=org%252Da"
    assert breaks("STATUS-8/property-near-miss", exchange("listReports", 200, breaking, url=twice), values)
    assert not breaks("STATUS-8/property-near-miss", exchange("listReports", 501, url=twice), values)
    for url, is_broken in ((f"{HOME}/status?order_id=%2541", False), (f"{HOME}/status?order_id=A-1", True)):
        assert bool(breaks("STATUS-3/property-well-formed", exchange("getStatus", 400, url=url), values)) is is_broken
