"""Let a mutant act on some occasions only, as faults of real services do.

The module has the function both right and wrong, and a guard that chooses at each call. Occasions are `fifth`, each
fifth call; `some`, a quarter of all arguments; `first`, the first call with the same arguments; `again`, from the third
one on. `/status /orderId /report` and the other half are calls that serve these operations. Arguments are compared by
the texts and numbers in them.
"""

import ast
import functools
import inspect
import itertools
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar, cast
from zlib import crc32

HALVES = ("/status /orderId /report", "/results /reports /token")
OCCASIONS = ("fifth", "some", "first", "again", *HALVES)
ACTED = "MUTANT_ACTED"
"""The environment variable that names the file to make when the mutant acts."""

TELLING = ("order_id", "study_uid", "report_id", "client_id", "organization_id", "path", "query", "id", "number")
"""Attributes that tell one object from another."""

INSTANTS = 10**9
"""Larger numbers are instants, which differ from call to call."""

Function = TypeVar("Function", bound=Callable[..., Any])
_Definition = ast.FunctionDef | ast.AsyncFunctionDef


def guarded_source(right: str, wrong: str, line: int, occasion: str) -> str | None:
    """Return a module's text in which a function does wrong on some occasions.

    Args:
        right: the module's text.
        wrong: its changed text.
        line: where the change begins, from 1.
        occasion: one of `OCCASIONS`.

    Returns:
        The text. None if the change is not in a function of the module or of a class, or if that has a decorator.
    """
    tree = ast.parse(right)
    pairs = zip(_functions(tree), _functions(ast.parse(wrong)), strict=True)
    for (body, function), (_, changed) in pairs:
        if function.lineno <= line <= (function.end_lineno or 0) and not function.decorator_list:
            if ast.dump(function.args) != ast.dump(changed.args):
                return None
            changed.name = f"_mutant_{function.name}"
            guard = (
                f"{function.name} = __import__('occasions').on_occasion({function.name}, {changed.name}, {occasion!r})"
            )
            place = body.index(function) + 1
            body[place:place] = [changed, *ast.parse(guard).body]
            return ast.unparse(tree)
    return None


def _functions(tree: ast.Module) -> list[tuple[list[ast.stmt], _Definition]]:
    """Return the functions of a module and of its classes, each with the statements among which it stands."""
    bodies = [tree.body, *(node.body for node in tree.body if isinstance(node, ast.ClassDef))]
    return [
        (body, node) for body in bodies for node in body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def on_occasion(right: Function, wrong: Function, occasion: str) -> Function:
    """Return a function that acts as `wrong` on some occasions, and otherwise as `right`."""
    calls, met = itertools.count(1), Counter[str]()

    def chosen(arguments: tuple[object, ...]) -> Function:
        texts = repr(list(_texts(arguments)))
        met[texts] += 1
        match occasion:
            case "fifth":
                acts = next(calls) % 5 == 0
            case "some":
                acts = crc32(texts.encode("utf-8", "replace")) % 4 == 0
            case "first":
                acts = met[texts] == 1
            case "again":
                acts = met[texts] > 2
            case _:
                acts = f"/{_path().rpartition('/')[2]}" in occasion.split()
        if acts and ACTED in os.environ:
            Path(os.environ.pop(ACTED)).touch()
        return wrong if acts else right

    if inspect.iscoroutinefunction(right):

        @functools.wraps(right)
        async def later(*given: Any, **named: Any) -> Any:
            return await chosen((*given, *named.values()))(*given, **named)

        return cast(Function, later)

    @functools.wraps(right)
    def now(*given: Any, **named: Any) -> Any:
        return chosen((*given, *named.values()))(*given, **named)

    return cast(Function, now)


def _texts(values: object) -> Iterator[object]:
    """Yield the texts and numbers of arguments."""
    if isinstance(values, str | bytes | None) or (isinstance(values, int) and values < INSTANTS):
        yield values
    elif isinstance(values, dict):
        yield from _texts(tuple(values.items()))
    elif isinstance(values, list | tuple):
        for value in values:
            yield from _texts(value)
    else:
        parts = (getattr(values, name, None) for name in TELLING)
        yield from (part for part in parts if isinstance(part, str | bytes | int))


def _path() -> str:
    """Return the path of the request that is served, as the nearest caller has it, or an empty text."""
    frame = sys._getframe(1)
    while frame is not None:
        for name in ("request", "call", "self"):
            value = frame.f_locals.get(name)
            path = getattr(value, "path", None) or getattr(getattr(value, "url", None), "path", None)
            if isinstance(path, str) and path.startswith("/"):
                return path
        frame = frame.f_back  # type: ignore[assignment]
    return ""
