"""Both measurements in one run: the start, then `GET /status`; what each prints ends with its bar, held or not.

python benchmarks/compare.py
"""

from __future__ import annotations

import sys

import start
import status


def main() -> int:
    """Measure both with their defaults; the exit status is the worse of the two."""
    return max(start.main(), status.main())


if __name__ == "__main__":
    sys.exit(main())
