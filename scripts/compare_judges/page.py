"""Writes the figures into docs/comparison.md and README.md, between markers; the rest of both is written by hand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from statistics import median

from scripts.compare_judges.results import ROOT, Results, Row

PAGE, README = ROOT / "docs" / "comparison.md", ROOT / "README.md"
OURS = "pacsimile verify"
ORIGINS = {
    "mock": "the mock's own",
    "panel": "panel `first`",
    "starlette_server": "Starlette server",
    "java_server": "Java server",
}


def write(results: Results) -> None:
    """Put the figures into both files."""
    for path in (PAGE, README):
        path.write_text(with_figures(path.read_text("utf-8"), results), "utf-8")


def with_figures(text: str, results: Results) -> str:
    """Return a page with each part between `<!-- figures: NAME -->` and `<!-- end -->` made from the results."""
    figures = Figures(results)

    def renewed(match: re.Match[str]) -> str:
        return f"{match[1]}\n{getattr(figures, match[2])()}\n{match[3]}"

    return re.sub(r"(<!-- figures: (\w+) -->)\n.*?\n?(<!-- end -->)", renewed, text, flags=re.DOTALL)


class Figures:
    """Everything that is counted; a method for each part of the page."""

    def __init__(self, results: Results) -> None:
        self.results = results
        self.defects = {
            judge: {row.subject: row for row in results.rows if row.judge == judge and not row.right and not row.error}
            for judge in results.judges
        }

    def summary(self) -> str:
        """Return the four lines of the README."""
        ours = self.defects[OURS]
        peers = [judge for judge in self.results.judges if judge != OURS and self.defects[judge]]
        best = max(peers, key=lambda judge: self._share(judge, self.defects[judge]))
        elsewhere = [name for name, row in ours.items() if row.server != "mock"]
        rest = ", ".join(f"{judge} {self._of(judge, self.defects[judge])}" for judge in peers if judge != best)
        both = self._of(OURS, self.defects[best].keys() & ours.keys())
        lines = (
            f"`{OURS}` kills {self._of(OURS, ours)} drawn defects; on servers that share no code with the mock "
            f"{self._of(OURS, elsewhere)}.",
            f"The best of its peers, {best}, kills {self._of(best, self.defects[best])} (`verify` {both} of the same).",
            f"The others: {rest}.",
            "[How it was measured](docs/comparison.md), and what peers find that `verify` does not.",
        )
        return "\n".join(lines)

    def sample(self) -> str:
        """Say which sample it is."""
        sample = self.results.sample
        kind = "All defects were asked for" if sample["all"] else f"The sample was drawn with the seed {sample['seed']}"
        judged = f"{len(self.defects[OURS])} were judged by `verify`"
        return f"{kind}, of {sample['of']} defects in all. {judged}, each judge for {sample['limit']:.0f} s at most."

    def judges(self) -> str:
        """Return the table of judges."""
        rows = [(judge, about["version"], about["licence"]) for judge, about in self.results.judges.items()]
        return table(("judge", "version", "licence"), rows)

    def kills(self) -> str:
        """Return the table of kills by where the defects stand."""
        head = ("judge", "killed", "`verify` of the same", *ORIGINS.values())
        rows = []
        for judge, judged in self.defects.items():
            parts = [
                self._of(judge, [name for name, row in judged.items() if row.origin == origin]) for origin in ORIGINS
            ]
            same = self._of(OURS, judged.keys() & self.defects[OURS].keys()) if judge != OURS else ""
            rows.append((judge, self._of(judge, judged), same, *parts))
        return table(head, rows)

    def groups(self) -> str:
        """Return the table of kills by group of requirements."""
        found = dict.fromkeys(row.requirement.partition("-")[0] for row in self._all_rows())
        rows = []
        for group in sorted(found):
            of_group = {
                judge: [name for name, row in judged.items() if row.requirement.startswith(f"{group}-")]
                for judge, judged in self.defects.items()
            }
            rows.append((group, *(self._of(judge, names) for judge, names in of_group.items())))
        return table(("group", *self.defects), rows)

    def alarms(self) -> str:
        """Return the table of what judges report of right servers."""
        servers = list(dict.fromkeys(row.subject for row in self.results.rows if row.right))
        rows = []
        for judge in self.results.judges:
            cells = []
            for server in servers:
                runs = [
                    row for row in self.results.rows if (row.judge, row.subject) == (judge, server) and not row.error
                ]
                cells.append(str(len({finding for row in runs for finding in row.findings})) if runs else "")
            rows.append((judge, *cells))
        return table(("judge", *(server.removesuffix("/none").replace("_", " ") for server in servers)), rows)

    def costs(self) -> str:
        """Return the table of requests and seconds."""
        rows = []
        for judge in self.results.judges:
            runs = [row for row in self.results.rows if row.judge == judge and not row.error]
            requests = [row.requests for row in runs if row.requests is not None]
            stopped = sum(row.stopped for row in runs)
            cells = (f"{median(requests):.0f}" if requests else "", f"{middle(row.processor for row in runs):.1f}")
            rows.append((judge, *cells, f"{middle(row.seconds for row in runs):.0f}", str(stopped)))
        return table(("judge", "requests", "s of processor", "s", "stopped runs"), rows)

    def theirs(self) -> str:
        """Return what a peer killed and `verify` did not, with what the peer reported first."""
        rows = []
        for judge, judged in self.defects.items():
            for name, row in judged.items():
                ours = self.defects[OURS].get(name)
                if judge != OURS and ours is not None and self.results.new(row) and not self.results.new(ours):
                    first = self.results.new(row)[0].replace("|", "\\|")
                    rows.append((f"`{name}`", row.requirement, judge, first[:160]))
        return table(("defect", "requirement", "peer", "it reported"), sorted(rows)) if rows else "None in this sample."

    def survivors(self) -> str:
        """Return what `verify` did not kill."""
        names = [(row.requirement, name) for name, row in self.defects[OURS].items() if not self.results.new(row)]
        return ", ".join(f"`{name}` ({requirement})" for requirement, name in sorted(names)) + "." if names else "None."

    def errors(self) -> str:
        """Return how often each judge could not judge, or say that it never happened."""
        failed = [row for row in self.results.rows if row.error]
        if not failed:
            return "Each judge gave a report of each server that it judged."
        return table(
            ("judge", "server", "what happened"), [(row.judge, f"`{row.subject}`", _line(row.error)) for row in failed]
        )

    def _of(self, judge: str, names: Iterable[str]) -> str:
        judged = [self.defects[judge][name] for name in names]
        return f"{sum(bool(self.results.new(row)) for row in judged)} of {len(judged)}" if judged else ""

    def _share(self, judge: str, names: Iterable[str]) -> float:
        judged = [self.defects[judge][name] for name in names]
        return sum(bool(self.results.new(row)) for row in judged) / max(len(judged), 1)

    def _all_rows(self) -> list[Row]:
        return [row for judged in self.defects.values() for row in judged.values()]


def middle(values: Iterable[float]) -> float:
    """Return the median, 0 of none."""
    known = list(values)
    return median(known) if known else 0.0


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("|", "\\|")[:160]
