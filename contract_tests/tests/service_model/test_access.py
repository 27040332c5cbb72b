"""What earlier answers prove of tokens and organizations."""

from dataclasses import replace

from contract_tests.tests.helpers.seen_run import ANNE, CLEO, DONE, ORDER, SeenRun
from pacsimile_contract.service_model.model import compare


def test_tokens_that_open_what_they_must_contradict_nothing() -> None:
    """A token opens its operations until it expires, and no others; each organization sees its own orders."""
    run = SeenRun()
    anne, cleo = run.home(ANNE, CLEO).values()
    narrow = run.token(ANNE, ["status.read"])
    run.status(ORDER, anne)
    run.status(ORDER, narrow)
    run.refused("listReports", narrow, 403, "insufficient-scope", organizationId="org-a")
    run.refused("getStatus", cleo, 404, "order-not-found", order_id="A-1")
    run.refused("listReports", cleo, 403, "foreign-organization", organizationId="org-a")
    run.clock += 3600 + 301
    run.status(ORDER, anne)  # within what clocks may be off
    run.clock += 60
    run.refused("getStatus", anne, 401, "invalid-token", order_id="A-1")
    seen = run.compare()
    assert seen.contradictions == []
    assert {"AUTH-11", "AUTH-14", "AUTH-17", "SEC-1", "SEC-2"} <= set(seen.compared)


def test_a_token_that_opens_a_second_call_at_once_is_judged() -> None:
    """AUTH-17: the pace of a run does not decide which parts its report has."""
    run = SeenRun()
    token = run.token(ANNE)
    run.status(ORDER, token)
    run.status(ORDER, token)
    at_once = [replace(seen, started=seen.started / 100, ended=seen.ended / 100) for seen in run.exchanges]
    assert "AUTH-17" not in compare(at_once[:2]).compared
    assert "AUTH-17" in compare(at_once).compared


def test_an_expired_token_opens_nothing() -> None:
    """AUTH-11: by the server's own clock, five minutes and what clocks may be off after its end."""
    run = SeenRun()
    token = run.token(ANNE)
    run.clock += 3600 + 311
    late = run.status(ORDER, token)
    assert run.broken() == [("AUTH-11", [1, late.number])]


def test_a_refused_token_opens_nothing_later() -> None:
    """AUTH-17: a token that is refused before its end, and opens again."""
    run = SeenRun()
    token = run.token(ANNE)
    refused = run.refused("getStatus", token, 401, "invalid-token", order_id="A-1")
    again = run.status(ORDER, token)
    assert run.broken() == [("AUTH-17", [1, refused.number, again.number])]


def test_a_token_opens_what_its_scopes_say() -> None:
    """AUTH-14, AUTH-16: on every operation, by the scopes that its answer granted."""
    run = SeenRun()
    home = run.home(ANNE)[ANNE]
    narrow, ingest = run.token(ANNE, ["status.read"]), run.token(ANNE, ["ingest.write"])
    listed, asked = run.listing([], narrow), run.status(ORDER, ingest)
    challenge = (("WWW-Authenticate", 'Bearer error="insufficient_scope"'),)
    refused = run.ask("getStatus", home, 403, {}, headers=challenge, order_id="A-1")
    assert run.broken() == [
        ("AUTH-14", [3, listed.number]),
        ("AUTH-16", [4, asked.number]),
        ("AUTH-14", [1, refused.number]),
    ]


def test_a_token_has_one_set_of_scopes() -> None:
    """AUTH-6: a token that is given again has the scopes that it had."""
    run = SeenRun()
    first, again = run.token(ANNE), run.token(ANNE, ["status.read"])
    assert run.broken() == [] and first != again
    document = run.exchanges[0].json
    other = run.add("getToken", ANNE, 200, {**document, "scope": "status.read"})
    assert run.broken() == [("AUTH-6", [1, other.number])]


def test_a_token_that_is_given_again_lives_as_long_as_said_last() -> None:
    """AUTH-11: a service may give a token again, and name what is left of its time or more."""
    run = SeenRun()
    token = run.token(ANNE, lifetime=600)
    run.clock += 500
    run.add("getToken", ANNE, 200, {**run.exchanges[0].json, "expires_in": 3600})
    run.clock += 3000
    run.status(ORDER, token)
    assert run.broken() == []


def test_exp_decides_when_a_token_has_ended() -> None:
    """AUTH-11: where the token is a JWT, whatever `expires_in` says."""
    run = SeenRun()
    token = run.token(ANNE)
    run.exchanges[0].jwt = {"header": {}, "claims": {"exp": int(run.clock) + 600}}
    run.clock += 900
    run.status(ORDER, token)
    assert run.broken() == []
    run.clock += 100
    late = run.status(ORDER, token)
    assert run.broken() == [("AUTH-11", [1, late.number])]


def test_a_token_opens_until_it_expires() -> None:
    """AUTH-17: refused while it lives, after it opened something; a service may end the oldest of many."""
    for newer, found in ((5, ["AUTH-17"]), (60, [])):
        run = SeenRun()
        token = run.home(ANNE)[ANNE]
        for _ in range(newer):
            run.token(ANNE)
        challenge = (("WWW-Authenticate", 'Bearer error="invalid_token"'),)
        run.ask("getStatus", token, 401, {}, headers=challenge, order_id="A-1")
        assert [requirement for requirement, _ in run.broken()] == found


def test_a_date_that_does_not_follow_the_moved_clock_proves_nothing_of_a_refusal() -> None:
    """AUTH-17: orders change later than `Date` says, so that the token may have expired by the clock that was moved."""
    for changed, found in (("2026-03-01T10:09:00Z", ["AUTH-17"]), ("2026-04-12T10:09:00Z", [])):
        run = SeenRun()
        token = run.token(ANNE)
        run.status(DONE, token)
        challenge = (("WWW-Authenticate", 'Bearer error="invalid_token"'),)
        run.ask("getStatus", token, 401, {}, headers=challenge, order_id="A-1")
        run.status({**DONE, "updated_at": changed}, run.token(ANNE))
        assert [requirement for requirement, _ in run.broken() if requirement == "AUTH-17"] == found
