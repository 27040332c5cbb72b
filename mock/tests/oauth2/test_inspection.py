"""Opaque tokens, introspection (RFC 7662), revocation (RFC 7009), and rotation of the signing keys."""

from __future__ import annotations

from base64 import b64encode
from urllib.parse import urlencode

import pytest
from werkzeug.test import Client, TestResponse

from mock.tests.helpers.forging import twins
from pacsimile_mock.config import ServerOptions, WorldOptions
from pacsimile_mock.control.server_state import ServerState
from pacsimile_mock.serving.app import create_app

WHO = ("demo-hospital", "demo-hospital-secret")
OTHER = ("demo-clinic", "demo-clinic-secret")


class Server:
    """A server in this process, and its one client."""

    def __init__(self, token_format: str) -> None:
        self.state = ServerState(
            ServerOptions(world=WorldOptions(token_format=token_format), control_token="c"), "http://localhost"
        )
        self.http = Client(create_app(self.state))
        order = next(iter(self.state.worlds.default.store.orders_of("demo-hospital")))
        self.order_id = order.order_id

    def ask(self, path: str, who: tuple[str, str], **form: str) -> TestResponse:
        """POST a form with Basic credentials."""
        basic = b64encode(":".join(who).encode()).decode()
        return self.http.post(
            f"/oauth2/{path}",
            data=urlencode(form),
            headers={"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"},
        )

    def token(self, who: tuple[str, str] = WHO) -> str:
        """Get a token."""
        return self.ask("token", who, grant_type="client_credentials").json["access_token"]

    def status(self, token: str) -> int:
        """The HTTP status that a call with this token meets."""
        return self.http.get(
            f"/status?order_id={self.order_id}", headers={"Authorization": f"Bearer {token}"}
        ).status_code

    def control(self, path: str, content: dict[str, object]) -> TestResponse:
        """Call the control API."""
        return self.http.post(f"/_mock{path}", json=content, headers={"Authorization": "Bearer c"})


@pytest.fixture(params=["jwt", "opaque"])
def server(request: pytest.FixtureRequest) -> Server:
    return Server(request.param)


def test_opaque_tokens_say_nothing_and_open_what_a_jwt_opens() -> None:
    """An opaque token has no readable parts; it is accepted, and one that is not ours is refused."""
    server = Server("opaque")
    token = server.token()
    assert token.startswith("pac_default_")
    assert "." not in token
    assert server.status(token) == 200
    assert server.status(token[:-1] + ("B" if token.endswith("A") else "A")) == 401


def test_an_opaque_token_with_other_claims_behaves_as_they_say() -> None:
    """The provider state token_with works for opaque tokens too: a wrong audience is refused."""
    server = Server("opaque")
    params = {"client_id": "demo-hospital"}
    for claims, expected in (
        ({}, 200),
        ({"aud": "elsewhere"}, 401),
        ({"exp": 1}, 401),
        ({"scope": "ingest.write"}, 403),
    ):
        made = server.control("/states", {"state": "token_with", "params": {**params, "claims": claims}})
        assert server.status(made.json["access_token"]) == expected


def test_introspection_tells_what_a_token_grants(server: Server) -> None:
    """An active token is told with scope and client; anything else is inactive, whoever asks."""
    told = server.ask("introspect", OTHER, token=server.token()).json
    assert told["active"] is True
    assert told["client_id"] == "demo-hospital"
    assert "status.read" in told["scope"].split()
    assert server.ask("introspect", WHO, token="invented").json == {"active": False}


def test_introspection_takes_credentials(server: Server) -> None:
    """A wrong secret is 401, a missing token 400."""
    assert server.ask("introspect", ("demo-hospital", "wrong"), token="x").status_code == 401
    assert server.ask("introspect", WHO).status_code == 400
    assert server.http.get("/oauth2/introspect").status_code == 405


def test_a_revoked_token_opens_nothing_although_it_was_verified_before(server: Server) -> None:
    """Revocation reaches tokens that were remembered as verified; other tokens stay."""
    token, kept = server.token(), server.token()
    assert server.status(token) == 200
    assert server.ask("revoke", WHO, token=token).status_code == 200
    assert server.status(token) == 401
    assert server.ask("introspect", WHO, token=token).json == {"active": False}
    assert server.status(kept) == 200


def test_a_revoked_token_has_no_twin(server: Server) -> None:
    """Whatever else reads as the token is refused, before it is revoked and after."""
    for revoked in (False, True):
        token = server.token()
        if revoked:
            server.ask("revoke", WHO, token=token)
        for how, twin in (twins(token) if "." in token else {}).items():
            if twin != token:
                assert "\n" in twin or server.status(twin) == 401, how
                assert server.ask("introspect", WHO, token=twin).json == {"active": False}, how
                server.ask("revoke", WHO, token=twin)
        assert server.status(token) == (401 if revoked else 200)


def test_revocation_goes_by_the_id_of_a_token(server: Server) -> None:
    """Not by its text: the same claims under another signature have ended with it."""
    world = server.state.worlds.default
    token = server.token()
    grant = world.verifier.verify(token, world.clock.now())
    claims = world.jwt.claims(grant, world.clock.now())
    again, other = (world.jwt.sign(world.jwt.header(), one) for one in (claims, claims | {"jti": "another"}))
    world.revoke(claims["jti"])
    assert (server.status(again), server.status(other)) == (401, 200)
    assert server.status(token) == 200


def test_another_clients_token_is_not_revoked(server: Server) -> None:
    """Only the client it was issued to ends a token; the answer tells nothing."""
    token = server.token()
    assert server.ask("revoke", OTHER, token=token).status_code == 200
    assert server.status(token) == 200


def test_an_unknown_token_is_no_error(server: Server) -> None:
    """RFC 7009 §2.2: the client wanted it gone, and it is."""
    assert server.ask("revoke", WHO, token="invented").status_code == 200


def test_rotated_keys_leave_older_tokens_valid_unless_told_otherwise() -> None:
    """A new key signs from then on; `forget` ends what older keys have signed."""
    server = Server("jwt")
    token = server.token()
    assert server.status(token) == 200
    assert len(server.control("/keys/rotate", {}).json["keys"]) == 2
    assert server.status(token) == 200
    newer = server.token()
    assert server.status(newer) == 200
    assert len(server.control("/keys/rotate", {"forget": True}).json["keys"]) == 1
    assert server.status(token) == 401
    assert server.status(newer) == 401
    assert server.status(server.token()) == 200
