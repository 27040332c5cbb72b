"""Tell Schemathesis what OpenAPI cannot express: `x-exactly-one-of`, for operations with two selectors.

    export SCHEMATHESIS_HOOKS=scripts/schemathesis_hooks.py
    schemathesis run openapi.yaml --url URL -H "Authorization: Bearer $TOKEN"

Without it, Schemathesis expects that a call with both selectors, or with none, is accepted.
"""

from typing import Any

import schemathesis

SELECTORS = {"order_id": "ORD-7F3K-000123", "study_uid": "1.3.6.1.4.1.32473.10.1.2"}
"""The selector for a call without one. Any well-formed value is suitable."""


@schemathesis.hook
def before_call(context: schemathesis.HookContext, case: schemathesis.Case, kwargs: dict[str, Any]) -> None:
    """Leave exactly one selector in a call that should be valid, in every phase."""
    del kwargs
    raw = context.operation.definition.raw if context.operation else {}
    names = raw.get("x-exactly-one-of", ())
    if names and case.meta is not None and case.meta.generation.mode.is_positive:
        query = case.query or {}
        chosen = next((name for name in reversed(names) if name in query), names[0])
        kept = {name: value for name, value in query.items() if name not in names}
        case.query = {**kept, chosen: query.get(chosen, SELECTORS[chosen])}
