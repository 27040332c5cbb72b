"""Judge a sample of the deliberate defects, as a user would: start the mock, run `pacsimile matrix`, end the mock.

    python scripts/sample_matrix.py [SEED]

SEED draws one in twenty defects of each file in `pacsimile_mock/defects/`, at least one. Without SEED, the day does, so
that a month of runs covers most of them. Exit status: that of `pacsimile matrix`, or 1 if the mock did not start, or if
a run without a defect takes more requests than the documentation says.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
from collections import defaultdict
from datetime import UTC, datetime
from math import ceil
from pathlib import Path

from pacsimile_mock.worlds.defect_registry import catalogue, find

ONE_IN = 20
MOST_REQUESTS = 1_000
"""Requests of a run at level standard, as `docs/verify.md` says: at five a second it ends within five minutes."""
COMMAND = (sys.executable, "-m", "pacsimile")


def sampled(seed: int) -> list[str]:
    """Draw names of defects: one in `ONE_IN` of each file, rounded up."""
    files: dict[str, list[str]] = defaultdict(list)
    for defect in catalogue():
        files[find(defect["name"]).override.__module__].append(defect["name"])
    draw = random.Random(seed)
    return [name for _, names in sorted(files.items()) for name in draw.sample(names, ceil(len(names) / ONE_IN))]


def _bounded(requests: int) -> int:
    """Return 0, or 1 where a run takes too many requests, and say so."""
    if requests <= MOST_REQUESTS:
        return 0
    print(f"a run at level standard takes {requests} requests, more than {MOST_REQUESTS}", file=sys.stderr)
    return 1


def main(arguments: list[str]) -> int:
    """Start the mock on a free port, judge the sample, and end the mock."""
    seed = int(arguments[0]) if arguments else datetime.now(UTC).toordinal()
    names = sampled(seed)
    print(f"{len(names)} of {len(catalogue())} defects; again: python scripts/sample_matrix.py {seed}", flush=True)
    serve = [*COMMAND, "serve", "--port", "0", "--json"]
    with subprocess.Popen(serve, stdout=subprocess.PIPE, text=True) as mock:
        try:
            line = mock.stdout.readline() if mock.stdout else ""
            if not line:
                print("the mock did not start", file=sys.stderr)
                return 1
            with tempfile.TemporaryDirectory() as folder:
                file = Path(folder) / "matrix.json"
                words = ["matrix", json.loads(line)["url"], "--defects", ",".join(names), "--json", str(file)]
                status = subprocess.run([*COMMAND, *words], check=False).returncode
                return status or _bounded(json.loads(file.read_text("utf-8"))["undamaged"][0]["requests"])
        finally:
            mock.terminate()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
