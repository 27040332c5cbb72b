"""List the direct dependencies by the date of their last release: releases.py [--today DATE] [--index URL].

A dependency without a release for two years must be in `old_releases.yaml`, with the decision and its reason.
CONTRIBUTING.md has the rule. Exit status 1: an entry is missing, or must be reviewed again. If the index cannot be
reached, or gives no dates, the script says so and passes.
"""

import argparse
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import allowances
import index
import installed

ALLOWED = Path(__file__).with_name("old_releases.yaml")
OLD = timedelta(days=2 * 365)
SOON = timedelta(days=90)


def dates(url: str, names: list[str]) -> dict[str, date | None]:
    """Return the date of each project's last release, or None if the index does not give it."""

    def last(name: str) -> date | None:
        try:
            return index.last_release(index.files(url, name)).date()
        except index.IndexUnavailable:
            return None

    with ThreadPoolExecutor(4) as pool:
        return dict(zip(names, pool.map(last, names), strict=True))


def verdict(released: date, today: date, allowance: allowances.Allowance | None) -> tuple[bool, str]:
    """Tell whether a dependency may stay, and what to print about it."""
    if released > today - OLD:
        soon = allowance is None and released <= today - OLD + SOON
        return True, "two years old within 90 days: review it" if soon else ""
    if allowance is None:
        return False, "no release for two years: review it, and enter the decision in old_releases.yaml"
    if allowance.is_past(today):
        return False, f"the decision was to be reviewed by {allowance.until}"
    return True, f"kept until {allowance.until}: old_releases.yaml says why"


def main() -> int:
    """Print a line for each direct dependency, the oldest release first."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--today", type=date.fromisoformat, default=date.today())  # noqa: DTZ011  # days, not instants
    parser.add_argument("--index", default=None, help="a simple index (PEP 691); pip's, if not given")
    parser.add_argument("--allowed", type=Path, default=ALLOWED, help="the reviewed decisions")
    options = parser.parse_args()
    extras, allowed = installed.direct(), allowances.read(options.allowed, "name")
    if unknown := sorted(set(allowed) - set(extras)):
        print(f"old_releases.yaml: {', '.join(unknown)}: pyproject.toml does not ask for it; take it out")
        return 1
    released_on = dates(options.index or index.index_url(), sorted(extras))
    known = sorted((day, name) for name, day in released_on.items() if day)
    if not known:
        print("No release dates can be had here: the package index gives none. Nothing was checked.")
        return 0
    passed = True
    for released, name in known:
        kept, remark = verdict(released, options.today, allowed.get(name))
        passed = passed and kept
        print(f"{'ok    ' if kept else 'FAILED'}  {released}  {name:24}{extras[name]:12}{remark}".rstrip())
    if missing := sorted(set(released_on) - {name for _, name in known}):
        print(f"The index tells no date of: {', '.join(missing)}")
    return 0 if passed else 1


if __name__ == "__main__":
    raise SystemExit(main())
