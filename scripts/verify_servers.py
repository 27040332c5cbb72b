#!/usr/bin/env python
"""Judge the servers in examples/ with many seeds, and print each result. A correct server must never fail.

    scripts/verify_servers.py                        20 seeds of each, at `standard`
    scripts/verify_servers.py 5 --server node_server --level full
    scripts/verify_servers.py 1 --proxied            through `pacsimile proxy`, which must find nothing either
    scripts/verify_servers.py --defects              each `--defect`, judged completely: which requirements notice it
    scripts/verify_servers.py 1 --types pdf --server node_server   where reports are of these types alone
    scripts/verify_servers.py --defects --alone      each judged first by the requirement that must notice it

It needs what `make test` needs, Node and a JDK. Exit status 1 if a seed finds anything, or if the requirement in the
server's README does not notice a defect.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from contract_tests.tests.helpers.example_servers import EXAMPLE_SERVERS, LATER_SERVERS, Example, served
from contract_tests.tests.helpers.proxied import proxied
from pacsimile_contract.findings.registry import LEVELS
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.run.events import RunFinished
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.runner import run

GOOD = (Verdict.PASS, Verdict.NOT_APPLICABLE)
OPEN = Verdict.NOT_EXERCISED
SERVERS = [*EXAMPLE_SERVERS, *LATER_SERVERS]
ROW = "{:16} {:>30} {:>5} {:>5} {:>5} {:>5} {:>9} {:>8} {:>6}  {}"


def main() -> int:
    """Judge what was asked for, and return the exit status."""
    parser = argparse.ArgumentParser(description="Judge the servers of examples/ with many seeds.")
    parser.add_argument("seeds", type=int, nargs="?", default=20)
    parser.add_argument("--server", action="append", choices=[server.name for server in SERVERS])
    parser.add_argument("--level", choices=LEVELS, default="standard")
    parser.add_argument("--defects", action="store_true", help="judge them wrong on purpose instead")
    parser.add_argument("--proxied", action="store_true", help="put the proxy before a correct server")
    parser.add_argument("--alone", action="store_true", help="judge a defect by its own requirement first")
    parser.add_argument("--types", help="the server's reports are of these types alone, such as pdf")
    given = parser.parse_args()
    switches = () if given.types is None else ("--types", given.types)
    examples = [server for server in SERVERS if given.server is None or server.name in given.server]
    print(ROW.format("server", "seed or defect", "PASS", "N/A", "WARN", "FAIL", "requests", "seconds", "exit", "found"))
    if given.defects:
        good = [seen(server, *defect, given.level, given.alone) for server in examples for defect in server.defects]
    else:
        never = never_faulted_through_proxy if given.proxied else partial(never_faulted, switches=switches)
        good = [never(server, seed, given.level) for server in examples for seed in range(given.seeds)]
    print(f"{sum(good)} of {len(good)} as they must be")
    return 0 if all(good) else 1


def never_faulted(example: Example, seed: int, level: str, switches: Sequence[str] = ()) -> bool:
    """Judge a correct server with one seed. Tell whether nothing was found."""
    options = Options(level=level, seed=seed)  # type: ignore[arg-type]  # argparse holds it
    done = judged(example, str(seed), options, *switches)
    return done.exit_status == 0 and all(judgement.verdict in GOOD for judgement in done.judgements)


def never_faulted_through_proxy(example: Example, seed: int, level: str) -> bool:
    """Judge a correct server with and without a proxy before it. Tell whether the verdicts are the same and good.

    The proxy itself must find nothing either.
    """
    options = Options(level=level, seed=seed)  # type: ignore[arg-type]  # argparse holds it
    direct = judged(example, str(seed), options)
    with served(example) as target, proxied(target) as proxy:
        through = run(proxy.target, options)
    broken = [] if proxy.done is None else [row for row in proxy.done.judgements if row.verdict not in (*GOOD, OPEN)]
    print(
        f"  through the proxy: exit {through.exit_status}, and the proxy found {[row.requirement.id for row in broken]}"
    )
    rows = [{row.requirement.id: row.verdict for row in done.judgements} for done in (direct, through)]
    parts = [{part.check: part.verdict for row in done.judgements for part in row.parts} for done in (direct, through)]
    # What the model concludes from the time between calls depends on how long the run took: one may have a part more.
    same = all(parts[0][check] == parts[1][check] for check in parts[0].keys() & parts[1].keys())
    return through.exit_status == 0 and rows[0] == rows[1] and same and not broken


def seen(example: Example, defect: str, requirement: str, level: str, alone: bool) -> bool:
    """Judge a server that is wrong on purpose. Tell whether the requirement in its README fails.

    What a requirement does not notice alone is judged completely: some faults stand only in documents that the
    scenarios of other requirements fetch.
    """
    for requirements in ((requirement,), ()) if alone else ((),):
        options = Options(level=level, requirements=requirements)  # type: ignore[arg-type]  # argparse holds it
        done = judged(example, defect, options, "--defect", defect)
        if any(row.requirement.id == requirement and row.verdict is Verdict.FAIL for row in done.judgements):
            return True
    return False


def judged(example: Example, name: str, options: Options, *switches: str) -> RunFinished:
    """Start a server, judge it, and print a row of the table."""
    with served(example, *switches) as target:
        began = time.monotonic()
        done = run(target, options)
        took = time.monotonic() - began
    counts = Counter(judgement.verdict for judgement in done.judgements)
    asked = [row for row in done.judgements if not options.requirements or row.requirement.id in options.requirements]
    failing = [f"{row.requirement.id} {row.verdict.value}" for row in asked if row.verdict not in GOOD]
    shown = [counts[verdict] for verdict in (*GOOD, Verdict.WARN, Verdict.FAIL)]
    print(ROW.format(example.name, name, *shown, done.requests, f"{took:.1f}", done.exit_status, ", ".join(failing)))
    sys.stdout.flush()
    return done


if __name__ == "__main__":
    sys.exit(main())
