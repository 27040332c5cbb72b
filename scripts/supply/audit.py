"""Ask advisory services, by pip-audit, whether what is installed has a known vulnerability.

A vulnerability fails, unless `advisories.yaml` has its id with a reason and a day that is not over. If no service can
be reached, as in a CI with access to package indexes only, one line says that nothing was audited, and the exit status
is 0. A package that no service knew is named, because "no vulnerability" must not be said of what was not checked.

Exit status: 0 nothing known, or nothing could be asked; 1 a vulnerability, or an entry's day is over; 2 pip-audit
failed.
"""

import argparse
import json
import re
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import allowances

ALLOWED = Path(__file__).with_name("advisories.yaml")
UNREACHABLE = re.compile(
    r"ConnectionError|ConnectTimeout|ReadTimeout|HTTPError|ServiceError|Could not connect|redirecting"
)


@dataclass
class Audit:
    """The answers of the services: the packages that were checked, those that were not, and known vulnerabilities."""

    audited: set[str] = field(default_factory=set)
    skipped: set[str] = field(default_factory=set)
    advisories: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)

    def add(self, answer: dict[str, Any]) -> None:
        """Add an answer of pip-audit (its JSON format). A package that any service knew counts as audited."""
        for row in answer["dependencies"]:
            if "vulns" not in row:
                self.skipped.add(row["name"])
                continue
            self.audited.add(row["name"])
            known = {identifier for _, _, advisory in self.advisories for identifier in names_of(advisory)}
            self.advisories += [
                (row["name"], row["version"], advisory) for advisory in row["vulns"] if not known & names_of(advisory)
            ]
        self.skipped -= self.audited


def names_of(advisory: dict[str, Any]) -> set[str]:
    """Return the id of an advisory and its other names (CVE, GHSA, PYSEC)."""
    return {advisory["id"], *advisory.get("aliases", [])}


def ask(*options: str) -> dict[str, Any] | None:
    """Run pip-audit. Return None if its service cannot be reached.

    Raises:
        SystemExit: It failed for another reason.
    """
    command = [sys.executable, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off", *options]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        answer: dict[str, Any] = json.loads(ran.stdout)
    except ValueError:
        if UNREACHABLE.search(ran.stderr):
            return None
        print(f"pip-audit failed:\n{ran.stderr}", file=sys.stderr)
        raise SystemExit(2) from None
    return answer


def judge(audit: Audit, allowed: dict[str, allowances.Allowance], today: date) -> list[str]:
    """Return a line for each failure: a vulnerability without an entry, or an entry whose day is over."""
    failures = [
        f"advisories.yaml: {entry.subject} was allowed until {entry.until}: update, or review it again"
        for entry in allowed.values()
        if entry.is_past(today)
    ]
    for name, version, advisory in audit.advisories:
        if not names_of(advisory) & set(allowed):
            mended = ", ".join(advisory.get("fix_versions", [])) or "no release yet"
            failures.append(f"{name} {version}: {', '.join(sorted(names_of(advisory)))}; mended in: {mended}")
    return failures


def main() -> int:
    """Ask each service, and print the known vulnerabilities."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--osv-url", help="ask this OSV service alone")
    parser.add_argument("--requirement", help="audit a requirements file of exact versions, not what is installed")
    parser.add_argument("--allowed", type=Path, default=ALLOWED, help="the reviewed advisories")
    parser.add_argument("--today", type=date.fromisoformat, default=date.today())  # noqa: DTZ011  # days, not instants
    options = parser.parse_args()
    allowed, audit = allowances.read(options.allowed, "id"), Audit()
    what = ["-r", options.requirement, "--no-deps", "--disable-pip"] if options.requirement else ["--skip-editable"]
    services = [["-s", "osv", "--osv-url", options.osv_url]] if options.osv_url else [["-s", "pypi"], ["-s", "osv"]]
    for service in services:
        if (answer := ask(*service, *what)) is not None:
            audit.add(answer)
    failures = judge(audit, allowed, options.today)
    print("\n".join(failures), end="\n" if failures else "")
    if not audit.audited:
        print("No advisories can be had here: no service knew any package. Nothing was audited.")
    else:
        print(f"{len(audit.audited)} packages audited, {len(audit.advisories)} advisories, {len(failures)} failures")
        if audit.skipped:
            print(f"not audited, no service knew them: {', '.join(sorted(audit.skipped))}")
    return 1 if failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
