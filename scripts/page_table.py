"""Tables of the documentation that scripts write from the code: between two markers of a page."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

DOCS = Path(__file__).resolve().parents[1] / "docs"
END = "<!-- End of the table. -->\n"


def between(text: str, begin: str, lines: Iterable[str], end: str = END) -> str:
    """Return a page with these lines between its markers, in place of what stands there."""
    head, _, rest = text.partition(begin)
    return head + begin + "\n" + "\n".join(lines) + "\n\n" + end + rest.partition(end)[2]


class PageTable:
    """A table of one page.

    Args:
        page: the name of the page in `docs/`.
        script: the script that writes the table; the page names it.
        lines: returns the lines of the table.
    """

    def __init__(self, page: str, script: str, lines: Callable[[], Iterator[str]]) -> None:
        self.page, self._lines = DOCS / page, lines
        self._begin = f"<!-- Written by scripts/{script} from the code. -->\n"

    def written(self, text: str) -> str:
        """Return a page with the table of the code."""
        return between(text, self._begin, self._lines())

    def main(self) -> int:
        """Write the table; with `--check`, return 1 where the page has another."""
        text = self.page.read_text("utf-8")
        if "--check" in sys.argv[1:]:
            return int(text != self.written(text))
        self.page.write_text(self.written(text), "utf-8")
        return 0
