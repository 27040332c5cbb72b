"""What the operator got wrong ends a run with one line and exit status 2; nothing is held against the service."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contract_tests.tests.helpers import real_service
from contract_tests.tests.helpers.standing_target import Change, Standing, judged, standing
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.mistakes.organizations import _shown
from pacsimile_contract.redaction.redactor import Redactor
from pacsimile_contract.reporting.folder import ReportFolder
from pacsimile_contract.runner.replay import replay
from pacsimile_contract.runner.stored_run import load_run

BROKEN = (Verdict.FAIL, Verdict.WARN, Verdict.ERROR)
NOBODYS = "order-0123456789abcdef"


def fixture_of(one: Any, **more: Any) -> dict[str, Any]:
    """Return what an operator would write of an order."""
    return {"status": one.status, "order_id": one.order_id, "study_uid": one.study_uid, **more}


def completed(place: Standing) -> Any:
    """Return a completed order."""
    return place.orders("COMPLETED")[0]


def with_wrong_study(place: Standing) -> Any:
    """Name an order with another order's study."""
    first, second = place.orders("COMPLETED")[:2]
    return place.with_fixtures(order_in_status={**fixture_of(first), "study_uid": second.study_uid})


def with_stale_study(place: Standing) -> Any:
    """Name a study of two orders as one of one."""
    two = place.orders("PROCESSING")[-1]
    found = {"statuses": ["PROCESSING"], "study_uid": two.study_uid, "order_ids": [two.order_id]}
    return place.with_fixtures(study_with_orders=found)


def with_wrong_group(place: Standing) -> Any:
    """Name a group that nobody has."""
    found = {"statuses": ["COMPLETED"], "study_group": "no-such-group", "order_ids": [completed(place).order_id]}
    return place.with_fixtures(study_group=found)


MISTAKES: dict[str, tuple[Change, str]] = {
    "wrong secret": (
        lambda place: place.with_client("primary", client_secret="another-secret"),
        "/oauth2/token: refuses the primary client (401 invalid_client): check its id and secret",
    ),
    "wrong id": (
        lambda place: place.with_client("primary", client_id="another"),
        "/oauth2/token: refuses the primary client (401 invalid_client): check its id and secret",
    ),
    "doubled /token": (
        lambda place: replace(place.target, oauth2_endpoint=f"{place.target.oauth2_endpoint}/token"),
        "/token/token: answers 404: is oauth2_endpoint right? (/token is added to it, so leave out the one that it",
    ),
    "wrong path": (
        lambda place: replace(place.target, base_url=f"{place.target.base_url}/v2"),
        "/v2: answers 404 not-found to each path of the API, as to a path that does not exist: is base_url right? "
        "(/status and the like are added to it) If the service has other paths, `pacsimile learn` proposes a dialect",
    ),
    "primary without reports.read": (
        lambda place: place.with_client("primary", **credentials(place, "status_only")),
        "clients.primary: lacks reports.read: its token has status.read, asking for reports.read answers "
        "400 invalid_scope, and /results answers 403",
    ),
    "primary without status.read": (
        lambda place: place.with_client("primary", **credentials(place, "ingest_only")),
        "clients.primary: lacks reports.read: its token has ingest.write",
    ),
    "status_only with more": (
        lambda place: place.with_client("status_only", **credentials(place, "same_org")),
        "clients.status_only: its token has the scopes reports.ack reports.read status.read: name a client that has "
        "status.read alone",
    ),
    "ingest_only with another": (
        lambda place: place.with_client("ingest_only", **credentials(place, "status_only")),
        "clients.ingest_only: its token has the scope status.read: name a client that has ingest.write alone",
    ),
    "other_org with a wrong secret": (
        lambda place: place.with_client("other_org", client_secret="another-secret"),
        "clients.other_org: the token endpoint refuses it (401 invalid_client), and gave the primary client a token",
    ),
    "wrong organization": (
        lambda place: place.with_client("primary", organization_id="another-hospital"),
        "organization_id: GET /reports answers 403 organization-not-allowed to the primary client, as for an "
        "organization that nobody has",
    ),
    "wrong organization, one client": (
        lambda place: alone(place.with_client("primary", organization_id="another-hospital")),
        "organization_id: GET /reports answers 403 organization-not-allowed to the primary client",
    ),
    "other_org of the same organization": (
        lambda place: place.with_client("other_org", **credentials(place, "same_org")),
        "clients.other_org.organization_id: GET /reports answers 403 organization-not-allowed to `clients: other_org`",
    ),
    "same_org of another organization": (
        lambda place: place.with_client("same_org", **credentials(place, "other_org")),
        "clients.same_org: GET /reports answers 403 organization-not-allowed to `clients: same_org`",
    ),
    "swapped organizations": (
        lambda place: swapped(place),
        "organization_id: GET /reports answers 403 organization-not-allowed to the primary client",
    ),
    "fixture that is not there": (
        lambda place: place.with_fixtures(order_in_status={**fixture_of(completed(place)), "order_id": NOBODYS}),
        "states.fixtures.order_in_status.order_id: /status answers 404 order-not-found for it to the primary client, "
        "and no other operation knows it",
    ),
    "fixture of another organization": (
        lambda place: place.with_fixtures(order_in_status=[fixture_of(place.orders("COMPLETED", "other_org")[0])]),
        "states.fixtures.order_in_status[0].order_id: /status answers 404 order-not-found for it to the primary "
        "client, and knows it as an order of `clients: other_org`",
    ),
    "other organization's fixture of one's own": (
        lambda place: place.with_fixtures(
            other_organization=fixture_of(
                completed(place), status=None, organization_id=place.target.clients["other_org"].organization_id
            )
        ),
        "for it to `clients: other_org`, and knows it as an order of the primary client",
    ),
    "fixture in another state": (
        lambda place: place.with_fixtures(
            order_in_status=[fixture_of(completed(place)), fixture_of(place.orders("FAILED")[0], status="PROCESSING")]
        ),
        "order_in_status[1].order_id: /status says FAILED, and /results agrees (409); the fixture says PROCESSING",
    ),
    "fixture with another study": (with_wrong_study, "/status and /orderId say that it is of another study"),
    "fixture that leaves an order out": (
        with_stale_study,
        "states.fixtures.study_with_orders.order_ids: names 1 orders, and /orderId has 1 more of that study",
    ),
    "fixture with another group": (
        with_wrong_group,
        "/status says that it is of another study group, and /report answers 404 study-group-not-found",
    ),
    "unknown jwks_url": (
        lambda place: replace(place.target, jwks_url=f"{place.target.base_url}/no-keys"),
        "/no-keys answers 404 not-found: give the address of the authorization server's JWK set",
    ),
}


