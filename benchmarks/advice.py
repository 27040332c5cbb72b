"""How long advice takes over a journal of 100,000 calls, how much memory, and what keeping it costs `GET /status`.

    python benchmarks/advice.py [--calls 100000] [--rounds 40]

The journal is that of a good client, as a mock wrote it, again and again with other ids. It is judged as
`pacsimile advice --from FILE` does, in a process of its own, beside one that does nothing but `json.loads` with each
line; both by CPU time, which a neighbour's load does not lengthen.
`GET /status` is asked in-process, without a socket, with what the journal keeps for advice and without it, in turn, by
CPU time. Exit status 1 where a bar is missed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

SECONDS, MEGABYTES, RATIO = 2.0, 100.0, 0.98
"""Bars: CPU seconds and memory of the whole process that judges 100,000 calls; and the rate with what advice needs."""
REPORTS = 20
"""Reports of a client's round: a listing, a status and a fetch of each, and an acknowledgement."""

PLAIN = """
import json, resource, sys, time
began = time.process_time()
with open(sys.argv[1], encoding="utf-8") as lines:
    number = sum(1 for line in lines if json.loads(line))
print(json.dumps([time.process_time() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, number, 0]))
"""
JUDGED = """
import json, resource, sys, time
from pathlib import Path
began = time.process_time()
from pacsimile.advice import _of_file
judged = _of_file(Path(sys.argv[1]))
print(json.dumps([time.process_time() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, judged["calls"],
                  len(judged["advice"])]))
"""
STATUS = """
import json, sys, time
sys.path.insert(0, sys.argv[1])
from advice import InProcess, without_observation
if sys.argv[2] == "without":
    without_observation()
service = InProcess()
order = service.submit(1)[0]
token = service.token()
for line in sys.stdin:
    began = time.process_time()
    for _ in range(int(line)):
        service.call("GET", "/status", f"order_id={order}", f"Bearer {token}")
    print(time.process_time() - began, flush=True)
"""


class InProcess:
    """A mock that answers calls without a socket."""

    def __init__(self) -> None:
        from pacsimile_mock.config import ServerOptions, WorldOptions
        from pacsimile_mock.control.server_state import ServerState
        from pacsimile_mock.serving.app import create_app

        self.state = ServerState(
            ServerOptions(world=WorldOptions(scenario="empty", pace="manual")), "http://127.0.0.1:8080"
        )
        self.wsgi = create_app(self.state).wsgi_app
        self.client = next(iter(self.state.worlds.default.clients.values()))

    def call(self, method: str, path: str, query: str, authorization: str, body: bytes = b"") -> bytes:
        """Make a call, which has to be answered 2xx."""
        from io import BytesIO

        environ: dict[str, Any] = {
            "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": "127.0.0.1:8080",
            "HTTP_AUTHORIZATION": authorization, "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8080",
            "wsgi.url_scheme": "http", "wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": "application/json",
        }  # fmt: skip
        status: list[str] = []
        answer = b"".join(self.wsgi(environ, lambda line, headers: status.append(line)))
        assert status[0].startswith("2"), (status, answer)
        return answer

    def token(self) -> str:
        """Get a token."""
        from base64 import b64encode

        basic = b64encode(f"{self.client.client_id}:{self.client.client_secret}".encode()).decode()
        return str(json.loads(self.call("GET", "/oauth2/token", "", "Basic " + basic))["access_token"])

    def control(self, method: str, path: str, content: Any = None) -> bytes:
        """Call the control API of the world."""
        body = b"" if content is None else json.dumps(content).encode()
        return self.call(method, "/_mock/worlds/default" + path, "", f"Bearer {self.state.control_token}", body)

    def submit(self, number: int) -> list[str]:
        """Submit completed orders, and return their ids."""
        orders = [self.control("POST", "/orders", {"status": "COMPLETED"}) for _ in range(number)]
        return [json.loads(order)["order_id"] for order in orders]


def without_observation() -> None:
    """Let the journal keep nothing for advice."""
    from pacsimile_mock.journal import journal

    journal.observe = journal.note = lambda *_: None  # type: ignore[assignment]


