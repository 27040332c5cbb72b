"""Has `GET /status` become dearer? A few seconds, and no figure that depends on the machine.

    python benchmarks/guard.py [--rounds 40]

One process answers calls as the server's front hands them over, without a socket. Three things are measured. First how
many functions run for a call: the same number each time. Second its CPU time, against that of a bare callable behind
the same front which returns the same bytes: the ratio differs by half from processor to processor, so its bar is wide.
Third the memory that a call takes while it is answered, and what stays of it. Exit status 1 where a bar is not held.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from statistics import median

FUNCTIONS_BAR = 220
"""Functions that run for a call at most, Python's own ones included."""
RATIO_BAR = 12
"""CPU time of a call to that of the bare callable, at most: from 5.9 to 9.4 were seen of one revision."""
PEAK_BAR = 10_000
"""Bytes that a call takes at most while it is answered."""
KEPT_BAR = 1_100
"""Bytes that stay of a call at most: its entry in the journal."""

CHILD = """
import json, sys, time, tracemalloc
from base64 import b64encode
from pacsimile_mock.config import ServerOptions, WorldOptions
from pacsimile_mock.control.server_state import ServerState
from pacsimile_mock.serving.app import create_app
from pacsimile_mock.serving.front import Front

CALLS = 500

class Headers:
    def __init__(self, pairs): self.pairs = pairs
    def get_all(self, name): return [value for key, value in self.pairs if key == name]
    def items(self): return self.pairs
    def get(self, name): return next(iter(self.get_all(name)), None)

class Scope:
    http_version, method, scheme, authority = "1.1", "GET", "http", None
    server, client = "127.0.0.1:8080", "127.0.0.1:50000"
    def __init__(self, path, query, authorization):
        self.path, self.query_string = path, query
        self.headers = Headers([("host", "127.0.0.1:8080"), ("authorization", authorization)])

class Protocol:
    def response_bytes(self, status, headers, body): self.status, self.headers, self.body = status, headers, body

def ask(front, scope):
    protocol = Protocol()
    try:
        front.__rsgi__(scope, protocol).send(None)
    except StopIteration:
        pass
    assert protocol.status == 200, protocol.body
    return protocol

def cpu(front, scope):
    began = time.process_time_ns()
    for _ in range(CALLS):
        ask(front, scope)
    return (time.process_time_ns() - began) / CALLS / 1000

state = ServerState(ServerOptions(world=WorldOptions(scenario="demo", pace="manual")), "http://127.0.0.1:8080")
app = create_app(state)
ours = Front(app, app.allowance)
client = next(iter(state.worlds.default.clients.values()))
order = next(iter(state.worlds.default.store.orders_of(client.organization_id)))
basic = b64encode(f"{client.client_id}:{client.client_secret}".encode()).decode()
token = json.loads(ask(ours, Scope("/oauth2/token", "", "Basic " + basic)).body)["access_token"]
scope = Scope("/status", f"order_id={order.order_id}", "Bearer " + token)
answer = ask(ours, scope)

def same_bytes(environ, start_response):
    start_response("200 OK", answer.headers)
    return [answer.body]

bare = Front(same_bytes, lambda environ: 0)
for front in (ours, bare):
    cpu(front, scope)
pairs = [(cpu(ours, scope), cpu(bare, scope)) for _ in range(int(sys.argv[1]))]
functions = 0
def count(frame, event, arg):
    global functions
    functions += event in ("call", "c_call")
sys.setprofile(count)
for _ in range(100):
    ask(ours, scope)
sys.setprofile(None)
tracemalloc.start()
ask(ours, scope)
before = tracemalloc.get_traced_memory()[0]
for _ in range(1000):
    ask(ours, scope)
kept = (tracemalloc.get_traced_memory()[0] - before) / 1000
peaks = []
for _ in range(100):
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    ask(ours, scope)
    peaks.append(tracemalloc.get_traced_memory()[1] - before)
print(json.dumps({"functions": functions / 100, "pairs": pairs, "peak": sorted(peaks)[50], "kept": kept}))
ours.close()
bare.close()
"""


def main() -> int:
    """Measure, print what was seen, and return the exit status."""
    parser = argparse.ArgumentParser(description="Tell whether GET /status has become dearer.")
    parser.add_argument("--rounds", type=int, default=40, help="of 500 calls each, ours and the bare callable in turn")
    rounds = max(parser.parse_args().rounds, 1)
    done = subprocess.run([sys.executable, "-c", CHILD, str(rounds)], capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"guard: the calls failed:\n{done.stderr}", file=sys.stderr)
        return 2
    seen = json.loads(done.stdout)
    ratio = median(own / least for own, least in seen["pairs"])
    own, least = (median(column) for column in zip(*seen["pairs"], strict=True))
    bars = {
        f"{seen['functions']:.0f} functions run for a call, bar {FUNCTIONS_BAR}": seen["functions"] <= FUNCTIONS_BAR,
        f"{own:.1f} µs of CPU a call, a bare callable {least:.1f} µs: ratio {ratio:.2f}, bar {RATIO_BAR}": ratio
        <= RATIO_BAR,
        f"{seen['peak']} bytes while a call is answered, bar {PEAK_BAR}": seen["peak"] <= PEAK_BAR,
        f"{seen['kept']:.0f} bytes stay of a call, bar {KEPT_BAR}": seen["kept"] <= KEPT_BAR,
    }
    for words, held in bars.items():
        print(f"GET /status: {words}: {'held' if held else 'NOT HELD'}")
    return 0 if all(bars.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
