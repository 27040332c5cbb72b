"""What was seen, as JSON beside the script."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
RESULTS = Path(__file__).with_name("results.json")


@dataclass(frozen=True)
class Row:
    """What one judge has said of one server; `run` counts the runs of right servers."""

    judge: str
    subject: str
    requirement: str
    run: int
    findings: list[str]
    requests: int | None = None
    seconds: float = 0.0
    processor: float = 0.0
    stopped: bool = False
    error: str = ""

    @property
    def origin(self) -> str:
        """Where the defect stands."""
        return self.subject.partition("/")[0]

    @property
    def right(self) -> bool:
        """Whether the server has no defect."""
        return not self.requirement

    @property
    def server(self) -> str:
        """Which server it is."""
        return {"panel": "mock"}.get(self.origin, self.origin)


@dataclass
class Results:
    """All rows, and which judges and which sample they are of."""

    judges: dict[str, dict[str, str]] = field(default_factory=dict)
    sample: dict[str, Any] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)

    @classmethod
    def read(cls, path: Path = RESULTS) -> Results:
        """Read what was kept; nothing if there is nothing."""
        if not path.exists():
            return cls()
        content = json.loads(path.read_text("utf-8"))
        texts = content["findings"]
        rows = [Row(**{**row, "findings": [texts[place] for place in row["findings"]]}) for row in content["rows"]]
        return cls(content["judges"], content["sample"], rows)

    def write(self, path: Path = RESULTS) -> None:
        """Keep everything: each finding is written once, and rows name it by its place."""
        texts = sorted({finding for row in self.rows for finding in row.findings})
        places = {text: place for place, text in enumerate(texts)}
        rows = [{**asdict(row), "findings": [places[finding] for finding in row.findings]} for row in self.rows]
        lines = ",\n".join(json.dumps(row) for row in rows)
        head = json.dumps(
            {"judges": self.judges, "sample": self.sample, "findings": texts}, indent=1, ensure_ascii=False
        )
        path.write_text(f'{head.removesuffix("}").rstrip()},\n "rows": [\n{lines}\n]}}\n', "utf-8")

    def has(self, judge: str, subject: str, run: int) -> bool:
        """Tell whether a judge has said something of a server already."""
        return any((row.judge, row.subject, row.run) == (judge, subject, run) and not row.error for row in self.rows)

    def add(self, row: Row) -> None:
        """Add a row, in the place of an earlier one that ended in an error."""
        same = (row.judge, row.subject, row.run)
        self.rows = [*(one for one in self.rows if (one.judge, one.subject, one.run) != same), row]

    def usual(self, judge: str, server: str) -> set[str]:
        """Return what a judge reports of a right server, in any run."""
        said = [row.findings for row in self.rows if row.right and (row.judge, row.server) == (judge, server)]
        return {finding for findings in said for finding in findings}

    def new(self, row: Row) -> list[str]:
        """Return what a row has that its judge does not report of the right server."""
        usual = self.usual(row.judge, row.server)
        return [finding for finding in row.findings if finding not in usual]
