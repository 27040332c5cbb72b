"""Judge servers of which one module is a mutant, and tell how many of them `pacsimile verify` notices.

    python scripts/mutation/judge.py small_server [--count 60] [--seed 1] [--occasional] [--again]

The servers are the mock and those of `examples/` in Python. What serves operations is mutated, not what makes test
data. With `--occasional`, a mutant acts on some occasions alone, which `occasions.py` lists. Results are appended to
`build/mutation/`; started again, it goes on where it was stopped. What survives is printed, unless `survivors.yaml`
says what it is: `equivalent` changes no answer, `permitted` changes what the contract leaves free, `beyond` needs what
no run sends, such as ten thousand tokens, and `missed` is a defect that should be noticed. `--again` judges those again
that are missed, not explained or undecided: no verdict came of them in time. An `idle` mutant never acted. Needs the
extra `mutation`; not on Windows.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import yaml
from mutants import ROOT, Mutant, draw
from occasions import OCCASIONS

sys.path.insert(0, str(ROOT))

from scripts.panels.servers import environment, options, started, verify_arguments

HERE = Path(__file__).parent
BUILD = ROOT / "build" / "mutation"
PATIENCE = 400
"""Seconds for a run. An undamaged server takes a few of them."""

KEY = ("path", "operator", "occurrence", "occasion", "before", "after")
CHANGE = ("path", "occasion", "before", "after")
UNNOTICEABLE = ("equivalent", "permitted", "beyond")
"""What `survivors.yaml` says of survivors that no run can notice."""


HEAD = """
| server | places | seed | drawn | idle | undecided | killed | equivalent | permitted | beyond | missed | share |
|---|---|---|---|---|---|---|---|---|---|---|---|"""
Result = dict[str, Any]


def modules(folder: str, names: str) -> tuple[str, ...]:
    """Return the paths of modules in a folder."""
    return tuple(f"{folder}/{name}" for name in names.split())


SOURCES = {
    "small_server": modules(
        "examples/small_server/small_server",
        "api.py backlog.py body.py clock.py groups.py hl7v2.py orders.py parameters.py problems.py reports.py "
        "tokens.py wire.py",
    ),
    "starlette_server": modules(
        "examples/starlette_server/starlette_server",
        "answers.py app.py authorization.py bodies.py clock.py documents.py grants.py groups.py inbox.py orders.py "
        "problems.py query.py service.py tokens.py",
    ),
    "mock": modules("mock/pacsimile_mock", "calls oauth2 orders queue reports"),
}


def judge(server: str, level: str, mutant: Mutant) -> Result:
    """Judge a server with a mutant, and return the result."""
    before, after = mutant.change()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder, "mutant.txt")
        text.write_text(mutant.source(), "utf-8")
        acted = Path(folder, "acted")
        script = [str(HERE / "serve.py"), server, mutant.path, str(text), str(acted), *options(server)]
        try:
            with started(script, server) as line:
                outcome, by = verify(server, level, line, folder)
            if mutant.occasion and not acted.exists():
                outcome = "idle"
        except RuntimeError:
            outcome, by = "crashed", []
        except subprocess.TimeoutExpired:
            outcome, by = "timeout", []
    seconds = round(time.monotonic() - began, 1)
    print(f"{outcome} {mutant.path}:{mutant.line} {mutant.occasion} {', '.join(by)} ({seconds} s)", flush=True)
    return asdict(mutant) | {"before": before, "after": after, "outcome": outcome, "by": by, "seconds": seconds}


def verify(server: str, level: str, line: dict[str, Any], folder: str) -> tuple[str, list[str]]:
    """Judge a running server until the first failure. Return the outcome, and the requirements that are not met."""
    command = [sys.executable, "-m", "pacsimile", "verify", *verify_arguments(server, line, folder)]
    more = ["--fail-fast", "--level", level, "--report", folder]
    run = partial(subprocess.run, capture_output=True, text=True, check=False, env=environment(server))
    done = run([*command, *more], timeout=PATIENCE)
    report = Path(folder, "report.json")
    if done.returncode == 2 or not report.exists():
        return "killed", ["mistake"]
    rows = json.loads(report.read_text("utf-8"))["verdicts"]
    by = [row["requirement"] for row in rows if row["verdict"] == "FAIL"]
    remarks = [f"{row['requirement']} {row['verdict']}" for row in rows if row["verdict"] in ("ERROR", "WARN")]
    if not by and done.returncode:
        return "no verdict", [f"exit status {done.returncode}", *remarks]
    return ("killed", by) if done.returncode else ("survived", remarks)


def explained(result: Result) -> str | None:
    """Return what `survivors.yaml` says of a survivor, or None."""
    entries = yaml.safe_load((HERE / "survivors.yaml").read_text("utf-8")) or []
    return next((e["kind"] for e in entries if all(result[key] == e[key] for key in CHANGE if key in e)), None)


def summary(server: str, seed: int, places: int, results: list[Result]) -> str:
    """Return the figures as a row of a table."""
    outcomes = Counter(result["outcome"] for result in results)
    survivors = Counter(explained(result) for result in results if result["outcome"] == "survived")
    killed, missed = outcomes["killed"] + outcomes["crashed"], survivors["missed"] + survivors[None]
    undecided = outcomes["no verdict"] + outcomes["timeout"]
    share = f"{100 * killed / (killed + missed):.0f} %" if killed + missed else "-"
    kinds = [survivors[kind] for kind in UNNOTICEABLE]
    cells = [server, places, seed, len(results), outcomes["idle"], undecided, killed, *kinds, missed, share]
    return f"| {' | '.join(map(str, cells))} |"


def main() -> int:
    """Judge the drawn mutants that have no result yet. Return 1 if a survivor is not explained."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("server", choices=SOURCES)
    parser.add_argument("--count", type=int, default=60, help="how many mutants are drawn")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--level", default="standard")
    parser.add_argument("--jobs", type=int, default=2, help="how many are judged at once")
    parser.add_argument("--occasional", action="store_true", help="each mutant acts on some occasions alone")
    parser.add_argument("--again", action="store_true", help="judge those again that a run may notice now")
    given = parser.parse_args()
    os.chdir(ROOT)
    BUILD.mkdir(parents=True, exist_ok=True)
    mutants, places = draw(SOURCES[given.server], given.seed, given.count, OCCASIONS if given.occasional else ("",))
    file = BUILD / f"{given.server}-{given.level}-{given.seed}{'-occasional' * given.occasional}.jsonl"
    results = [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []
    if given.again:
        decided = ("killed", "crashed", "idle")
        results = [result for result in results if result["outcome"] in decided or explained(result) in UNNOTICEABLE]
    drawn = {
        (mutant.path, mutant.operator, mutant.occurrence, mutant.occasion, *mutant.change()): mutant
        for mutant in mutants
    }
    results = [result for result in results if tuple(result[key] for key in KEY) in drawn]
    file.write_text("".join(json.dumps(result) + "\n" for result in results), "utf-8")
    known = {tuple(result[key] for key in KEY) for result in results}
    waiting = [mutant for key, mutant in drawn.items() if key not in known]
    with file.open("a", encoding="utf-8") as output, ThreadPoolExecutor(given.jobs) as pool:
        for result in pool.map(partial(judge, given.server, given.level), waiting):
            results.append(result)
            print(json.dumps(result), file=output, flush=True)
    survivors = [result for result in results if result["outcome"] == "survived" and explained(result) is None]
    for result in survivors:
        print(f"\nsurvived: {result['path']}:{result['line']} {result['occasion']}")
        print(f"- {result['before']}\n+ {result['after']}")
    print(HEAD)
    print(summary(given.server, given.seed, places, results))
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
