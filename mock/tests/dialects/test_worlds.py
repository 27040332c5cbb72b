"""Worlds of several dialects on one server: which world answers a call, and what is said about it."""

import json
from typing import Any

import pytest

from mock.tests.helpers.described import Control, made
from mock.tests.helpers.in_process import Service, basic
from mock.tests.helpers.speaking import speaking
from pacsimile_mock.database_errors import DatabaseError
from pacsimile_spec import description
from pacsimile_spec.dialects import dialect_text, load_dialect, parse_dialect
from pacsimile_spec.dialects.openapi import describe

BY_HEADERS = """\
name: by-headers
paths: {getToken: /auth, getStatus: "/v2/orders/{order_id}"}
parameters: {client_id: X-Client, client_secret: X-Key}
constants: {api-version: "2025-06"}
token: {credentials: headers}
"""


def client_of(control: Control, world: str) -> tuple[str, str]:
    """Id and secret of a world's first client."""
    client = control("GET", world)["clients"][0]
    return client["client_id"], client["client_secret"]


def test_each_world_answers_in_its_own_dialect(service: Service, control: Control) -> None:
    """Credentials and tokens decide the world, whichever paths and names it has."""
    legacy = made(control, scenario="demo", dialect="legacy")
    plain = made(control, scenario="demo")
    headers = made(control, scenario="demo", dialect=BY_HEADERS)
    assert [control("GET", world)["dialect"] for world in (legacy, plain, headers)] == [
        "legacy", "identity", "by-headers",
    ]  # fmt: skip
    client_id, secret = client_of(control, headers)
    reply = service.call("GET", "/auth?api-version=2025-06", {"X-Client": client_id, "X-Key": secret})
    bearer = {"Authorization": f"Bearer {reply.json['access_token']}"}
    order = next(iter(service.state.worlds.find(headers.removeprefix("/worlds/")).store.orders_of("demo-hospital")))
    status = service.call("GET", f"/v2/orders/{order.order_id}?api-version=2025-06", bearer)
    assert status.json["order_id"] == order.order_id
    legacy_token = service.call("GET", "/auth/token", {"Authorization": basic(*client_of(control, legacy))}).json
    bearer = {"Authorization": f"Bearer {legacy_token['access_token']}"}
    assert service.call("GET", "/v1/report/pending?site=demo-hospital", bearer).json["count"] > 0
    assert service.call("GET", "/reports?organizationId=demo-hospital", bearer).status == 404
    plain_token = service.call("GET", "/oauth2/token", {"Authorization": basic(*client_of(control, plain))}).json
    bearer = {"Authorization": f"Bearer {plain_token['access_token']}"}
    assert service.call("GET", "/reports?organizationId=demo-hospital", bearer).json["count"] > 0
    assert service.call("GET", "/v1/report/pending?site=demo-hospital", bearer).refusal == (404, "not-found")


def test_a_path_in_a_worlds_prefix_is_of_its_dialect(service: Service, control: Control) -> None:
    """Without credentials too, and where its dialect has no such path, there is nothing."""
    world = made(control, dialect="legacy").replace("/worlds/", "/w/")
    assert service.call("GET", f"{world}/v1/order/status?order=1").json["code"].endswith("invalid-token")
    assert service.call("GET", f"{world}/status?order_id=1").json["code"].endswith("not-found")
    token = service.call("GET", f"{world}/auth/token")
    assert (token.status, token.json["error"]) == (401, "invalid_client")


def test_the_worlds_that_ended_leave_no_paths(service: Service, control: Control) -> None:
    """A dialect's paths lead somewhere as long as a world speaks it."""
    world = made(control, dialect="legacy")
    assert [translator.dialect.name for translator in service.state.worlds.translators] == ["legacy"]
    control("DELETE", world, status=204)
    assert service.state.worlds.translators == ()
    assert service.call("GET", "/v1/order/status").refusal == (404, "not-found")


def test_the_servers_dialect_is_that_of_its_worlds() -> None:
    """But of one that says otherwise."""
    service = speaking("camel")
    control = Control(service)
    assert control("GET", made(control))["dialect"] == "camel"
    assert control("GET", made(control, dialect="identity"))["dialect"] == "identity"


