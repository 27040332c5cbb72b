"""The example clients, and the OAuth clients that people use, against a mock that was really started."""

import atexit
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Timer
from typing import Any

import pytest

from mock.tests.helpers.fork_server import prepared
from pacsimile_spec.control_client import ControlClient

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
OVERDUE = 60
"""Seconds after which an example is stuck."""

ORDERS = ("ORD-5QBC5V-000001", "ORD-5QBC5V-000002")
"""Those of examples/moving.yaml with seed 1."""

CLIENTS = ["python", *(name for name, tool in (("node", "node"), ("java", "javac")) if shutil.which(tool))]
"""The example clients: Node's and Java's where there are a Node and a JDK, which CI insists on."""

QUICK_JAVA = ("-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""Options of a Java that ends within seconds."""


@cache
def command(client: str) -> tuple[str | Path, ...]:
    """What runs an example client."""
    if client == "python":
        return sys.executable, EXAMPLES / "python_client" / "integration.py"
    if client == "node":
        return "node", EXAMPLES / "node_client" / "integration.mjs"
    return "java", *QUICK_JAVA, "-cp", compiled(EXAMPLES / "java_client"), "Integration"


def compiled(folder: Path) -> Path:
    """Where a folder's Java classes are, compiled once; a warning fails it. Removed when the tests end."""
    classes = Path(tempfile.mkdtemp(prefix="java_client"))
    atexit.register(shutil.rmtree, classes)
    sources = sorted(folder.glob("*.java"))
    quick = (f"-J{option}" for option in QUICK_JAVA)
    done = run("javac", *quick, "-Xlint:all", "-Werror", "--release", "17", "-d", classes, *sources)
    assert done.returncode == 0, done.stderr
    return classes


@contextmanager
def mock(*options: str) -> Iterator[dict[str, Any]]:
    """A mock with these options, and the line that it printed."""
    serve = [*prepared(), "serve", "--port", "0", "--json", "--no-runtime-file", *options]
    with subprocess.Popen(serve, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield json.loads(server.stdout.readline())
        finally:
            server.send_signal(signal.SIGTERM)


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(arguments, capture_output=True, text=True, timeout=OVERDUE, check=False)


def given(started: dict[str, Any]) -> list[str]:
    """The options that name the mock and its first client."""
    client = started["clients"][0]
    options = {"url": started["url"], "client-id": client["client_id"], "client-secret": client["client_secret"]}
    return [f"--{name}={value}" for name, value in {**options, "organization": client["organization_id"]}.items()]


def integrate(client: str) -> str:
    """Run an example client against a mock of its own, an hour after its start; gives what it printed."""
    with mock("--scenario", str(EXAMPLES / "moving.yaml"), "--seed", "1") as started:
        ControlClient(started["control_url"], started["control_token"]).call(
            "POST", "/worlds/default/clock", {"advance": 3600}
        )
        return "".join(lines(*command(client), *given(started), *ORDERS))


def lines(*arguments: str | Path) -> Iterator[str]:
    """What a command prints, line by line; it must succeed, and in time."""
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        overdue = Timer(OVERDUE, process.kill)
        overdue.start()
        yield from process.stdout
        overdue.cancel()
    assert process.returncode == 0, f"{arguments[0]} ended with {process.returncode}"


def test_example_clients_play_a_whole_integration() -> None:
    """They wait, fetch, list, acknowledge; what became ready in between is in the next listing, whenever they start."""
    end = "listed 1 reports\nacknowledged 1 reports\nlisted 0 reports\nall as it should be\n"
    with ThreadPoolExecutor(len(CLIENTS)) as pool:  # they wait most of the time
        for told in pool.map(integrate, CLIENTS):
            assert told.index("listed 1 reports") < told.index(f"{ORDERS[1]} is COMPLETED")
            assert told.endswith(end), told


@pytest.mark.parametrize("client", CLIENTS)
def test_example_clients_say_what_is_wrong(client: str) -> None:
    """A wrong secret, an address where nobody listens and orders that do not move: one line each, exit status 1."""
    with mock() as started:
        options = given(started)
        parked = run(*command(client), *options, "ORD-5QBC5V-000003", "ORD-5QBC5V-000004")
        refused = run(*command(client), *options, "--client-secret=wrong")
    unreachable = run(*command(client), *options)
    told = [done.stderr for done in (parked, refused, unreachable)]
    assert [done.returncode for done in (parked, refused, unreachable)] == [1, 1, 1]
    assert all(text.startswith("integration: ") and text.count("\n") == 1 for text in told), told
    assert "fewer than two orders are under way" in told[0]
    assert "invalid_client" in told[1]


@pytest.mark.parametrize(
    "arguments", [("pytest", "-p", "no:cacheprovider"), ("unittest", "tests/test_with_unittest.py")]
)
def test_the_project_with_tests_of_its_own_passes_them(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """As a user runs it: by pytest with the fixture, and by unittest without."""
    project = tmp_path / "project"
    shutil.copytree(EXAMPLES / "pytest_project", project, ignore=shutil.ignore_patterns("__pycache__"))
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", *arguments],
        cwd=project,
        capture_output=True,
        text=True,
        timeout=OVERDUE,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "8 passed" in done.stdout or "Ran 1 test" in done.stderr


def test_oauth_clients_get_tokens_as_documented() -> None:
    """requests-oauthlib and Authlib get a token, by Basic and in the body, that opens the listing."""
    with mock() as started:
        done = run(sys.executable, ROOT / "scripts" / "oauth_clients.py", *given(started))
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("got a token that opens the listing") == 4
