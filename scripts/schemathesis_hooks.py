"""Teaches Schemathesis what OpenAPI 3.1 cannot say: `x-exactly-one-of` names query parameters of which one is given.

Without it Schemathesis takes a request with both, or with none, for a valid one, and its refusal for a defect. Nothing
else is changed, and no check is weakened: requests meant to be invalid still have none or both.
"""

from __future__ import annotations

from typing import Any

import schemathesis
from schemathesis.generation import GenerationMode


def selectors(case: schemathesis.Case) -> list[str]:
    """Name the selectors of which a case that is meant to be valid gives exactly one; none for any other case."""
    mode = case.meta.generation.mode if case.meta else GenerationMode.POSITIVE
    return list(case.operation.definition.raw.get("x-exactly-one-of", ())) if mode == GenerationMode.POSITIVE else []


@schemathesis.hook
def filter_case(context: Any, case: schemathesis.Case) -> bool:
    """Drop a case without any selector."""
    del context
    names = selectors(case)
    return not names or any(name in (case.query or {}) for name in names)


@schemathesis.hook
def before_call(context: Any, case: schemathesis.Case, **kwargs: Any) -> None:
    """Leave one selector where there are several."""
    del context, kwargs
    given = [name for name in selectors(case) if name in (case.query or {})]
    for name in given[1:]:
        del case.query[name]
