"""Write the table of docs/advice.md that has every mistake, from the code.

python scripts/advice.py            # writes the table
python scripts/advice.py --check    # exit status 1 where the page has another
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from pacsimile_advice.mistakes import MISTAKES

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts.page_table import PageTable


def table() -> Iterator[str]:
    """Yield the lines of the table."""
    yield "| id | what the client does | why it matters | what to do | source |"
    yield "|---|---|---|---|---|"
    for mistake in MISTAKES:
        yield f"| `{mistake.id}` | {mistake.title} | {mistake.why} | {mistake.remedy} | {mistake.source} |"


TABLE = PageTable("advice.md", "advice.py", table)

if __name__ == "__main__":
    sys.exit(TABLE.main())