@pytest.mark.parametrize("form", ["name", "text", "object"])
def test_a_world_takes_its_dialect_in_each_form(control: Control, form: str) -> None:
    """A shipped name, the text of a file, or an object."""
    import yaml

    given: Any = {
        "name": "minimal",
        "text": dialect_text("minimal"),
        "object": yaml.safe_load(dialect_text("minimal")),
    }[form]
    world = made(control, dialect=given)
    assert control("GET", f"{world}/openapi.json") == json.loads(json.dumps(describe(load_dialect("minimal"))))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("vendor.yaml", "'dialect' must be one of identity, camel, legacy, minimal, or a dialect: an object"),
        ("/etc/passwd", "'dialect' must be one of identity"),
        (7, "'dialect' must be one of identity"),
        ({"name": "v", "fields": {"OrderStatus": {"orderid": "/a"}}}, "'dialect': fields.OrderStatus.orderid: unknown"),
        ({"paths": {}}, "'dialect': lacks name"),
        ({"name": "v", "a\u202e\n::error::": 1}, r"""'dialect': "a\u202e\n::error::": unknown key"""),
        ("name: v\ntimes: never\n", "'dialect': dialect:2: times: expected rfc3339"),
        ({"name": "v", "values": {"scope": {"status.read": "\x00"}}}, "'dialect': values.scope"),
    ],
)
def test_a_dialect_that_cannot_be_used_is_refused(control: Control, given: object, said: str) -> None:
    """With its place, and its line in a text; and no path is read."""
    assert said in control("POST", "/worlds", {"scenario": "empty", "dialect": given}, 400)["detail"]


def test_a_kept_dialect_that_is_refused_by_now_is_an_error_of_the_database() -> None:
    """A database of an older version may have one, and `serve` tells it in a line."""
    with pytest.raises(
        DatabaseError, match=r"whose dialect cannot be used: dialect:2: times: .*; give another --database"
    ):
        speaking("times: '%H:%M%z'")


def test_the_description_of_a_world_without_a_dialect_is_the_contracts(control: Control) -> None:
    """As `pacsimile describe` prints it."""
    assert control("GET", f"{made(control)}/openapi.json") == json.loads(json.dumps(description(), default=str))


def test_metadata_is_the_dialects(service: Service, control: Control) -> None:
    """Where tokens come from, how, and for which scopes."""
    prefix = made(control, dialect=BY_HEADERS).replace("/worlds/", "/w/")
    found = service.call("GET", f"/.well-known/oauth-authorization-server{prefix}/oauth2").json
    assert found["token_endpoint"].endswith(f"{prefix}/auth")
    assert found["token_endpoint_auth_methods_supported"] == []
    for place in ("/.well-known/oauth-authorization-server/oauth2", "/oauth2/.well-known/oauth-authorization-server"):
        assert speaking("legacy").call("GET", place).json["token_endpoint"].endswith("/auth/token")
    minimal = speaking("minimal").call("GET", "/.well-known/oauth-authorization-server/oauth2").json
    assert "api.read" in minimal["scopes_supported"]
    assert "status.read" not in minimal["scopes_supported"]
    assert control("GET", made(control, dialect="legacy"))["token_endpoint"].endswith("/auth/token")


def test_the_journal_is_asked_by_the_names_on_the_wire(control: Control) -> None:
    """Those of the dialect are known, and those of the contract are not."""
    world = made(control, dialect=BY_HEADERS)
    asked = {"operation": "listReports", "parameters": {"api-version": "2025-06"}, "exactly": 0}
    assert control("POST", f"{world}/journal/verify", {"expectations": [asked]})["met"] is True
    camel = made(control, dialect="camel")
    wrong = {"operation": "getStatus", "parameters": {"order_id": "1"}, "exactly": 0}
    assert (
        "did you mean 'orderId'?"
        in control("POST", f"{camel}/journal/verify", {"expectations": [wrong]}, 400)["detail"]
    )


def test_two_worlds_of_one_dialect_share_what_translates(service: Service, control: Control) -> None:
    """It is compiled once."""
    for _ in range(2):
        made(control, dialect=BY_HEADERS)
    assert len(service.state.worlds.translators) == 1
    assert service.state.worlds.translators[0].dialect == parse_dialect(BY_HEADERS)
