"""Write the table of docs/advice.md that has every mistake, from the code.

python scripts/advice.py            # writes the table
python scripts/advice.py --check    # exit status 1 where the page has another
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from pacsimile_advice.mistakes import MISTAKES

PAGE = Path(__file__).resolve().parents[1] / "docs" / "advice.md"
BEGIN, END = "<!-- Written by scripts/advice.py from the code. -->\n", "<!-- End of the table. -->\n"


def table() -> Iterator[str]:
    """Yield the lines of the table."""
    yield "| id | what the client does | why it matters | what to do | source |"
    yield "|---|---|---|---|---|"
    for mistake in MISTAKES:
        yield f"| `{mistake.id}` | {mistake.title} | {mistake.why} | {mistake.remedy} | {mistake.source} |"


def written(page: str) -> str:
    """Return the page with the table of the code."""
    head, _, rest = page.partition(BEGIN)
    return head + BEGIN + "\n" + "\n".join(table()) + "\n\n" + END + rest.partition(END)[2]


if __name__ == "__main__":
    text = PAGE.read_text("utf-8")
    if "--check" in sys.argv[1:]:
        sys.exit(text != written(text))
    PAGE.write_text(written(text), "utf-8")
