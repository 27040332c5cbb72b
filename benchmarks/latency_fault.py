"""Whether a latency fault holds up anybody else: eight calls are held for one second, again and again; others go on.

    python benchmarks/latency_fault.py --seconds 10

The fault is set as its users set it, by `pacsimile fault`, on `getOrderIds`; eight clients call that, and one calls
`GET /status` on a kept connection, without and with the eight. Exit status 1 where its p99 is over 50 ms.
"""

from __future__ import annotations

import argparse
import http.client
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from servers import PATIENCE, CannotMeasure, Serving, pacsimile

BAR = 50.0
"""Milliseconds, of the 99th percentile."""
HELD = 8
"""Calls that are held at any time."""
DELAY = 1.0
"""Seconds."""


def measure(seconds: float) -> bool:
    """Measure without and with the held calls, print what was seen, and tell whether the bar is held."""
    with pacsimile() as serving:
        study_uid = json.loads(_called(_connection(serving), serving, serving.target))["study_uid"]
        alone = _latencies(serving, seconds)
        _set_fault(serving)
        with _held(serving, f"/orderId?study_uid={study_uid}") as waits:
            beside = _latencies(serving, seconds)
    print(f"GET /status in milliseconds, {seconds:g} s each: median, p99, worst")
    for name, samples in (("alone", alone), (f"beside {HELD} held calls", beside)):
        times = f"{_at(samples, 0.5):.2f}  {_at(samples, 0.99):.2f}  {samples[-1]:.2f}"
        print(f"  {name:<24} {times}  of {len(samples)} calls")
    held = _at(beside, 0.99) <= BAR and len(waits) >= HELD
    print(f"  {len(waits)} calls were held, for {min(waits, default=0):.3f} to {max(waits, default=0):.3f} s")
    print(f"  bar {BAR:g} ms: {'held' if held else 'NOT HELD'}")
    return held


def _set_fault(serving: Serving) -> None:
    program = Path(sys.executable).with_name("pacsimile")
    url = f"http://{serving.host}:{serving.port}"
    command: list[str | Path] = [program, "fault", f"{DELAY:g}s", "--operation", "getOrderIds", "--url", url]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise CannotMeasure(f"the fault could not be set: {done.stderr.strip()}")


@contextmanager
def _held(serving: Serving, target: str) -> Iterator[list[float]]:
    """Keep calls waiting while the block runs; gives how long each took, in seconds, those complete at its end."""
    waits: list[float] = []
    over = threading.Event()

    def wait() -> None:
        connection = _connection(serving)
        while not over.is_set():
            began = time.perf_counter()
            _called(connection, serving, target)
            waits.append(time.perf_counter() - began)

    threads = [threading.Thread(target=wait, daemon=True) for _ in range(HELD)]
    for thread in threads:
        thread.start()
    time.sleep(DELAY / 4)  # all of them wait by now
    try:
        yield waits
    finally:
        over.set()
        for thread in threads:
            thread.join()


def _latencies(serving: Serving, seconds: float) -> list[float]:
    """How long calls took, in milliseconds, in order of length."""
    connection, samples, ends = _connection(serving), [], time.perf_counter() + seconds
    while (began := time.perf_counter()) < ends:
        _called(connection, serving, serving.target)
        samples.append((time.perf_counter() - began) * 1000)
    return sorted(samples)


def _connection(serving: Serving) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(serving.host, serving.port, timeout=PATIENCE)


def _called(connection: http.client.HTTPConnection, serving: Serving, target: str) -> bytes:
    connection.request("GET", target, headers={"Authorization": f"Bearer {serving.token}"})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise CannotMeasure(f"{target.partition('?')[0]} answers {answer.status}: {body[:200]!r}")
    return body


def _at(samples: list[float], share: float) -> float:
    return samples[min(int(len(samples) * share), len(samples) - 1)]


def main() -> int:
    """Read the command line, and measure."""
    parser = argparse.ArgumentParser(description="Measure GET /status beside calls that a latency fault holds.")
    parser.add_argument("--seconds", type=float, default=10.0, help="without and with the held calls, each")
    try:
        return 0 if measure(max(parser.parse_args().seconds, 2.0)) else 1
    except CannotMeasure as error:
        print(f"latency_fault: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
