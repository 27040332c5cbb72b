#!/usr/bin/env python
"""Judge each lawful service of the panel `permitted`, and count what is wrongly held against it.

    python scripts/panels/run_permitted.py --level standard --seed 0 --jobs 1
    python scripts/panels/run_permitted.py --seeds 10 --jobs 2      # seeds 0 to 9
    python scripts/panels/run_permitted.py --only ids-*
    python scripts/panels/run_permitted.py --freeze      # write the digests and the table

No conduct may fail: each has the sentence of the document that permits it. The conducts are frozen by their digests
before the first run, and never changed to suit a result.
"""

from __future__ import annotations

import argparse
import fnmatch
import inspect
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from scripts.panels.permitted.conduct import MOCK, Conduct
from scripts.panels.serve_permitted import conducts
from scripts.verify_in_process import Run, verify

HERE = Path(__file__).resolve().parent
PANEL = HERE / "permitted"
DIGESTS = PANEL / "sources.sha256"
FAIL, WARN, ERROR, NOT_EXERCISED = "FAIL", "WARN", "ERROR", "NOT-EXERCISED"
NONE = Conduct("none", "", "the mock as it is", object, MOCK, (), False)


@dataclass(frozen=True)
class Row:
    """What a run said of a service."""

    name: str
    seed: int
    exit_status: int
    failed: list[str]
    warned: list[str]
    errors: list[str]
    not_exercised: list[str]
    seconds: float
    said: str = ""


def main() -> int:
    """Do what the arguments ask; return 1 if a service is held to be wrong."""
    parser = argparse.ArgumentParser(description="Judge each lawful service of the panel `permitted`.")
    parser.add_argument("--level", default="standard")
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--seeds", type=int, default=1, help="how many: each service is judged once with each")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--only", action="append", metavar="GLOB", help="Only conducts with these names. Repeatable.")
    parser.add_argument("--json", type=Path, metavar="FILE", help="Write the result to this file.")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="Keep the report of each run here.")
    parser.add_argument("--freeze", action="store_true")
    given = parser.parse_args()
    if given.freeze:
        DIGESTS.write_text(digests())
        (PANEL / "README.md").write_text(table())
        return 0
    if DIGESTS.read_text() != digests():
        print("the conducts are not those whose digests were kept", file=sys.stderr)
        return 2
    chosen = [each for each in (NONE, *conducts().values()) if of_names(each.name, given.only)]
    rows = []
    with ProcessPoolExecutor(given.jobs, get_context("spawn")) as pool:
        for done in as_completed([pool.submit(judge, given, each.name) for each in chosen]):
            rows += done.result()
            print("\n".join(map(line_of, done.result())), flush=True)
            if given.json is not None:
                write(given, rows)
    held = [row for row in rows if row.failed or row.warned or row.errors or row.exit_status not in (0, 3)]
    names = sorted({row.name for row in held})
    print(f"{len(names)} of {len(chosen)} services are held to be wrong in {len(held)} of {len(rows)} runs")
    return 1 if held else 0


def of_names(name: str, globs: list[str] | None) -> bool:
    """Tell whether a conduct is asked for."""
    return globs is None or any(fnmatch.fnmatch(name, glob) for glob in globs)


def digests() -> str:
    """Return the SHA-256 of each conduct's class, and of each file of the panel."""
    lines = [(each.name, inspect.getsource(each.made).encode()) for each in conducts().values()]
    lines += [(file.name, file.read_bytes()) for file in sorted(PANEL.glob("*.py"))]
    return "".join(f"{sha256(source).hexdigest()}  {name}\n" for name, source in lines)


def table() -> str:
    """Return the page with each conduct and the sentence that permits it."""
    import scripts.panels.permitted as panel

    runs = f"`scripts/panels/run_permitted.py` runs them. `{DIGESTS.name}` was kept before the first run."
    head = f"{panel.__doc__}\n{runs}\n"
    rows = ["| conduct | of | what it does | permitted by |", "|---|---|---|---|"]
    for each in conducts().values():
        cells = (f"`{each.name}`", each.server, each.summary, each.permitted_by)
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return f"# The panel `permitted`\n\n{head}\n" + "\n".join(rows) + "\n"


