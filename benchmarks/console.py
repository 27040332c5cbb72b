"""What an open page of the console costs `GET /status`: with the journal's page open, against without, in turn.

    python benchmarks/console.py --rounds 9 --seconds 3

The page is a process that signs in and reads the page's stream, as a browser does; what a browser needs to draw the
rows is not in it. Exit status 1 where the rate beside the page is less than 0.9 of that without, 2 where something is
missing.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from servers import CannotMeasure, Serving, pacsimile
from status import CONNECTIONS, load

BAR = 0.9
PAGE = """
import http.client, sys
from pacsimile_mock.console.access import COOKIE, new_session
connection = http.client.HTTPConnection(sys.argv[1], int(sys.argv[2]))
headers = {"Cookie": f"{COOKIE}={new_session(sys.argv[3])}"}
connection.request("GET", "/_mock/ui/worlds/default/journal/stream", headers=headers)
answer = connection.getresponse()
print(answer.status, flush=True)
while answer.readline():
    pass
"""


@contextmanager
def opened(serving: Serving) -> Iterator[None]:
    """Open the journal's page."""
    command = [sys.executable, "-c", PAGE, serving.host, str(serving.port), serving.control_token]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as page:
        assert page.stdout is not None
        if page.stdout.readline().strip() != "200":
            raise CannotMeasure("the console does not let us in")
        try:
            yield
        finally:
            page.kill()


def measure(rounds: int, seconds: int) -> bool:
    """Load ours with and without the page, print what was seen, and tell whether the bar is held."""
    rates: dict[str, list[float]] = {"without": [], "beside the page": []}
    with pacsimile() as serving:
        load(serving, seconds)  # to warm up
        for _ in range(rounds):
            rates["without"].append(load(serving, seconds)[0])
            with opened(serving):
                rates["beside the page"].append(load(serving, seconds)[0])
    without, beside = (statistics.median(seen) for seen in rates.values())
    print(f"GET /status at {CONNECTIONS} connections, medians of {rounds} rounds of {seconds} s, in turn")
    print(f"  without {without:,.0f}/s, beside an open page of the console {beside:,.0f}/s")
    print(f"  ratio {beside / without:.3f}, bar {BAR}: {'held' if beside >= BAR * without else 'NOT HELD'}")
    print(json.dumps({"ratio": beside / without, "rates": rates}))
    return beside >= BAR * without


def main() -> int:
    """Read the command line, and measure."""
    parser = argparse.ArgumentParser(description="Measure what an open page of the console costs.")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=int, default=3, help="that the server is loaded in a round")
    given = parser.parse_args()
    if shutil.which("wrk") is None:
        print("console: wrk is missing, which makes the load: apt install wrk", file=sys.stderr)
        return 2
    try:
        return 0 if measure(max(given.rounds, 1), max(given.seconds, 1)) else 1
    except CannotMeasure as error:
        print(f"console: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
