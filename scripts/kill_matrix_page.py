#!/usr/bin/env python
"""Write docs/kill_matrix.md from a matrix of all defects.

pacsimile matrix http://127.0.0.1:8080 --json matrix.json
scripts/kill_matrix_page.py matrix.json
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from pacsimile_spec import requirements
from scripts.page_table import DOCS, between

PAGE = DOCS / "kill_matrix.md"
BEGIN = "<!-- Written by scripts/kill_matrix_page.py. -->\n"

Matrix = dict[str, Any]
"""What `pacsimile matrix --json` writes."""


def main() -> int:
    """Read the matrix, write the page, and return the exit status."""
    parser = argparse.ArgumentParser(description="Write docs/kill_matrix.md from a matrix of all defects.")
    parser.add_argument("matrix", type=Path, help="what `pacsimile matrix --json` wrote")
    matrix: Matrix = json.loads(parser.parse_args().matrix.read_text("utf-8"))
    PAGE.write_text(between(PAGE.read_text("utf-8"), BEGIN, lines(matrix)), "utf-8")
    return 0


def lines(matrix: Matrix) -> Iterator[str]:
    """Yield the figures, and a table for each group of requirements."""
    yield from _figures(matrix)
    ids = list(requirements())
    defects = sorted(matrix["defects"], key=lambda defect: ids.index(defect["requirement"]))
    for group, members in groupby(defects, key=lambda defect: defect["requirement"].partition("-")[0]):
        yield from ("", f"## {group}", "", "| broken | defect | what it does | fails |", "|---|---|---|---|")
        yield from map(_row, members)


def _figures(matrix: Matrix) -> Iterator[str]:
    defects, summary = matrix["defects"], matrix["summary"]
    should = [defect for defect in defects if defect["level"] != "MUST"]
    killed = sum(defect["outcome"] == "killed" for defect in should)
    yield from ("| | |", "|---|---|")
    must = _share(summary["must_killed"], summary["must"])
    yield f"| defects that break a MUST, killed by the requirement that they break | {must} |"
    yield f"| defects that break a SHOULD, likewise | {_share(killed, len(should))} |"
    yield f"| the mock without a defect | {'clean' if _clean(matrix['undamaged']) else 'not clean'} |"
    yield f"| requirements that the median defect fails | {summary['median_red']:g} |"
    yield f"| requirements that the worst defect fails | {summary['most_red']} |"
    yield f"| requests of a run, without a defect | {matrix['undamaged'][0]['requests']:,} |"


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({part / whole:.0%})" if whole else "none"


def _clean(undamaged: Sequence[Matrix]) -> bool:
    return not any(row["killed_by"] or row["warned_by"] or row["errors"] or row["crashed"] for row in undamaged)


def _row(defect: Matrix) -> str:
    """Return a row; the requirements that fail, or, of a SHOULD, also those that warn."""
    red = [*defect["killed_by"], *(defect["warned_by"] if defect["level"] != "MUST" else ())]
    fails = ", ".join(red) or ("an error" if defect["crashed"] else "nothing")
    cells = (defect["requirement"], f"`{defect['name']}`", defect["summary"], fails)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    sys.exit(main())
