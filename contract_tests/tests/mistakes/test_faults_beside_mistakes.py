"""What looks like the operator's mistake and is the service's own fault is judged."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

import pytest

from contract_tests.tests.helpers.judged_run import judgement
from contract_tests.tests.helpers.standing_target import Change, Standing, judged, standing
from contract_tests.tests.helpers.varied_server import Answering, Request, Response
from contract_tests.tests.mistakes.test_mistakes import alone, completed, fixture_of, swapped
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.target.model import States

Answer = Callable[[Request], Response]


def said(status: int, content: Any, kind: str = "application/json") -> Response:
    """Return an answer in JSON."""
    return Response(json.dumps(content).encode(), kind, status)


def refusal(status: int, reason: str) -> Response:
    """Return a problem."""
    return said(status, {"type": f"urn:pacsimile:problem:{reason}", "status": status}, "application/problem+json")


def on(path: str, response: Callable[[Request, Response], Response]) -> Answering:
    """Change what a path answers."""
    return lambda request, answer: response(request, answer(request)) if request.path == path else answer(request)


def forbidding(request: Request, usual: Response) -> Response:
    """Refuse each listing."""
    return refusal(403, "organization-not-allowed")


def changed(**members: Any) -> Callable[[Request, Response], Response]:
    """Change members of a good answer."""
    return lambda request, usual: (
        usual if usual.status != 200 else said(200, {**json.loads(usual.body), **members}, usual.media_type)
    )


def as_jwt(request: Request, answer: Answer) -> Response:
    """Hand out JWTs that name the organization, of which the service knows only the opaque part; forbid listings."""
    if request.path == "/reports":
        return forbidding(request, Response(b""))
    value = request.headers["Authorization"] or ""
    if value.startswith("Bearer ") and value.count(".") == 2:
        del request.headers["Authorization"]
        request.headers["Authorization"] = f"Bearer {value.rpartition('.')[2]}"
    usual = answer(request)
    if request.path != "/oauth2/token" or usual.status != 200:
        return usual
    parts = [{"alg": "ES256"}, {"org": "small-hospital", "sub": "me"}]
    coded = [base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=") for one in parts]
    token = json.loads(usual.body)
    return said(200, {**token, "access_token": ".".join([*coded, token["access_token"]])})


def narrow_by_default(request: Request, usual: Response) -> Response:
    """Name fewer scopes than the client has, unless it asks for them."""
    asked = parse_qs(request.query or request.body.decode())
    return usual if "scope" in asked or usual.status != 200 else changed(scope="status.read")(request, usual)


def asked_for(place: Standing, **more: Any) -> Any:
    """Name a completed order as a fixture."""
    return place.with_fixtures(order_in_status=fixture_of(completed(place), **more))


def unchanged(place: Standing) -> Any:
    """Return the target as it is."""
    return place.target


FAULTS: dict[str, tuple[Answering, Change, str]] = {
    "refuses each own organization": (on("/reports", forbidding), unchanged, "BATCH-1"),
    "refuses the organization that its token names": (as_jwt, lambda place: alone(place.target), "BATCH-1"),
    "refuses its own organization for a scope that the token has": (
        on("/reports", lambda request, usual: refusal(403, "insufficient-scope")),
        lambda place: alone(place.target),
        "BATCH-1",
    ),
    "has no /status": (on("/status", lambda request, usual: refusal(404, "not-found")), asked_for, "STATUS-1"),
    "shows a page at /status": (
        on("/status", lambda request, usual: Response(b"<html>", "text/html", 200)),
        asked_for,
        "STATUS-4",
    ),
    "knows an order in /results alone": (
        on("/status", lambda request, usual: refusal(404, "order-not-found")),
        asked_for,
        "STATUS-1",
    ),
    "says another status than the report has": (
        on("/status", changed(status="PROCESSING", progress=50, completed_at=None)),
        asked_for,
        "STATUS-1",
    ),
    "names fewer scopes than it gives": (
        on("/oauth2/token", narrow_by_default),
        lambda place: alone(place.target),
        "",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_beside_a_mistake_is_judged(name: str) -> None:
    """No line ends the run, and the requirement that is broken is found broken."""
    answering, change, requirement = FAULTS[name]
    with standing(answering) as place:
        done, _ = judged(change(place))
    assert done.exit_status != 2
    if requirement:
        assert judgement(done, requirement).verdict is Verdict.FAIL


def test_a_token_endpoint_that_its_metadata_name_is_missed() -> None:
    """The service says where it is, and is not there: AUTH-1, not `oauth2_endpoint`."""
    here: dict[str, str] = {}

    def answering(request: Request, answer: Answer) -> Response:
        if request.path == "/oauth2/.well-known/oauth-authorization-server":
            return said(200, {"token_endpoint": f"{here['url']}/oauth2/token"})
        return refusal(404, "not-found") if request.path == "/oauth2/token" else answer(request)

    with standing(answering) as place:
        here["url"] = place.target.base_url
        done, _ = judged(place.target, ("AUTH-1",))
    assert done.exit_status == 1


def test_a_client_that_is_known_and_refused_is_a_fault() -> None:
    """A stranger is refused another way: the service knows the client."""

    def answering(request: Request, answer: Answer) -> Response:
        usual = answer(request)
        refused = request.path == "/oauth2/token" and usual.status == 200
        return said(403, {"error": "access_denied"}) if refused else usual

    with standing(answering) as place:
        done, _ = judged(place.target, ("AUTH-1",))
    assert done.exit_status == 1


def test_a_service_that_refuses_who_a_state_made_is_judged() -> None:
    """Nobody gets a token, and the client that the state has just made is no mistake of the operator's."""
    from contract_tests.tests.helpers.varied_server import varied

    def answering(request: Request, answer: Answer) -> Response:
        return said(401, {"error": "invalid_client"}) if request.path == "/oauth2/token" else answer(request)

    with varied(answering=answering) as line, standing(answering) as place:
        there = {"base_url": line["url"], "oauth2_endpoint": line["oauth2_endpoint"]}
        states = States(line["states_url"], line["states_token"])
        done, _ = judged(replace(place.target, states=states, **there), ("AUTH-1",))
    assert done.exit_status == 1


def test_nothing_of_a_world_is_the_operators() -> None:
    """Whatever a mock's world answers wrongly, its clients and addresses are right."""
    with standing() as place:
        for wrong in (
            swapped(place),
            place.with_client("primary", client_secret="another-secret"),
            replace(place.target, base_url=f"{place.target.base_url}/v2"),
        ):
            done, _ = judged(replace(wrong, world_of_its_own=True), ("AUTH-1", "STATUS-4", "BATCH-1"))
            assert done.exit_status != 2
