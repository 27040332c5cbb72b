"""Draw mutants of the checkers or of the mock's services by a seed, and tell how many the tests notice.

    python scripts/mutation/run.py checkers [--count 150] [--seed 1] [--survivors]

Each mutant meets the tests that run its statement, the quickest first, until one fails. Results are appended to
`build/mutation/`; started again, it goes on where it was stopped. A survivor that no test could notice stands in
`equivalent.yaml` with the reason. Needs the extra `mutation`, and fork, so no Windows.
"""

import argparse
import json
import os
import re
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass
from math import inf
from pathlib import Path

import yaml
from mutants import ROOT, Mutant, draw
from selection import ENOUGH, Tests, observe
from trial import forked, preload, trial

BUILD = ROOT / "build" / "mutation"
KEY = ("path", "operator", "occurrence", "before", "after")
"""What identifies a result. A changed line makes another mutant."""

UNNOTICED = ("survived", "untested")
FAILED = re.compile(r"^(?:FAILED|ERROR) (.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Campaign:
    """What is mutated, and where its tests are: in folders of the same names, and in files that name the package.

    Args:
        package: the folder that contains the mutated folders.
        folders: their names.
        tests: the root of the tests.
    """

    package: str
    folders: tuple[str, ...]
    tests: str

    def sources(self) -> tuple[str, ...]:
        """Return the mutated folders, from the root of the tree."""
        return tuple(f"{self.package}/{folder}" for folder in self.folders)

    def test_files(self) -> list[str]:
        """Return the test files, from the root of the tree."""
        name = Path(self.package).name
        words = [f"{name}.{folder}" for folder in self.folders] + [
            f"from {name} import {folder}" for folder in self.folders
        ]
        return [
            path.relative_to(ROOT).as_posix()
            for path in sorted((ROOT / self.tests).rglob("test_*.py"))
            if set(path.relative_to(ROOT / self.tests).parts) & set(self.folders)
            or any(word in path.read_text(encoding="utf-8") for word in words)
        ]


CAMPAIGNS = {
    "checkers": Campaign("contract_tests/pacsimile_contract", ("checkers",), "contract_tests/tests"),
    "services": Campaign("mock/pacsimile_mock", ("oauth2", "orders", "queue", "reports", "calls"), "mock/tests"),
}


def read_tests(name: str, campaign: Campaign) -> Tests:
    """Return which tests run which line. They are observed once, and again if the file is removed."""
    file = BUILD / f"{name}-tests.json"
    if not file.exists():
        print("observing which tests run which line", flush=True)
        forked(lambda: observe(campaign.test_files(), campaign.sources(), file) or 0, BUILD / "observe.txt", 3000, 6000)
    seen = json.loads(file.read_text(encoding="utf-8"))
    if seen["failed"]:
        print(f"left out, since they fail without a mutant or are skipped: {', '.join(seen['failed'])}")
    return Tests(seen["lines"], seen["seconds"])


def is_equivalent(result: dict[str, str]) -> bool:
    """Tell whether `equivalent.yaml` has the change of a result."""
    entries = yaml.safe_load((Path(__file__).parent / "equivalent.yaml").read_text(encoding="utf-8")) or []
    return any(all(result[key] == entry[key] for key in ("path", "before", "after")) for entry in entries)


def judge(mutant: Mutant, tests: Tests, enough: float) -> dict[str, object]:
    """Run the tests of a mutant for `enough` seconds. Return the result."""
    names = tests.about(mutant, enough)
    before, after = mutant.change()
    began = time.monotonic()
    budget = 20 + 2 * sum(tests.seconds[name] for name in names)
    outcome = trial(mutant.path, mutant.source(), names, BUILD / "trial.txt", budget) if names else "untested"
    seconds = round(time.monotonic() - began, 1)
    by = FAILED.search((BUILD / "trial.txt").read_text(encoding="utf-8")) if outcome == "killed" else None
    record = {"before": before, "after": after, "outcome": outcome, "by": by and by[1], "tests": len(names)}
    return asdict(mutant) | record | {"seconds": seconds}


def summary(name: str, seed: int, places: int, results: list[dict[str, str]]) -> str:
    """Return the figures as a row of a table."""
    outcomes = Counter(result["outcome"] for result in results)
    killed = outcomes["killed"] + outcomes["timeout"]
    equivalent = sum(result["outcome"] in UNNOTICED and is_equivalent(result) for result in results)
    rest = len(results) - equivalent
    share = f"{100 * killed / rest:.1f} %" if rest else "-"
    return f"| {name} | {places} | {seed} | {len(results)} | {killed} | {equivalent} | {rest - killed} | {share} |"


def main() -> int:
    """Judge the drawn mutants that have no result yet. Return 1 if one survived that is not equivalent."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("campaign", choices=CAMPAIGNS)
    parser.add_argument("--count", type=int, default=150, help="how many mutants are drawn")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--survivors",
        action="store_true",
        help="judge those again that survived, with all tests that run the statement",
    )
    options = parser.parse_args()
    os.chdir(ROOT)
    BUILD.mkdir(parents=True, exist_ok=True)
    campaign = CAMPAIGNS[options.campaign]
    mutants, places = draw(campaign.sources(), options.seed, options.count)
    file = BUILD / f"{options.campaign}-{options.seed}.jsonl"
    results = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []
    if options.survivors:
        (BUILD / f"{options.campaign}-tests.json").unlink(missing_ok=True)
        results = [result for result in results if result["outcome"] not in UNNOTICED or is_equivalent(result)]
        file.write_text("".join(json.dumps(result) + "\n" for result in results), encoding="utf-8")
    drawn = {(mutant.path, mutant.operator, mutant.occurrence, *mutant.change()): mutant for mutant in mutants}
    results = [result for result in results if tuple(result[key] for key in KEY) in drawn]
    known = {tuple(result[key] for key in KEY) for result in results}
    waiting = [mutant for key, mutant in drawn.items() if key not in known]
    if waiting:
        preload(campaign.test_files(), BUILD)
        tests = read_tests(options.campaign, campaign)
        with file.open("a", encoding="utf-8") as output:
            for number, mutant in enumerate(waiting, len(mutants) - len(waiting) + 1):
                result = judge(mutant, tests, inf if options.survivors else ENOUGH)
                results.append(result)
                print(json.dumps(result), file=output, flush=True)
                print(f"{number}/{len(mutants)} {result['outcome']} {mutant.path}:{mutant.line} {mutant.operator} "
                      f"({result['tests']} tests, {result['seconds']} s)", flush=True)  # fmt: skip
    survivors = [result for result in results if result["outcome"] in UNNOTICED and not is_equivalent(result)]
    for result in survivors:
        print(f"\n{result['outcome']}: {result['path']}:{result['line']}\n- {result['before']}\n+ {result['after']}")
    print("\n| campaign | places | seed | drawn | killed | equivalent | survived | killed of those not equivalent |")
    print(summary(options.campaign, options.seed, places, results))
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