def credentials(place: Standing, role: str) -> dict[str, str]:
    """Return id and secret of another role's client."""
    client = place.target.clients[role]
    return {"client_id": client.client_id, "client_secret": client.client_secret}


def alone(target: Any) -> Any:
    """Return a target with its primary client alone."""
    return replace(target, clients={"primary": target.primary})


def swapped(place: Standing) -> Any:
    """Return the target with the organizations of its two sides exchanged."""
    clients = place.target.clients
    mine, theirs = clients["primary"].organization_id, clients["other_org"].organization_id
    first, second = (
        replace(clients["primary"], organization_id=theirs),
        replace(clients["other_org"], organization_id=mine),
    )
    return replace(place.target, clients={"primary": first, "other_org": second})


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_ends_the_run_with_its_line(name: str, tmp_path: Path) -> None:
    """Exit status 2, also when it is judged again; the line first and alone, and nothing found broken."""
    change, words = MISTAKES[name]
    with standing() as place:
        done, lines = judged(change(place))
    assert len(lines) == 1, lines
    assert words in lines[0]
    ReportFolder(tmp_path / "report")(done)
    assert done.exit_status == replay(load_run(tmp_path / "report")).exit_status == 2
    assert not [note for note in done.notes if "never answered 2xx" in note or "nothing was judged" in note]
    assert not [one for one in done.judgements if one.verdict in BROKEN]
    assert "not reached: a mistake in the target file ended the run" in {one.summary for one in done.judgements}
    assert done.redactor.redact_own_text(str(done.diagnosis)) == lines[0]


def test_a_right_target_is_judged() -> None:
    """Every client, a fixture of each kind, keys: no line, and nothing broken."""
    with standing() as place:
        order, theirs = completed(place), place.orders("COMPLETED", "other_org")[0]
        group = next(one for one in place.orders("COMPLETED") if one.study_group)
        others = place.target.clients["other_org"].organization_id
        target = place.with_fixtures(
            order_in_status=[fixture_of(order), fixture_of(place.orders("FAILED")[0])],
            study_group={"statuses": ["COMPLETED"], "study_group": group.study_group, "order_ids": [group.order_id]},
            other_organization=fixture_of(theirs, status=None, organization_id=others),
        )
        done, lines = judged(target)
    assert lines == []
    assert done.exit_status in (0, 3)
    assert not [one for one in done.judgements if one.verdict in BROKEN]


@pytest.mark.parametrize("status", [401, 403])
def test_a_gateway_that_wants_a_header_is_no_service(serve: Any, status: int) -> None:
    """Before the API alone, and before the token endpoint too: `headers` is named."""
    shut = (status, {"Content-Type": "application/json"}, b'{"message":"Missing API key"}')
    for everywhere in (True, False):
        server = serve(
            lambda method, path, body, all_=everywhere: (
                shut if all_ or "/token" not in path else real_service.answer(method, path, body)
            )
        )
        done, lines = judged(server.target())
        assert (done.exit_status, len(lines)) == (2, 1)
        assert "see `headers`" in lines[0] or "name it under `headers`" in lines[0]


@pytest.mark.parametrize("name", ["org", "org_id", "urn:pacsimile:organization", "https://idp.example/claims/v2/org"])
def test_the_name_of_a_claim_is_shown(name: str) -> None:
    """The operator needs the name of the claim to find the mistake; it holds no value."""
    assert Redactor("salt").redact_own_text(_shown(name)) == name


@pytest.mark.parametrize("name", ["ORD-4711", "Doe^Jane", "19700101", "a b", "x" * 90])
def test_a_claim_that_may_hold_a_value_is_not_shown(name: str) -> None:
    """What may be a person's or an order's is written as any text from the wire."""
    assert name not in Redactor("salt").redact_own_text(_shown(name))
