"""What a test asks of its world beside orders: clients, advice, and an end of faults."""

from __future__ import annotations

import pytest
import requests

from pacsimile_mock.testing import InProcess


def test_a_client_with_a_scope_alone_and_its_mistake() -> None:
    """The advice says what it did wrong; a test that expects a good client fails by it."""
    server = InProcess()
    world = server.world()
    client = world.client("status.read")
    assert (client["organization_id"], client["scopes"]) == (world.organization_id, ["status.read"])
    assert world.client()["scopes"] != ["status.read"]
    with requests.Session() as http:
        http.mount(server.url, server.requests_adapter())
        token = http.get(world.token_endpoint, auth=(client["client_id"], client["client_secret"])).json()[
            "access_token"
        ]
        headers = {"Authorization": f"Bearer {token}"}
        world.fault({"status": 503}, "getStatus")
        assert http.get(f"{world.url}/status?order_id=A", headers=headers).status_code == 503
        world.clear_faults()
        assert http.get(f"{world.url}/status?order_id=A", headers=headers).status_code == 404
        http.get(f"{world.token_endpoint}?client_id={client['client_id']}&client_secret={client['client_secret']}")
    advice = world.advice()
    assert advice
    with pytest.raises(AssertionError, match="what the client did wrong:") as raised:
        world.expect_good_client()
    assert advice[0]["title"] in str(raised.value)
