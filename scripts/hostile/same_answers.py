#!/usr/bin/env python
"""Send hostile requests to a path, and to the same path below a world's prefix. Check that the answers are the same.

    scripts/hostile/same_answers.py                         3,000 requests to each, to a mock started for it
    scripts/hostile/same_answers.py --count 300 --seed 7

Exit status 1 if two answers differ, or if the mock writes anything to standard error.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from mock.tests.helpers.hostile_requests import WORLD, differences
from mock.tests.helpers.served import serving

SHOWN = 5


def main() -> int:
    """Send the requests, and print where the answers differ."""
    parser = argparse.ArgumentParser(description="Compare the answers of a path and of the same path in a world.")
    parser.add_argument("--count", type=int, default=3_000, help="how many requests each gets")
    parser.add_argument("--seed", type=int, default=1, help="what they are drawn from")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder), "--pace", "manual") as served:
        mismatches = differences(served, given.seed, given.count)
    for request, plain, prefixed in mismatches[:SHOWN]:
        print(request.to(b"")[:300], plain[:600], request.to(WORLD)[:300], prefixed[:600], "", sep="\n")
    answered = f"{len(mismatches)} answered otherwise in the world's prefix"
    print(f"{given.count} requests of seed {given.seed} to each: {answered}")
    return 1 if mismatches else 0


if __name__ == "__main__":
    sys.exit(main())
