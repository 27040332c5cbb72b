"""Text from outside in Markdown, as GitHub and CommonMark read it: shown letter by letter, never taken for markup."""

import re
from collections.abc import Sequence

from pacsimile_spec.plain import one_line

_MARKUP = re.compile(
    r"[\\`*\[\]<>|~]|(?<!\w)_|_(?!\w)"
    r"|:(?=//)|(?<=www)\.|:(?=[a-z0-9+-]*[a-z+-][a-z0-9_+-]*:)",  # what becomes a link, or an emoji
    re.IGNORECASE,
)
_REFERENCES = re.compile(r"[&@$]")
"""What becomes an entity, a mention or a formula."""


def text(words: str) -> str:
    """Return a text as one line with everything escaped that would be markup, a link, a mention or a formula."""
    entities = _REFERENCES.sub(lambda match: f"&#{ord(match[0])};", one_line(words))
    return _MARKUP.sub(r"\\\g<0>", entities)


def code(words: str) -> str:
    """Return a text as a code span of one line, whatever backticks are in it."""
    line = one_line(words)
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", line)), default=0))
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def code_cell(words: str) -> str:
    """Return a text as a code span in a table, whose bars do not end the cell; empty for an empty text."""
    return code(words).replace("|", r"\|") if words else ""


def code_block(lines: Sequence[str], language: str = "sh") -> list[str]:
    """Return lines as a fenced block, whose fence is longer than any in it."""
    fence = "`" * max(3, 1 + max((len(run) for line in lines for run in re.findall("`+", line)), default=0))
    return [f"{fence}{language}", *lines, fence]
