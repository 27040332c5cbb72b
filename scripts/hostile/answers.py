#!/usr/bin/env python
"""Judge services that give hostile answers at one place: each run ends in time, within its memory, with a report.

    scripts/hostile/answers.py                                a draw of 40 cases of seed 1
    scripts/hostile/answers.py --count 5 --seed 7
    scripts/hostile/answers.py --kind gzip --place listing    only those whose names contain this
    scripts/hostile/answers.py --all results.jsonl            each kind at each place that is not in the file yet

With `--all`, each result is appended to the file, so that a stopped run can continue, and a table of all kinds and
places follows. Two runs at a time take 20 to 35 minutes on two idle cores. On busy cores, some runs are late.

Exit status 1 if a run ends with a traceback, a wrong exit status, too late, with too much memory, or without a report.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from contract_tests.tests.helpers.command import COMMAND, environment
from contract_tests.tests.helpers.hostile_answers import KINDS, MEBIBYTE, PLACES, RawHandler, hostile
from contract_tests.tests.helpers.varied_server import varied

MAX_TIME, AFTER = 10, 5
"""Seconds that a run may take, and seconds that it may take beyond them to end."""
MOST_REQUESTS = 200
"""The limit of requests. Generated input uses what the other scenarios leave, and more of it would only take longer."""
MOST_MEMORY = 500
"""In MiB."""
MEASURED = """
import resource, subprocess, sys
resource.setrlimit(resource.RLIMIT_DATA, (int(sys.argv[2]), int(sys.argv[2])))
try:
    status = subprocess.call(sys.argv[3:], timeout=100)
except subprocess.TimeoutExpired:
    status = 124
used = resource.getrusage(resource.RUSAGE_CHILDREN)
open(sys.argv[1], "w").write(f"{used.ru_maxrss // 1024} {used.ru_utime + used.ru_stime:.1f}")
sys.exit(status % 256)
"""
"""Run a command with limited memory, and write its peak memory (MiB) and processor time (s).

A command that has not ended after 100 s is ended, with the status 124.

A child of a large process would begin with the memory of its parent.
"""
ENDS = {"token": (0, 1, 2, 3, 4), "state": (0, 1, 2, 3, 4)}
"""The right exit statuses by place. At other places, 0, 1 and 3 are right, because a wrong answer is a finding.

If the token endpoint does not answer in HTTP, nothing can be judged (4). If it redirects, its address in the target
file is wrong (2). The answers of a state URL are not judged (2, 4).
"""
JUDGED = ("PROTO-*", "AUTH-1", "AUTH-3", "STATUS-*", "ORDERID-1", "RESULTS-1", "GROUP-1", "BATCH-1", "BATCH-5", "SEC-5")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the run against such a service ended: its problems, and a line of figures."""

    place: str
    kind: str
    wrong: list[str]
    figures: str

    def __str__(self) -> str:
        """Return it as a line."""
        verdict = "LOST " + ", ".join(self.wrong) if self.wrong else "held"
        return f"{verdict}: {self.kind} at {self.place}: {self.figures}"


def outcome(place: str, kind: str, folder: Path) -> Outcome:
    """Judge one case, with files in this folder."""
    with varied(answering=hostile(place, kind), handler=RawHandler) as line:
        client = line["client"]
        file = folder / "target.yaml"
        file.write_text(
            f"base_url: {line['url']}\noauth2_endpoint: {line['oauth2_endpoint']}\n"
            f"organization_id: {client.organization_id}\nclients: {{primary: {{id: T_ID, secret: T_SECRET}}}}\n"
            f"states: {{url: {line['states_url']}, token: T_STATES}}\nlisting: {{allowed: true}}\n"
            f"profile: strict\nlimits: {{max_time: {MAX_TIME}, timeout: 3s, max_requests: {MOST_REQUESTS}}}\n",
            "utf-8",
        )
        words = [*COMMAND, "--target", str(file), "--report", str(folder / "report")]
        words += [word for name in JUDGED for word in ("--requirement", name)]
        secrets = {"T_ID": client.client_id, "T_SECRET": client.client_secret, "T_STATES": line["states_token"]}
        began = time.monotonic()
        measured = [sys.executable, "-c", MEASURED, str(folder / "used"), str(MOST_MEMORY * MEBIBYTE), *words]
        process = subprocess.run(
            measured, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment(**secrets), check=False
        )
        text = process.stdout.decode("utf-8", "replace")
        seconds, (memory, busy) = time.monotonic() - began, (folder / "used").read_text().split()
    status = process.returncode
    wrong = [what for what, broken in {
        "a traceback": "Traceback" in text, f"exit status {status}": status not in ENDS.get(place, (0, 1, 3)),
        "too late": seconds > MAX_TIME + AFTER, "too much memory": int(memory) > MOST_MEMORY,
        "no report": not (folder / "report" / "report.json").exists(),
    }.items() if broken]  # fmt: skip
    bounds = _bounds(folder / "report" / "report.json")
    figures = f"exit {status}, {seconds:.1f} s ({busy} s busy), {memory} MiB{bounds}"
    return Outcome(place, kind, wrong, figures + (text[-1500:] if wrong else ""))