def one_round() -> list[str]:
    """Return the lines of the journal of a good client that collects some reports."""
    service = InProcess()
    orders = service.submit(REPORTS)
    bearer = "Bearer " + service.token()
    organization = f"organizationId={service.client.organization_id}"
    listed = json.loads(service.call("GET", "/reports", organization, bearer))["reports"]
    for order in orders:
        service.call("GET", "/status", f"order_id={order}", bearer)
        service.call("GET", "/results", f"order_id={order}&report_type=json", bearer)
    ids = json.dumps({"report_ids": [report["report_id"] for report in listed]}).encode()
    service.call("POST", "/reports", organization, bearer, ids)
    return service.control("GET", "/journal/lines").decode().splitlines()


def journal(calls: int) -> Iterator[str]:
    """Yield the lines of a journal of so many calls: rounds an hour apart, each with other orders and another token."""
    lines = [json.loads(line) for line in one_round()]
    for number in range(calls):
        turn, place = divmod(number, len(lines))
        line = lines[place]
        line["number"] = number + 1
        text = json.dumps({**line, "at": line["at"] + turn * 3_600_000_000}, separators=(",", ":"))
        yield text.replace("-5QBC5V-00", f"-{turn:06}-00").replace('"token":"', f'"token":"{turn:x}') + "\n"


def measured(program: str, file: Path) -> tuple[float, float, int, int]:
    """Run a program over a journal; return its seconds, its memory in MB, the calls, and the advice."""
    done = subprocess.run([sys.executable, "-c", program, str(file)], capture_output=True, text=True, check=True)
    seconds, kilobytes, calls, advice = json.loads(done.stdout)
    return seconds, kilobytes / (1024 if sys.platform != "darwin" else 1024 * 1024), calls, advice


def judge(calls: int, rounds: int = 3) -> bool:
    """Measure advice over a journal, print what was seen, and tell whether the bars are held."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "journal.jsonl"
        with file.open("w", encoding="utf-8") as lines:
            lines.writelines(journal(calls))
        pairs = [(measured(PLAIN, file), measured(JUDGED, file)) for _ in range(rounds)]
        size = file.stat().st_size / 1e6
    plain, seconds = median(pair[0][0] for pair in pairs), median(pair[1][0] for pair in pairs)
    megabytes, seen, advice = max(pair[1][1] for pair in pairs), pairs[0][1][2], pairs[0][1][3]
    assert (seen, advice) == (calls, 0), (seen, advice)
    held = seconds <= SECONDS and megabytes <= MEGABYTES
    print(f"advice over {calls:,} calls ({size:.0f} MB): {seconds:.2f} s of CPU, {megabytes:.0f} MB of memory")
    print(f"  json.loads of the same lines: {plain:.2f} s; ratio {seconds / plain:.2f}")
    print(f"  bars of {SECONDS} s and {MEGABYTES:.0f} MB: {'held' if held else 'NOT HELD'}")
    return held


def status(rounds: int, calls: int) -> bool:
    """Measure GET /status with and without what advice needs, and tell whether the bar is held."""
    variants = {}
    for name in ("with", "without"):
        command = [sys.executable, "-c", STATUS, str(Path(__file__).parent), name]
        variants[name] = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    seconds: dict[str, list[float]] = {name: [] for name in variants}
    for number in range(rounds + 1):
        for name in sorted(variants, reverse=bool(number % 2)):
            process = variants[name]
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(f"{calls}\n")
            process.stdin.flush()
            taken = float(process.stdout.readline())
            if number:  # the first round warms up
                seconds[name].append(taken)
    for process in variants.values():
        assert process.stdin is not None
        process.stdin.close()
        process.wait()
    ratio = median(without / own for own, without in zip(seconds["with"], seconds["without"], strict=True))
    own, without = (median(seconds[name]) / calls * 1e6 for name in ("with", "without"))
    print(
        f"GET /status: {own:.1f} µs with what advice needs, {without:.1f} µs without; {ratio:.3f} of the rate without"
    )
    print(f"  bar of {RATIO}: {'held' if ratio >= RATIO else 'NOT HELD'}")
    return ratio >= RATIO


def main() -> int:
    """Read the command line, measure, and return the exit status."""
    parser = argparse.ArgumentParser(description="Measure advice, and what the journal keeps for it.")
    parser.add_argument("--calls", type=int, default=100_000, help="calls of the journal that is judged")
    parser.add_argument("--rounds", type=int, default=40, help="of calls of GET /status")
    parser.add_argument("--status-calls", type=int, default=2_000, help="calls of GET /status in a round")
    given = parser.parse_args()
    held = [judge(given.calls), status(given.rounds, given.status_calls)]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
