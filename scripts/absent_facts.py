"""Write the table of docs/dialects.md that says what is not judged where a dialect leaves a fact out, from the code.

python scripts/absent_facts.py            # writes the table
python scripts/absent_facts.py --check    # exit status 1 where the page has another
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from pacsimile_contract.judging.absent_facts import facts

PAGE = Path(__file__).resolve().parents[1] / "docs" / "dialects.md"
BEGIN, END = "<!-- Written by scripts/absent_facts.py from the code. -->\n", "<!-- End of the table. -->\n"


def table() -> Iterator[str]:
    """Yield the lines of the table."""
    yield "| where a dialect says | N/A |"
    yield "|---|---|"
    for fact in facts():
        yield f"| `{fact.words}` | {', '.join(fact.checks)} |"


def written(page: str) -> str:
    """Return the page with the table of the code."""
    head, _, rest = page.partition(BEGIN)
    return head + BEGIN + "\n" + "\n".join(table()) + "\n\n" + END + rest.partition(END)[2]


if __name__ == "__main__":
    text = PAGE.read_text("utf-8")
    if "--check" in sys.argv[1:]:
        sys.exit(text != written(text))
    PAGE.write_text(written(text), "utf-8")
