"""Which requirements a run judges, by ids, patterns and expressions as of pytest's `-k`; and by which scenarios."""

import re
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase

from pacsimile_contract.errors import UsageError
from pacsimile_contract.findings.registry import LEVELS, Scenario, scenarios
from pacsimile_spec import requirements

_WORD = re.compile(r"\s*(\(|\)|[^\s()]+)")

Matches = Callable[[str], bool]


def selected(patterns: Sequence[str], keyword: str | None = None) -> list[str]:
    """Return the requirements that patterns such as `BATCH-*` choose (all for none) and the expression lets through.

    UsageError where a pattern fits none, where the expression cannot be read, or where nothing is left.
    """
    known = list(requirements())
    for pattern in patterns:
        if not any(fnmatchcase(name, pattern.upper()) for name in known):
            raise UsageError(f"there is no requirement {pattern}; `pacsimile verify --list` shows them all")
    chosen = [name for name in known if not patterns or any(fnmatchcase(name, pattern.upper()) for pattern in patterns)]
    matches = expression(keyword) if keyword else None
    selection = [name for name in chosen if matches is None or matches(name)]
    if not selection:
        raise UsageError(f"-k {keyword!r} selects no requirement; `pacsimile verify --list` shows them all")
    return selection


def expression(text: str) -> Matches:
    """Return a predicate over names: words that a name contains, in any case, with `and`, `or`, `not` and brackets."""
    words = _WORD.findall(text)
    if not words:
        raise UsageError("-k needs a word, such as BATCH or 'AUTH and not AUTH-12'")
    try:
        matches, rest = _either(words)
    except (IndexError, RecursionError):
        raise UsageError(f"-k {text[:60]!r} ends too early: expected a word, `not` or `(`") from None
    if rest:
        raise UsageError(f"-k {text[:60]!r}: did not expect {rest[0]!r} there")
    return matches


def _either(words: list[str]) -> tuple[Matches, list[str]]:
    first, rest = _both(words)
    if rest and rest[0].lower() == "or":
        second, rest = _either(rest[1:])
        return lambda name: first(name) or second(name), rest
    return first, rest


def _both(words: list[str]) -> tuple[Matches, list[str]]:
    first, rest = _single(words)
    if rest and rest[0].lower() == "and":
        second, rest = _both(rest[1:])
        return lambda name: first(name) and second(name), rest
    return first, rest


def _single(words: list[str]) -> tuple[Matches, list[str]]:
    word, rest = words[0], words[1:]
    if word.lower() == "not":
        inner, rest = _single(rest)
        return lambda name: not inner(name), rest
    if word == "(":
        inner, rest = _either(rest)
        if rest[0] != ")":
            raise UsageError(f"-k: expected `)` before {rest[0]!r}")
        return inner, rest[1:]
    if word == ")" or word.lower() in ("and", "or"):
        raise UsageError(f"-k: did not expect {word!r} there")
    return lambda name: word.lower() in name.lower(), rest


def chosen_scenarios(wanted: Sequence[str], level: str) -> list[Scenario]:
    """Return these requirements' scenarios at that level in the contract's order, clock movers and late ones last.

    What generates its input comes after those: it takes of the requests what they leave.
    """
    rank = {name: number for number, name in enumerate(requirements())}
    reached = LEVELS[: LEVELS.index(level) + 1]
    chosen = [each for each in scenarios() if set(each.requirements) & set(wanted) and each.level in reached]

    def order(scenario: Scenario) -> tuple[bool, bool, bool, int]:
        first = min(rank[name] for name in scenario.requirements)
        return bool(scenario.spends), scenario.late, scenario.moves_clock, first

    return sorted(chosen, key=order)
