"""Write sample reports to FOLDER: one of each kind of run, and a kill matrix.

    sample_runs.py FOLDER

`passing`: the mock without defects. `failing`: a world with a few defects. `standing`: a service like a test
environment, of which only two clients are known. `absurd`: a service that answers 404 to everything. `client`: a client
that makes a mistake. `load`: a load that misses a threshold. Each is a folder of `--report`.
"""

import contextlib
import json
import os
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

PACSIMILE = [sys.executable, "-m", "pacsimile"]
DEFECTS = [
    "expired-token-accepted",
    "oldest-order-wins",
    "limit-ignored",
    "problems-are-plain-json",
    "acknowledgement-body-ignored",
]
CONTROL = "control-token-of-these-samples"


@contextlib.contextmanager
def mock() -> Iterator[dict[str, Any]]:
    """Serve the mock while the block runs. Return the line that it printed."""
    command = [*PACSIMILE, "serve", "--port", "0", "--json", "--control-token", CONTROL]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield json.loads(server.stdout.readline())
        finally:
            server.terminate()


class Nothing(BaseHTTPRequestHandler):
    """Answer 404 to everything."""

    def do_GET(self) -> None:
        """Answer."""
        self.send_error(404)

    def do_POST(self) -> None:
        """Answer."""
        self.send_error(404)

    def log_message(self, *_: object) -> None:
        """Write nothing."""


@contextlib.contextmanager
def nothing() -> Iterator[str]:
    """Serve `Nothing` while the block runs. Return its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Nothing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def faulty_world(control_url: str) -> dict[str, Any]:
    """Create a world with the defects. Return it as the control API shows it."""
    asked = json.dumps({"scenario": "demo", "defects": DEFECTS, "pace": "manual"}).encode()
    headers = {"Authorization": f"Bearer {CONTROL}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{control_url}/worlds", asked, headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return dict(json.load(answer))


def verify(folder: Path, arguments: list[str], expected: int, **environment: str) -> None:
    """Run `pacsimile verify` with a report in `folder`. It must end with the exit status `expected`."""
    done = subprocess.run(
        [*PACSIMILE, "verify", "--report", str(folder), *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != expected:
        sys.exit(f"{folder.name}: exit status {done.returncode}, expected {expected}\n{done.stdout}\n{done.stderr}")
    print(f"{folder.name}: {done.stdout.strip().splitlines()[-1]}")


def target(path: Path, **document: Any) -> list[str]:
    """Write a target file in JSON, which is YAML too. Return the options that use it."""
    path.write_text(json.dumps(document), encoding="utf-8")
    return ["--target", str(path)]


def secrets(**clients: Mapping[str, str]) -> dict[str, str]:
    """Return environment variables with ids and secrets, by the names in the target files here."""
    ids = {f"{name}_ID": client["client_id"] for name, client in clients.items()}
    return {**ids, **{f"{name}_SECRET": client["client_secret"] for name, client in clients.items()}}


def named(client: str, organization: str) -> dict[str, str]:
    """Return a client of a target file: the names of its variables."""
    return {"id": f"{client}_ID", "secret": f"{client}_SECRET", "organization_id": organization}


def failing(folder: Path, announced: dict[str, Any]) -> None:
    """Judge a world with defects, with all clients and states."""
    world = faulty_world(announced["control_url"])
    first = world["clients"][0]
    arguments = target(
        folder / "failing.json",
        base_url=world["base_url"], oauth2_endpoint=world["oauth2_endpoint"], profile="strict",
        organization_id=first["organization_id"], clients={"primary": named("FIRST", first["organization_id"])},
        states={"url": f"{announced['control_url']}/worlds/{world['world']}/states", "token": "STATES_TOKEN"},
    )  # fmt: skip
    verify(folder / "failing", arguments, 1, **secrets(FIRST=first), STATES_TOKEN=CONTROL)


def standing(folder: Path, announced: dict[str, Any]) -> None:
    """Judge what a listing of two organizations shows, and change nothing."""
    by_id = {client["client_id"]: client for client in announced["clients"]}
    hospital, clinic = by_id["demo-hospital"], by_id["demo-clinic"]
    arguments = target(
        folder / "standing.json",
        base_url=announced["url"], oauth2_endpoint=announced["oauth2_endpoint"], organization_id="demo-hospital",
        clients={"primary": named("FIRST", "demo-hospital"), "other_org": named("OTHER", "demo-clinic")},
        listing={"allowed": True}, acknowledge={"allowed": False},
    )  # fmt: skip
    verify(folder / "standing", arguments, 3, **secrets(FIRST=hospital, OTHER=clinic))


def absurd(folder: Path) -> None:
    """Judge an address where no service is."""
    with nothing() as url:
        arguments = target(
            folder / "absurd.json",
            base_url=url, oauth2_endpoint=f"{url}/oauth2", clients={"primary": named("FIRST", "nobody")},
        )  # fmt: skip
        verify(folder / "absurd", arguments, 2, FIRST_ID="nobody", FIRST_SECRET="nobodys-secret")


def client(folder: Path) -> None:
    """Check a client that takes half a report for a whole one."""
    program = [sys.executable, "examples/client_mistakes/python/broken_body.py", str(folder / "client-storage")]
    some = [option for glob in ("calm", "half*", "reset*", "failed*") for option in ("--condition", glob)]
    done = subprocess.run(
        [*PACSIMILE, "check-client", "--report", str(folder / "client"), *some, "--", *program],
        env={**os.environ, "FIRST_PAUSE": "0.2"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 1:
        sys.exit(f"client: exit status {done.returncode}, expected 1\n{done.stdout}\n{done.stderr}")
    print(f"client: {done.stdout.strip().splitlines()[-2]}")


def load(folder: Path, announced: dict[str, Any]) -> None:
    """Put load on the mock, and ask for what no service can keep."""
    asked = ["--duration", "3", "--rate", "40", "--p50", "0.01ms", "--errors", "0", "--report", str(folder / "load")]
    done = subprocess.run(
        [*PACSIMILE, "load", announced["url"], "--control-token", CONTROL, *asked],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 1:
        sys.exit(f"load: exit status {done.returncode}, expected 1\n{done.stdout}\n{done.stderr}")
    print(f"load: {done.stdout.strip().splitlines()[-1]}")


def main(folder: Path) -> None:
    """Write all reports."""
    folder.mkdir(parents=True, exist_ok=True)
    with mock() as announced:
        verify(folder / "passing", [announced["url"], "--control-token", CONTROL], 0)
        failing(folder, announced)
        standing(folder, announced)
        load(folder, announced)
        matrix = [*PACSIMILE, "matrix", announced["url"], "--control-token", CONTROL, "--level", "smoke"]
        some = [option for name in DEFECTS for option in ("--defects", name)]
        # its exit status says whether smoke kills these, which does not matter here
        subprocess.run([*matrix, *some, "--html", str(folder / "matrix.html")], capture_output=True, check=False)
    absurd(folder)
    client(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
