"""Write the table of docs/dialects.md that says what is not judged where a dialect leaves a fact out, from the code.

python scripts/absent_facts.py            # writes the table
python scripts/absent_facts.py --check    # exit status 1 where the page has another
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from pacsimile_contract.judging.absent_facts import facts

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts.page_table import PageTable


def table() -> Iterator[str]:
    """Yield the lines of the table."""
    yield "| where a dialect says | N/A |"
    yield "|---|---|"
    for fact in facts():
        yield f"| `{fact.words}` | {', '.join(fact.checks)} |"


TABLE = PageTable("dialects.md", "absent_facts.py", table)

if __name__ == "__main__":
    sys.exit(TABLE.main())
