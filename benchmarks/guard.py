"""Has `GET /status` become dearer? Half a minute, and no figure that depends on the machine.

    python benchmarks/guard.py [--rounds 4] [--seconds 2]

Two things are measured. First the CPU time of a call, against that of a bare callable on the same server which returns
the same bytes: what the server itself and the sockets cost is in both. Second the memory that a call takes while it is
answered, which `tracemalloc` counts, and what stays of it. Exit status 1 where a bar is not held.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import status
from servers import CannotMeasure, Serving, get, pacsimile, running

RATIO_BAR = 3.8
"""CPU time of a call to that of the bare callable, at most."""
PEAK_BAR = 10_000
"""Bytes that a call takes at most while it is answered."""
KEPT_BAR = 1_100
"""Bytes that stay of a call at most: its entry in the journal."""

BARE = """
import asyncio, json, socket, sys
from granian.constants import HTTPModes, Interfaces
from pacsimile_mock.serving import server

body = sys.stdin.readline().strip()
headers = [("content-type", "application/json"), ("cache-control", "no-store")]

class Bare:
    async def __rsgi__(self, scope, protocol):
        protocol.response_str(200, headers, body)

listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(128)
print(listener.getsockname()[1], flush=True)

async def serve():
    await server._OnSocket(Bare(), listener, None).serve()

with asyncio.Runner(loop_factory=server._loop_factory()) as runner:
    runner.run(serve())
"""

MEMORY = """
import tracemalloc
from base64 import b64encode
from io import BytesIO
import json
from pacsimile_mock.config import ServerOptions, WorldOptions
from pacsimile_mock.control.server_state import ServerState
from pacsimile_mock.serving.app import create_app

state = ServerState(ServerOptions(world=WorldOptions(scenario="demo", pace="manual")), "http://127.0.0.1:8080")
wsgi = create_app(state)
client = next(iter(state.worlds.default.clients.values()))
order = next(iter(state.worlds.default.store.orders_of(client.organization_id)))

def ask(path, query, authorization):
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": "127.0.0.1:8080",
        "HTTP_AUTHORIZATION": authorization, "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8080",
        "wsgi.url_scheme": "http", "wsgi.input": BytesIO(),
    }
    return b"".join(wsgi(environ, lambda line, headers: None))

basic = b64encode(f"{client.client_id}:{client.client_secret}".encode()).decode()
bearer = "Bearer " + json.loads(ask("/oauth2/token", "", "Basic " + basic))["access_token"]
query = f"order_id={order.order_id}"
for _ in range(200):
    ask("/status", query, bearer)
tracemalloc.start()
before = tracemalloc.get_traced_memory()[0]
for _ in range(1000):
    ask("/status", query, bearer)
kept = (tracemalloc.get_traced_memory()[0] - before) / 1000
peaks = []
for _ in range(100):
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    ask("/status", query, bearer)
    peaks.append(tracemalloc.get_traced_memory()[1] - before)
print(sorted(peaks)[50], kept)
"""


@contextmanager
def bare(body: str) -> Iterator[Serving]:
    """Start a server whose application returns these bytes and does nothing else."""
    with running([sys.executable, "-c", BARE], stdout=subprocess.PIPE, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{body}\n")
        process.stdin.flush()
        port = int(process.stdout.readline())
        yield Serving(process, "127.0.0.1", port, "any-token", "any-order", 0.0)


def cpu_seconds(serving: Serving) -> float:
    """CPU time of a server's process until now."""
    fields = Path(f"/proc/{serving.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def cost(serving: Serving, seconds: int) -> float:
    """CPU seconds of a call, under load."""
    before = cpu_seconds(serving)
    rate, _ = status.load(serving, seconds)
    return (cpu_seconds(serving) - before) / (rate * seconds)


def measure_cpu(rounds: int, seconds: int) -> bool:
    """Load both in turn, print the ratio, and tell whether the bar is held."""
    import json

    with pacsimile() as ours:
        body = json.dumps(get(ours.host, ours.port, ours.target, f"Bearer {ours.token}"))
        with bare(body) as callable_:
            costs: list[tuple[float, float]] = []
            for number in range(rounds + 1):
                pair = cost(ours, seconds), cost(callable_, seconds)
                if number > 0:  # the first round warms up
                    costs.append(pair)
    ratio = median(own / least for own, least in costs)
    own, least = (median(column) * 1e6 for column in zip(*costs, strict=True))
    print(f"GET /status: {own:.1f} µs of CPU a call, a bare callable {least:.1f} µs")
    print(f"  ratio {ratio:.2f}, bar {RATIO_BAR}: {'held' if ratio <= RATIO_BAR else 'NOT HELD'}")
    return ratio <= RATIO_BAR


def measure_memory() -> bool:
    """Answer calls in a process of their own, print what they take, and tell whether the bars are held."""
    done = subprocess.run([sys.executable, "-c", MEMORY], capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotMeasure(f"the calls whose memory is measured failed:\n{done.stderr}")
    peak, kept = (float(value) for value in done.stdout.split())
    print(f"GET /status: {peak:.0f} bytes while it is answered (bar {PEAK_BAR}), {kept:.0f} stay (bar {KEPT_BAR})")
    held = peak <= PEAK_BAR and kept <= KEPT_BAR
    print(f"  {'held' if held else 'NOT HELD'}")
    return held


def main() -> int:
    """Read the command line, and measure."""
    parser = argparse.ArgumentParser(description="Tell whether GET /status has become dearer.")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--seconds", type=int, default=2, help="that each server is loaded in a round")
    given = parser.parse_args()
    if shutil.which("wrk") is None:
        print("guard: wrk is missing, which makes the load: apt install wrk", file=sys.stderr)
        return 2
    try:
        held = [measure_memory(), measure_cpu(given.rounds, given.seconds)]
    except CannotMeasure as error:
        print(f"guard: {error}", file=sys.stderr)
        return 2
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
