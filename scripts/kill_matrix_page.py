#!/usr/bin/env python
"""Write docs/kill_matrix.md from a matrix of all defects, or add one of some defects to it.

pacsimile matrix http://127.0.0.1:8080 --json matrix.json
scripts/kill_matrix_page.py matrix.json
scripts/kill_matrix_page.py --add some.json     # keep the rows of defects that this matrix lacks
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from pacsimile_mock.worlds.defect_registry import catalogue
from pacsimile_spec import requirements
from scripts.page_table import DOCS, between

PAGE = DOCS / "kill_matrix.md"
BEGIN = "<!-- Written by scripts/kill_matrix_page.py. -->\n"
ROW = re.compile(r"^\| (?P<requirement>[A-Z]+-\d+) \| `(?P<name>[^`]+)` \| .* \| (?P<fails>[^|]*) \|$", re.MULTILINE)

Matrix = dict[str, Any]
"""What `pacsimile matrix --json` writes."""


def main() -> int:
    """Read the matrix, write the page, and return the exit status."""
    parser = argparse.ArgumentParser(description="Write docs/kill_matrix.md from a matrix of all defects.")
    parser.add_argument("matrix", type=Path, help="what `pacsimile matrix --json` wrote")
    parser.add_argument("--add", action="store_true", help="keep the rows of defects that the matrix lacks")
    given = parser.parse_args()
    matrix: Matrix = json.loads(given.matrix.read_text("utf-8"))
    page = PAGE.read_text("utf-8")
    PAGE.write_text(between(page, BEGIN, lines(added(page, matrix) if given.add else matrix)), "utf-8")
    return 0


def added(page: str, matrix: Matrix) -> Matrix:
    """Return a matrix with the rows of a page that it lacks, as far as the mock still has their defects."""
    known = {entry["name"]: entry for entry in catalogue()}
    judged = {defect["name"] for defect in matrix["defects"]}
    rows = (row for row in ROW.finditer(page) if row["name"] in known and row["name"] not in judged)
    defects = [*(_read(row, known[row["name"]]["summary"]) for row in rows), *matrix["defects"]]
    must = [defect for defect in defects if defect["level"] == "MUST"]
    red = [len(defect["killed_by"]) for defect in must if defect["killed_by"]]
    summary = {
        "must": len(must), "must_killed": sum(defect["outcome"] == "killed" for defect in must),
        "median_red": median(red), "most_red": max(red),
    }  # fmt: skip
    return {**matrix, "defects": defects, "summary": summary}


def _read(row: re.Match[str], summary: str) -> Matrix:
    """Return the defect of a row."""
    requirement, fails = row["requirement"], row["fails"].split(", ")
    level = requirements()[requirement].level
    red = [name for name in fails if name in requirements()]
    return {
        "name": row["name"], "requirement": requirement, "level": level, "summary": summary,
        "outcome": "killed" if requirement in red else "survived", "crashed": fails == ["an error"],
        "killed_by": red if level == "MUST" else [], "warned_by": [] if level == "MUST" else red,
    }  # fmt: skip


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
