"""Under which names the control API answers: those of loopback, and those that the server was given."""

import pytest
from werkzeug.test import Client

from pacsimile_mock.config import ServerOptions, WorldOptions
from pacsimile_mock.control.server_state import ServerState
from pacsimile_mock.serving.app import create_app


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8080", 200),
        ("[::1]:8080", 200),
        ("Mock.example", 200),
        ("mock.example:80", 200),
        ("[fd00::1]:8080", 200),
        ("[fd00::2]", 200),
        ("[fd00::3]:8080", 200),
        ("[fd00::4]:8080", 421),
        ("evil.example", 421),
    ],
)
def test_a_name_is_known_as_clients_send_it(host: str, status: int) -> None:
    """IPv6 in brackets (RFC 9110 7.2), whether `--host`, `--allow-host` or `--public-url` has it, in any case."""
    options = ServerOptions(
        host="fd00::1",
        allow_hosts=("mock.example", "[fd00::2]"),
        public_url="http://[fd00::3]:8080",
        world=WorldOptions(scenario="empty"),
    )
    state = ServerState(options, "http://[fd00::1]:8080")
    headers = {"Host": host, "Authorization": f"Bearer {state.control_token}"}
    answer = Client(create_app(state)).get("/_mock/worlds", headers=headers)
    assert answer.status_code == status
