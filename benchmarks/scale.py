"""How ours behaves when there is much of everything: a million orders, 100,000 reports, 200,000 calls.

    python benchmarks/scale.py --orders 1000000

Two servers of ours in the same run, one with a thousand orders and one with very many, take turns under `wrk`. Exit
status 1 where a bar is not held.
"""

from __future__ import annotations

import argparse
import http.client
import json
import statistics
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from servers import CannotMeasure, Serving, pacsimile, processor_seconds
from status import load

FEW = 1_000
LISTED = 100_000
CALLS = 200_000
PATIENCE = 600.0


@dataclass
class Seen:
    """A figure, its bar, and whether it is held."""

    what: str
    figure: str
    bar: str
    held: bool


def control(serving: Serving, method: str, path: str, content: Any = None) -> Any:
    """Call the control API of a server that was started here."""
    connection = http.client.HTTPConnection(serving.host, serving.port, timeout=PATIENCE)
    try:
        headers = {"Authorization": f"Bearer {serving.control_token}"}
        connection.request(method, f"/_mock{path}", None if content is None else json.dumps(content), headers)
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    if answer.status >= 400:
        raise CannotMeasure(f"{path} answers {answer.status}: {body[:200]!r}")
    return json.loads(body) if body else None


def submit(serving: Serving, count: int, organization_id: str, status: str) -> float:
    """Submit so many orders at once; gives seconds."""
    began = time.perf_counter()
    plan = {"organization_id": organization_id, "status": status, "created_seconds_ago": 7200}
    control(serving, "POST", "/worlds/default/orders", {"count": count, **plan})
    return time.perf_counter() - began


def status_rates(few: Serving, many: Serving, rounds: int) -> Seen:
    """`GET /status` with very many orders against the same with a thousand."""
    rates: dict[int, list[float]] = {0: [], 1: []}
    for number in range(rounds + 1):
        for index, serving in enumerate((few, many)):
            rate, _ = load(serving, 4)
            if number > 0:
                rates[index].append(rate)
    ratio = statistics.median(rates[1]) / statistics.median(rates[0])
    return Seen("GET /status, ratio to 1,000 orders", f"{ratio:.2f}", "0.95", ratio >= 0.95)


def listing(serving: Serving) -> list[Seen]:
    """List 100,000 reports that wait, as a client does."""
    submit(serving, LISTED, "demo-clinic", "COMPLETED")
    token = clinic_token(serving)
    before, spent = serving.megabytes or 0.0, processor_seconds(serving.process.pid) or 0.0
    began = time.perf_counter()
    connection = http.client.HTTPConnection(serving.host, serving.port, timeout=PATIENCE)
    connection.request("GET", "/reports?organizationId=demo-clinic", headers={"Authorization": f"Bearer {token}"})
    body = connection.getresponse().read()
    seconds = time.perf_counter() - began
    spent = (processor_seconds(serving.process.pid) or 0.0) - spent
    connection.close()
    answer = json.loads(body)
    if answer["count"] < LISTED or len(answer["reports"]) != answer["count"]:
        raise CannotMeasure(f"the listing is not complete: {answer['count']}")
    more = (serving.megabytes or 0.0) - before
    return [
        Seen("GET /reports of 100,000, complete", f"{seconds:.2f} s", "0.5 s", seconds <= 0.5),
        Seen("processor time that it takes", f"{spent:.2f} s", "0.5 s", spent <= 0.5),
        Seen("memory that it takes", f"{more:.0f} MB", "200 MB", more <= 200),
    ]


def clinic_token(serving: Serving) -> str:
    """A token of the demo's second organization."""
    from servers import token_of

    return token_of(serving.host, serving.port, "demo-clinic", "demo-clinic-secret")


def flat(serving: Serving) -> Seen:
    """Memory after 200,000 calls with the journal on, against that after the first 20,000."""
    done = 0.0
    while done < CALLS / 10:
        done += load(serving, 2)[0] * 2
    before = serving.megabytes or 0.0
    while done < CALLS:
        done += load(serving, 4)[0] * 4
    after = serving.megabytes or 0.0
    return Seen(
        f"memory after {done:,.0f} calls, journal on", f"{before:.0f} → {after:.0f} MB", "flat", after <= before + 15
    )


def worlds(serving: Serving) -> Seen:
    """A new world, over HTTP."""
    taken = []
    for _ in range(50):
        began = time.perf_counter()
        made = control(serving, "POST", "/worlds", {})
        taken.append((time.perf_counter() - began) * 1000)
        control(serving, "DELETE", f"/worlds/{made['world']}")
    median = statistics.median(taken)
    return Seen("a new world of the demo scenario", f"{median:.1f} ms", "20 ms", median <= 20)


def measure(orders: int, rounds: int) -> bool:
    """Take all figures, print them, and tell whether every bar is held."""
    seen: list[Seen] = []
    with ExitStack() as stack:
        few, many = stack.enter_context(pacsimile()), stack.enter_context(pacsimile())
        seen += [flat(few), worlds(few), *listing(few)]
    with ExitStack() as stack:
        few, many = stack.enter_context(pacsimile()), stack.enter_context(pacsimile())
        submit(few, FEW, "demo-hospital", "RECEIVED")
        before = many.megabytes or 0.0
        seconds = submit(many, orders, "demo-hospital", "RECEIVED")
        seen.append(Seen(f"{orders:,} orders submitted in bulk", f"{seconds:.1f} s", "10 s for each 100,000",
                         seconds <= orders / 10_000))  # fmt: skip
        taken = ((many.megabytes or 0.0) - before) * 2**20 / orders
        seen.append(Seen("memory that each takes", f"{taken:.0f} bytes", "500 bytes", taken <= 500))
        seen.append(status_rates(few, many, rounds))
    for run in seen:
        print(f"  {run.what:<44} {run.figure:>16}   bar {run.bar:<22} {'held' if run.held else 'NOT HELD'}")
    return all(run.held for run in seen)


def main() -> int:
    """Measure as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    try:
        return 0 if measure(given.orders, given.rounds) else 1
    except CannotMeasure as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