def _bounds(report: Path) -> str:
    if not report.exists():
        return ""
    verdicts = {each["requirement"]: each for each in json.loads(report.read_text("utf-8"))["verdicts"]}
    verdict = verdicts["PROTO-3"]
    return f", PROTO-3 {verdict['verdict']}: {verdict['summary'][:120]}"


def _judged(case: tuple[str, str]) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        result = outcome(*case, Path(folder))
    print(result, flush=True)
    return result


def judge_all(results: Path) -> dict[tuple[str, str], Outcome]:
    """Judge each case that is not in the file, two at a time. Append the results, and return all by case."""
    lines = results.read_text("utf-8").splitlines() if results.exists() else []
    outcomes = {(known.place, known.kind): known for known in (Outcome(**json.loads(line)) for line in lines)}
    left = [case for case in itertools.product(PLACES, KINDS) if case not in outcomes]
    with ThreadPoolExecutor(2) as pool, results.open("a", encoding="utf-8") as file:
        for judged in pool.map(_judged, left):
            outcomes[judged.place, judged.kind] = judged
            print(json.dumps(asdict(judged)), file=file, flush=True)
    return outcomes


def table(outcomes: Mapping[tuple[str, str], Outcome]) -> str:
    """Return a row per kind and a column per place: `.` if all was right, else the number of a note below the table."""
    wrong = list(dict.fromkeys(", ".join(each.wrong) for each in outcomes.values() if each.wrong))
    width = max(map(len, KINDS))
    lines = [f"{'':{width}} {' '.join(PLACES)}"]
    for kind in KINDS:
        cells = (", ".join(outcomes[place, kind].wrong) for place in PLACES)
        marks = (str(wrong.index(cell) + 1) if cell else "." for cell in cells)
        lines.append(f"{kind:{width}} {' '.join(map(str.center, marks, map(len, PLACES)))}".rstrip())
    return "\n".join([*lines, *(f"{number}: {text}" for number, text in enumerate(wrong, 1))])


def main() -> int:
    """Judge the cases, and print the problems."""
    parser = argparse.ArgumentParser(description="Judge services that answer in a hostile way.")
    parser.add_argument("--all", type=Path, metavar="RESULTS", help="judge each case that this file has no result of")
    parser.add_argument("--count", type=int, default=40, help="how many cases are drawn")
    parser.add_argument("--seed", type=int, default=1, help="what they are drawn from")
    parser.add_argument("--kind", default="", help="cases alone whose kind's name holds this")
    parser.add_argument("--place", default="", help="cases alone whose place's name holds this")
    given = parser.parse_args()
    if given.all:
        outcomes = judge_all(given.all)
        print(table(outcomes))
        outcomes = list(outcomes.values())
    else:
        cases = [case for case in itertools.product(PLACES, KINDS) if given.place in case[0] and given.kind in case[1]]
        outcomes = list(map(_judged, random.Random(given.seed).sample(cases, min(given.count, len(cases)))))
    lost = sum(bool(each.wrong) for each in outcomes)
    print(f"{len(outcomes)} cases: {lost} lost")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
