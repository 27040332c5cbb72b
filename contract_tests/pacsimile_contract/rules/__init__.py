"""The rules of each report type's format (RESULTS-8): a closed list for each type.

A module here that defines `RULES` is found by itself. Each type of the table has rules, and a page with their words.
"""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from pacsimile_contract.rules.model import Breach, Rules
from pacsimile_spec.report_types import REPORT_TYPES

MOST_BREACHES = 10
"""How many breaches of a document are reported."""


@cache
def rules() -> Mapping[str, Rules]:
    """Return the rules of each report type; LookupError where a type of the table has none."""
    modules = (importlib.import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__))
    all_rules = [rules for module in modules for rules in getattr(module, "RULES", ())]
    by_type = {type_rules.report_type: type_rules for type_rules in all_rules}
    if lacking := [name for name in REPORT_TYPES if name not in by_type]:
        raise LookupError(f"report type {lacking[0]!r} has no rules: write rules/{lacking[0]}_rules.py with RULES")
    return by_type


def breaches(report_type: str, body: bytes, *, of_group: bool = False) -> list[Breach]:
    """Return the first breaches of its type's rules in a document, at most MOST_BREACHES."""
    of_type = rules()[report_type]
    judge = (of_type.of_group if of_group else None) or of_type.breaches
    first_breaches = []
    for breach in judge(body):
        first_breaches.append(breach)
        if len(first_breaches) == MOST_BREACHES:
            break
    return first_breaches
