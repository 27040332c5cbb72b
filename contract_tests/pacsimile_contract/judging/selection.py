"""Which requirements a run judges: by ids, by patterns, and by an expression as of pytest's `-k`."""

from collections.abc import Sequence
from fnmatch import fnmatchcase

from pacsimile_contract.errors import UsageError
from pacsimile_contract.judging.keyword_expression import expression
from pacsimile_spec import requirements
from pacsimile_spec.suggestions import did_you_mean


def selected(patterns: Sequence[str], keyword: str | None = None) -> list[str]:
    """Return the requirements that patterns such as `BATCH-*` choose (all for none) and the expression lets through.

    UsageError where a pattern fits none, where the expression cannot be read, or where nothing is left.
    """
    known = list(requirements())
    for pattern in patterns:
        if not any(fnmatchcase(name, pattern.upper()) for name in known):
            hint = did_you_mean(pattern, known)
            raise UsageError(f"there is no requirement {pattern}; `pacsimile verify --list` shows them all{hint}")
    chosen = [name for name in known if not patterns or any(fnmatchcase(name, pattern.upper()) for pattern in patterns)]
    matches = expression(keyword) if keyword else None
    selection = [name for name in chosen if matches is None or matches(name)]
    if not selection:
        raise UsageError(f"-k {keyword!r} selects no requirement; `pacsimile verify --list` shows them all")
    return selection
