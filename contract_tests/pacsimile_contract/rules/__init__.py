"""The rules by which each report type is a valid document of its format (RESULTS-8): closed lists, one a type.

A file here that defines `RULES` is found by itself. The pages that publish the lists are named by `PAGES`.
"""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from pacsimile_contract.rules.model import Breach, Rules

MOST_BREACHES = 10
"""Breaches of one document that are told: a hundred alike say no more than ten."""

PAGES = ("docs/rules.md", *(f"docs/formats/{name}.md" for name in ("text", "pdf", "fhir", "hl7v2", "dicom")))


@cache
def rules() -> Mapping[str, Rules]:
    """Return the rules of each report type."""
    modules = (importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
    found = [rules for module in modules for rules in getattr(module, "RULES", ())]
    return {one.report_type: one for one in found}


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
