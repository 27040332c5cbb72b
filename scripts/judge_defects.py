"""Judge the deliberate defects, all or a sample, as a user would: start mocks, run `pacsimile matrix`, end the mocks.

    make matrix                                   all defects
    make matrix ARGS="--json FILE"                the same, written to a file
    python scripts/judge_defects.py --sample 1    those that the seed 1 draws

A sample has one in twenty defects of each file in `pacsimile_mock/defects/`, at least one. Exit status: that of
`pacsimile matrix`, or 1 if a mock did not start, or if a run without a defect takes more requests than the
documentation says.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
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


@contextmanager
def _mock() -> Iterator[str]:
    """Run a mock on a free port until the block ends; give its address, or nothing where it did not start."""
    serve = [*COMMAND, "serve", "--port", "0", "--json"]
    with subprocess.Popen(serve, stdout=subprocess.PIPE, text=True) as mock:
        try:
            line = mock.stdout.readline() if mock.stdout else ""
            yield json.loads(line)["url"] if line else ""
        finally:
            mock.terminate()


def _bounded(requests: int) -> int:
    """Return 0, or 1 where a run takes too many requests, and say so."""
    if requests <= MOST_REQUESTS:
        return 0
    print(f"a run at level standard takes {requests} requests, more than {MOST_REQUESTS}", file=sys.stderr)
    return 1


def judge(names: Sequence[str], mocks: int, file: Path | None) -> int:
    """Judge these defects, or all where none is named, on so many mocks. Write the matrix to the file.

    Return the exit status.
    """
    with ExitStack() as running, tempfile.TemporaryDirectory() as folder:
        urls = [running.enter_context(_mock()) for _ in range(mocks)]
        if not all(urls):
            print("a mock did not start", file=sys.stderr)
            return 1
        file = file or Path(folder) / "matrix.json"
        words = [*urls, "--json", str(file), *(["--defects", ",".join(names)] if names else [])]
        status = subprocess.run([*COMMAND, "matrix", *words], check=False).returncode
        return status or _bounded(json.loads(file.read_text("utf-8"))["undamaged"][0]["requests"])


def main() -> int:
    """Do what the arguments ask, and return the exit status."""
    parser = argparse.ArgumentParser(description="Judge the deliberate defects: all, or a sample.")
    parser.add_argument("--sample", type=int, metavar="SEED", help="a sample that this seed draws")
    parser.add_argument("--mocks", type=int, default=2, help="how many mocks serve them")
    parser.add_argument("--json", type=Path, metavar="FILE", help="where `pacsimile matrix` writes what it found")
    given = parser.parse_args()
    names = [] if given.sample is None else sampled(given.sample)
    if names:
        again = f"python scripts/judge_defects.py --sample {given.sample}"
        print(f"{len(names)} of {len(catalogue())} defects; again: {again}", flush=True)
    return judge(names, given.mocks, given.json)


if __name__ == "__main__":
    sys.exit(main())
