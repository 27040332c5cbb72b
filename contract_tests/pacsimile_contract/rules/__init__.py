"""The rules by which each report type is a valid document of its format (RESULTS-8): closed lists, one a type.

A file here that defines `RULES` is found by itself. Each type of the table has rules, and a page that
words them.
"""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from pacsimile_contract.rules.model import Breach, Rules
from pacsimile_spec.report_types import REPORT_TYPES

MOST_BREACHES = 10
"""Breaches of one document that are told: a hundred alike say no more than ten."""


@cache
def rules() -> Mapping[str, Rules]:
    """Return the rules of each report type; LookupError where a type of the table has none."""
    modules = (importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
    found = [rules for module in modules for rules in getattr(module, "RULES", ())]
    by_type = {one.report_type: one for one in found}
    if lacking := [name for name in REPORT_TYPES if name not in by_type]:
        raise LookupError(f"report type {lacking[0]!r} has no rules: write rules/{lacking[0]}s.py with RULES")
    return by_type


def breaches(report_type: str, body: bytes, *, of_group: bool = False) -> list[Breach]:
    """Return where a document breaks the rules of its type: the first of them."""
    of_type = rules()[report_type]
    judge = (of_type.of_group if of_group else None) or of_type.breaches
    found = []
    for one in judge(body):
        found.append(one)
        if len(found) == MOST_BREACHES:
            break
    return found
