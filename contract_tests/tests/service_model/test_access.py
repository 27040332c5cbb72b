"""What earlier answers prove of tokens and organizations."""

from contract_tests.tests.helpers.seen_run import ANNE, CLEO, ORDER, SeenRun


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


def test_an_order_is_one_organizations_alone() -> None:
    """SEC-1, SEC-3: by id and by study, whoever saw it first; the same id for another order is no such thing."""
    run = SeenRun()
    anne, cleo = run.home(ANNE, CLEO).values()
    own = run.status(ORDER, anne)
    run.status({**ORDER, "created_at": "2026-03-01T10:00:07Z"}, cleo)
    assert run.broken() == []
    run = SeenRun()
    anne, cleo = run.home(ANNE, CLEO).values()
    own = run.status(ORDER, anne)
    by_id, by_study = run.status(ORDER, cleo), run.status(ORDER, cleo, study_uid="1.2.3")
    assert run.broken() == [("SEC-1", [own.number, by_id.number]), ("SEC-3", [own.number, by_study.number])]


def test_an_organization_is_listed_by_its_own_clients() -> None:
    """SEC-2: what is answered of the organization that other clients list for."""
    run = SeenRun()
    anne, _ = run.home(ANNE, CLEO).values()
    run.listing([], anne)
    foreign = run.listing([], anne, "org-b")
    assert run.broken() == [("SEC-2", [foreign.number])]
