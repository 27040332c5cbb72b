"""The table of spoilt queries: each way in which a query is wrong, with each operation, selector and report type."""

from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import parse_qsl, urlsplit

from pacsimile_contract.crossing.covering_array import Row, covered
from pacsimile_contract.crossing.table import NONE, CallForms, Coverage, call_forms, count_property
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.story import Story
from pacsimile_contract.target.model import Target

PROPERTIES: Mapping[str, str] = {
    "malformed": "malformed-name", "empty": "malformed-name", "repeated": "repeated-parameter",
    "unknown-parameter": "unknown-parameter", "misspelt-name": "unknown-parameter",
    "misspelt-name-beside": "unknown-parameter",
}  # fmt: skip
"""What is wrong with a query, by the first word of its step's label."""
SCENARIOS = ("selectors.", "parameter_names.")
"""How the names of the scenarios begin that send such queries."""
STRENGTH = 2
_SELECTORS = {"order_id": "order", "study_uid": "study"}


def possible(offered: CallForms) -> list[Row]:
    """Return all rows of the table: (property, operation, selector, type)."""
    return [(name, *form) for name in dict.fromkeys(PROPERTIES.values()) for form in offered.forms]


def coverage(target: Target, stories: Iterable[Story]) -> Coverage | None:
    """Return how many pairs of the table the stories of a run asked; None where they asked nothing of it."""
    rows = possible(call_forms(target))
    asked = covered([row for row in _asked(stories) if row in set(rows)], STRENGTH)
    if not asked:
        return None
    wanted = covered(rows, STRENGTH)
    by_property = {
        name: (count_property(asked, name), count_property(wanted, name)) for name in dict.fromkeys(PROPERTIES.values())
    }
    return Coverage(STRENGTH, len(wanted), len(asked), by_property)


def _asked(stories: Iterable[Story]) -> Iterator[Row]:
    for story in stories:
        if story.scenario.startswith(SCENARIOS):
            for step in story.steps:
                name = PROPERTIES.get(step.label.partition("/")[0])
                if name is not None and step.exchange.operation is not None:
                    yield (name, *_form(step.exchange))


def _form(exchange: Exchange) -> tuple[str, str, str]:
    """Return the operation of a call, how it selects, and the report type."""
    operation = str(exchange.operation)
    query = dict(parse_qsl(urlsplit(exchange.request.url).query, keep_blank_values=True))
    selector = NONE
    if operation in ("getStatus", "getResult"):
        selector = next((word for name, word in _SELECTORS.items() if name in query), NONE)
    elif operation == "listReports":
        selector = "limit" if "limit" in query else "all"
    elif operation == "acknowledgeReports":
        selector = "named" if exchange.request.body else "listed"
    return operation, selector, query.get("report_type", NONE)
