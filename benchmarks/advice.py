"""How long advice takes over a journal of 100,000 calls, how much memory, and what keeping it costs `GET /status`.

    python benchmarks/advice.py [--calls 100000] [--rounds 1500]

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
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

SECONDS, MEGABYTES, RATIO = 2.0, 100.0, 0.98
"""Bars: CPU seconds that judge 100,000 calls, what the memory grows by, and the rate with what advice needs."""
BLOCK = 40
"""Calls of GET /status at a time: so few that a neighbour's load meets both variants."""
REPORTS = 20
"""Reports of a client's round: a listing, a status and a fetch of each, and an acknowledgement."""

HIGHEST = """
import json, sys, time
from pathlib import Path
def highest():
    status = Path("/proc/self/status")  # getrusage counts what the process was before it became Python
    if status.exists():
        return int(next(line for line in status.read_text().splitlines() if line.startswith("VmHWM")).split()[1])
    import resource
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform == "darwin" else 1)
"""
PLAIN = f"""{HIGHEST}
began, bare = time.process_time(), highest()
with open(sys.argv[1], encoding="utf-8") as lines:
    number = sum(1 for line in lines if json.loads(line))
print(json.dumps([time.process_time() - began, highest() - bare, number, 0]))
"""
JUDGED = f"""{HIGHEST}
began = time.process_time()
from pacsimile.advice import _of_file
bare = highest()
judged, _ = _of_file(Path(sys.argv[1]))
print(json.dumps([time.process_time() - began, highest() - bare, judged["calls"], len(judged["advice"])]))
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
        self.wsgi = create_app(self.state)
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
        text = text.replace("-5QBC5V-00", f"-{turn:06}-00").replace('"token":"', f'"token":"{turn:x}')
        yield text.replace(".8673419672009285157.", f".86734196720{turn:08}.") + "\n"


def measured(program: str, file: Path) -> tuple[float, float, int, int]:
    """Run a program over a journal; return its seconds, its memory in MB, the calls, and the advice."""
    done = subprocess.run([sys.executable, "-c", program, str(file)], capture_output=True, text=True, check=True)
    seconds, kilobytes, calls, advice = json.loads(done.stdout)
    return seconds, kilobytes / 1024, calls, advice


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
    print(f"advice over {calls:,} calls ({size:.0f} MB): {seconds:.2f} s of CPU, {megabytes:.0f} MB of memory more")
    print(f"  json.loads of the same lines: {plain:.2f} s; ratio {seconds / plain:.2f}")
    print(f"  bars of {SECONDS} s and {MEGABYTES:.0f} MB: {'held' if held else 'NOT HELD'}")
    return held


def status(rounds: int) -> bool:
    """Measure GET /status with and without what advice needs, and tell whether the bar is held.

    Both are asked in one process, some calls at a time in turn, with a journal that is full.
    """
    from pacsimile_mock.journal import journal
    from pacsimile_mock.journal.store import BOUND

    service = InProcess()
    query, bearer = f"order_id={service.submit(1)[0]}", f"Bearer {service.token()}"
    variants = {"with": (journal.note, journal.observe), "without": (lambda *_: None, lambda *_: None)}
    seconds: dict[str, list[float]] = {name: [] for name in variants}
    for _ in range(BOUND + 1_000):
        service.call("GET", "/status", query, bearer)
    for number in range(rounds):
        for name in sorted(variants, reverse=bool(number % 2)):
            journal.note, journal.observe = variants[name]  # type: ignore[assignment]
            began = time.process_time()
            for _ in range(BLOCK):
                service.call("GET", "/status", query, bearer)
            seconds[name].append(time.process_time() - began)
    ratio = median(without / own for own, without in zip(seconds["with"], seconds["without"], strict=True))
    own, without = (median(seconds[name]) / BLOCK * 1e6 for name in ("with", "without"))
    print(f"GET /status: {own:.1f} \u00b5s with what advice needs, {without:.1f} \u00b5s without; ratio {ratio:.3f}")
    print(f"  bar of {RATIO}: {'held' if ratio >= RATIO else 'NOT HELD'}")
    return ratio >= RATIO


def main() -> int:
    """Read the command line, measure, and return the exit status."""
    parser = argparse.ArgumentParser(description="Measure advice, and what the journal keeps for it.")
    parser.add_argument("--calls", type=int, default=100_000, help="calls of the journal that is judged")
    parser.add_argument("--rounds", type=int, default=1_500, help=f"of {BLOCK} calls of GET /status")
    given = parser.parse_args()
    held = [judge(given.calls), status(given.rounds)]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
