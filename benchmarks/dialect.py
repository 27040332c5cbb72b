"""What dialects cost `GET /status`: nothing without one, against a revision before there were any; else so much a call.

    python benchmarks/dialect.py [--before REVISION] [--rounds 60]

Each variant is a process of its own that answers calls as a WSGI application, without a socket: what a connection
costs would hide the difference. Variants take turns, and CPU time counts, so that a neighbour's load meets none.
Exit status 1 where the contract's own spelling has less than 0.98 of the rate before, 2 where something is missing.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

from servers import CannotMeasure

ROOT = Path(__file__).resolve().parents[1]
BEFORE = "d9ec3e1"
"""The last revision in which the mock knew no dialect."""
BAR = 0.98
SHIPPED = ("camel", "legacy", "minimal")
SOURCES = ("spec", "advice", "fixtures", "mock", "contract_tests", "cli")

CHILD = """
import json, sys, time
from base64 import b64encode
from io import BytesIO
from pacsimile_mock.config import ServerOptions, WorldOptions
from pacsimile_mock.control.server_state import ServerState
from pacsimile_mock.serving.app import create_app

given = json.loads(sys.argv[1])
options = WorldOptions(scenario="demo", pace="manual", **({"dialect": given["dialect"]} if given["dialect"] else {}))
state = ServerState(ServerOptions(world=options), "http://127.0.0.1:8080")
wsgi = create_app(state)
client = next(iter(state.worlds.default.clients.values()))
order = next(iter(state.worlds.default.store.orders_of(client.organization_id)))

def ask(path, query, authorization):
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": "127.0.0.1:8080",
        "HTTP_AUTHORIZATION": authorization, "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8080",
        "wsgi.url_scheme": "http", "wsgi.input": BytesIO(),
    }
    status = []
    body = b"".join(wsgi(environ, lambda line, headers: status.append(line)))
    assert status[0].startswith("200"), (status, body)
    return body

basic = b64encode(f"{client.client_id}:{client.client_secret}".encode()).decode()
bearer = "Bearer " + json.loads(ask(given["token"], "", "Basic " + basic))["access_token"]
query = f"{given['order']}={order.order_id}"
for line in sys.stdin:
    began = time.process_time()
    for _ in range(int(line)):
        ask(given["status"], query, bearer)
    print(time.process_time() - began, flush=True)
"""


class Variant:
    """One process that answers calls when it is asked to."""

    def __init__(self, name: str, tree: Path, dialect: str | None) -> None:
        self.name = name
        self.seconds: list[float] = []
        sources = os.pathsep.join(str(tree / source) for source in SOURCES)
        self._process = subprocess.Popen(
            [sys.executable, "-c", CHILD, json.dumps(_spelling(dialect))],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": sources},
        )  # fmt: skip

    def run(self, calls: int) -> float:
        """Answer so many calls, and return the CPU seconds that they took."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{calls}\n")
        self._process.stdin.flush()
        return float(self._process.stdout.readline())

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def _spelling(name: str | None) -> dict[str, str | None]:
    """Return a dialect's text, where tokens come from, and how a status is asked for."""
    from pacsimile_spec.dialects import dialect_text, load_dialect

    dialect = load_dialect(name or "identity")
    return {
        "dialect": None if name is None else dialect_text(name),
        "token": dialect.paths["getToken"][0].text,
        "status": dialect.paths["getStatus"][0].text,
        "order": dialect.parameters["order_id"],
    }


@contextmanager
def tree_of(revision: str) -> Iterator[Path]:
    """Extract the sources of a revision."""
    with tempfile.TemporaryDirectory() as folder:
        archive = subprocess.run(["git", "archive", revision], cwd=ROOT, capture_output=True, check=False)
        if archive.returncode:
            raise CannotMeasure(f"there is no revision {revision} here: give --before one in which no dialect is")
        subprocess.run(["tar", "-x", "-C", folder], input=archive.stdout, check=True)
        yield Path(folder)


def main() -> int:
    """Measure, print a row for each variant, and return the exit status."""
    parser = argparse.ArgumentParser(description="Measure what dialects cost GET /status.")
    parser.add_argument("--before", default=BEFORE, help="The revision without dialects.")
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--calls", type=int, default=1_000, help="Calls in a round.")
    given = parser.parse_args()
    with tree_of(given.before) as tree, ExitStack() as running:
        variants = [Variant("before", tree, None), Variant("identity", ROOT, None)]
        variants += [Variant(name, ROOT, name) for name in SHIPPED]
        for variant in variants:
            running.callback(variant.close)
            variant.run(given.calls)  # to warm up
        for number in range(given.rounds):
            for variant in variants[:: 1 if number % 2 else -1]:
                variant.seconds.append(variant.run(given.calls))
    return report(variants, given.calls)


def report(variants: list[Variant], calls: int) -> int:
    """Print what was seen, and return the exit status."""
    before = variants[0]
    for variant in variants:
        microseconds = median(variant.seconds) / calls * 1e6
        ratio = median(b / own for b, own in zip(before.seconds, variant.seconds, strict=True))
        print(f"{variant.name:<10} {microseconds:6.1f} µs a call, {ratio:.3f} of the rate before")
        if variant.name == "identity":
            held = ratio >= BAR
    print(f"identity to before: the bar of {BAR} is {'held' if held else 'not held'}")
    return 0 if held else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except CannotMeasure as error:
        print(f"dialect: {error}", file=sys.stderr)
        sys.exit(2)
