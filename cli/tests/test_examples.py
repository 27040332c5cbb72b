"""The example clients, and the OAuth clients that people use, against a mock that was really started."""

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
OVERDUE = 60
"""Seconds after which an example is stuck."""

NODE = shutil.which("node")
CLIENTS = {"python": (sys.executable, EXAMPLES / "python_client" / "integration.py")}
"""The example clients and what runs them: Node's where there is a Node, which CI insists on."""
if NODE is not None:
    CLIENTS["node"] = (NODE, EXAMPLES / "node_client" / "integration.mjs")


@contextmanager
def mock(*options: str) -> Iterator[dict[str, Any]]:
    """A mock with these options, and the line that it printed."""
    command = [sys.executable, "-m", "pacsimile", "serve", "--port", "0", "--json", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield json.loads(server.stdout.readline())
        finally:
            server.send_signal(signal.SIGTERM)


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(command, capture_output=True, text=True, timeout=OVERDUE, check=False)


def given(started: dict[str, Any]) -> list[str]:
    """The options that name the mock and its first client."""
    client = started["clients"][0]
    options = {"url": started["url"], "client-id": client["client_id"], "client-secret": client["client_secret"]}
    return [f"--{name}={value}" for name, value in {**options, "organization": client["organization_id"]}.items()]


def integrate(command: tuple[str, Path]) -> subprocess.CompletedProcess[str]:
    """Run an example client against a mock of its own, whose two orders are under way."""
    with mock("--scenario", str(EXAMPLES / "moving.yaml"), "--seed", "1") as started:
        return run(*command, *given(started), "ORD-5QBC5V-000001", "ORD-5QBC5V-000002")


def test_example_clients_play_a_whole_integration() -> None:
    """They wait, fetch, list and acknowledge; what became ready in between is in the next listing."""
    end = "listed 1 reports\nacknowledged 1 reports\nlisted 0 reports\nall as it should be\n"
    with ThreadPoolExecutor(len(CLIENTS)) as pool:  # they wait most of the time
        for name, done in zip(CLIENTS, pool.map(integrate, CLIENTS.values()), strict=True):
            assert done.returncode == 0, f"{name}: {done.stderr}{done.stdout}"
            assert "ORD-5QBC5V-000002 is COMPLETED" in done.stdout
            assert done.stdout.endswith(end)


@pytest.mark.parametrize("client", CLIENTS)
def test_example_clients_say_what_is_wrong(client: str) -> None:
    """A wrong secret, an address where nobody listens and orders that do not move: one line each, exit status 1."""
    with mock() as started:
        options = given(started)
        parked = run(*CLIENTS[client], *options, "ORD-5QBC5V-000003", "ORD-5QBC5V-000004")
        refused = run(*CLIENTS[client], *options, "--client-secret=wrong")
    unreachable = run(*CLIENTS[client], *options)
    told = [done.stderr for done in (parked, refused, unreachable)]
    assert [done.returncode for done in (parked, refused, unreachable)] == [1, 1, 1]
    assert all(text.startswith("integration: ") and text.count("\n") == 1 for text in told), told
    assert "fewer than two orders are under way" in told[0]
    assert "invalid_client" in told[1]


def test_oauth_clients_get_tokens_as_documented() -> None:
    """requests-oauthlib and Authlib get a token, by Basic and in the body, that opens the listing."""
    with mock() as started:
        done = run(sys.executable, ROOT / "scripts" / "oauth_clients.py", *given(started))
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("got a token that opens the listing") == 4