def line_of(row: Row) -> str:
    """Return the line that is printed of a row."""
    parts = [("FAIL", row.failed), ("WARN", row.warned), ("ERROR", row.errors), ("not exercised", row.not_exercised)]
    words = "; ".join(f"{word} {', '.join(names)}" for word, names in parts if names) or "clean"
    return f"{row.name:<45} seed {row.seed}, exit {row.exit_status}  {words} {row.said[-300:]} ({row.seconds:.0f} s)"


def write(given: argparse.Namespace, rows: list[Row]) -> None:
    """Write the rows so far."""
    content = {
        "panel": "permitted",
        "level": given.level,
        "seeds": list(range(given.seed, given.seed + given.seeds)),
        "services": [asdict(row) for row in rows],
    }
    given.json.write_text(json.dumps(content, indent=1) + "\n")


def judge(given: argparse.Namespace, name: str) -> list[Row]:
    """Judge a server that behaves so, with one seed after the other."""
    conduct, rows = conducts().get(name, NONE), []
    with tempfile.TemporaryDirectory() as scratch, serving(conduct) as line:
        target, environment = aimed(conduct, line, Path(scratch))
        for seed in range(given.seed, given.seed + given.seeds):
            began = time.monotonic()
            folder = (given.keep or Path(scratch)) / f"{name}-{seed}"
            run = verify([*target, "--level", given.level, "--seed", str(seed)], folder, environment)
            rows.append(row_of(name, seed, run, time.monotonic() - began))
    return rows


def row_of(name: str, seed: int, run: Run, seconds: float) -> Row:
    """Return what a run said, and its end where it said nothing that can be counted."""
    failed, warned, errors, not_exercised = (
        [requirement for requirement, verdict in run.verdicts.items() if verdict == word]
        for word in (FAIL, WARN, ERROR, NOT_EXERCISED)
    )
    said = "" if run.verdicts and run.exit_status in (0, 1, 3) else run.said[-1500:]
    return Row(name, seed, run.exit_status, failed, warned, errors, not_exercised, round(seconds, 1), said)


def aimed(conduct: Conduct, line: dict[str, Any], scratch: Path) -> tuple[list[str], dict[str, str]]:
    """Return the arguments that lead `verify` to a server, and the environment that they need."""
    if not conduct.as_target:
        return [line["url"], "--control-token", line["control_token"]], {}
    client = line["clients"][0] if "clients" in line else {}
    url = line["url"].rstrip("/")
    content = {
        "base_url": url,
        "oauth2_endpoint": line.get("oauth2_endpoint", f"{url}/oauth2"),
        "profile": "strict",
        "organization_id": client.get("organization_id", "demo-hospital"),
        "clients": {"primary": {"id": "PERMITTED_ID", "secret": "PERMITTED_SECRET"}},
        "states": {"url": line.get("states_url", f"{url}/_mock/states"), "token": "PERMITTED_STATES"},
        **({"jwks_url": line["jwks_url"]} if "jwks_url" in line else {}),
        **({"listing": {"allowed": True}} if conduct.server == MOCK else {}),
    }
    (scratch / "target.yaml").write_text(json.dumps(content))
    secrets = {
        "PERMITTED_ID": client.get("client_id", "demo-hospital"),
        "PERMITTED_SECRET": client.get("client_secret", "demo-hospital-secret"),
        "PERMITTED_STATES": line.get("states_token", line.get("control_token", "")),
    }
    return ["--target", str(scratch / "target.yaml")], secrets


@contextmanager
def serving(conduct: Conduct) -> Iterator[dict[str, Any]]:
    """Run a server until the block ends; give the line that it announced."""
    command = [sys.executable, str(HERE / "serve_permitted.py"), conduct.name]
    with tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)
        with process:
            try:
                assert process.stdout is not None
                line = process.stdout.readline()
                if not line:
                    errors.seek(0)
                    raise RuntimeError(f"{conduct.name} did not start: {errors.read()}")
                yield json.loads(line)
            finally:
                process.terminate()


if __name__ == "__main__":
    sys.exit(main())
