"""Queries that Schemathesis draws from the description, and its judgement of the answers.

Schemathesis generates and judges, but never sends: its sessions, probes and retries would bypass the safety rules.
"""

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import cache
from typing import Any

import schemathesis
from hypothesis import strategies as st
from schemathesis.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode

from pacsimile_contract.checkers.description_match import described_lists
from pacsimile_contract.client.requests import query_of
from pacsimile_contract.dialects.requests import described_path, parameters_in_contract
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.generation.queries import Identifiers
from pacsimile_contract.generation.trials import Pairs, Trial, is_hostile
from pacsimile_spec import description, operations
from pacsimile_spec.dialects import Dialect
from pacsimile_spec.dialects.openapi import describe
from pacsimile_spec.identifiers import ORDER_ID, ORGANIZATION_ID, STUDY_UID, is_study_group
from pacsimile_spec.operation_ids import OperationId
from pacsimile_spec.report_types import REPORT_TYPES

CHECKS = [
    status_code_conformance, content_type_conformance, response_headers_conformance, response_schema_conformance,
]  # fmt: skip
"""The checks, by name: the default ones would send requests, or judge what the contract defines differently."""
MOST_QUERY = 4000


@cache
def _schema(dialect: Dialect | None) -> Any:
    generation = {"with-security-parameters": False, "allow-extra-parameters": False}
    config = schemathesis.Config.from_dict({"base-url": "http://127.0.0.1", "generation": generation})
    document = deepcopy(dict(description())) if dialect is None else describe(dialect)
    return schemathesis.openapi.from_dict(document, config=config)


@cache
def _cases(dialect: Dialect | None, operation: OperationId, negative: bool) -> list[st.SearchStrategy[Any]]:
    """Return a strategy for each path of the operation."""
    known = operations()[operation]
    mode = GenerationMode.NEGATIVE if negative else GenerationMode.POSITIVE
    templates = () if dialect is None else dialect.paths[operation]
    paths = [known.path] if dialect is None else [described_path(template, dialect) for template in templates]
    return [_schema(dialect)[path][known.method].as_strategy(generation_mode=mode) for path in paths]


def schema_queries(known: Identifiers) -> list[st.SearchStrategy[Trial]]:
    """Return strategies for queries by the description's schemas.

    Where hostile input is allowed, there are queries against the schemas too. Where it is not, other characters than
    ASCII become question marks.
    """
    return [
        _drawn(known, operation, cases)
        for negative in ((False, True) if known.hostile else (False,))
        for operation in known.operations()
        for cases in _cases(known.dialect, operation, negative)
    ]


def _drawn(known: Identifiers, operation: OperationId, cases: st.SearchStrategy[Any]) -> st.SearchStrategy[Trial]:
    trials = cases.map(lambda case: _trial(known, operation, case))
    return trials.filter(lambda trial: len(trial.query) < MOST_QUERY and (known.hostile or not trial.hostile))


def _trial(known: Identifiers, operation: OperationId, case: Any) -> Trial:
    dialect = known.dialect
    pairs = _pairs({**(case.path_parameters or {}), **(case.query or {})}, "utf-8" if known.hostile else "ascii")
    if dialect is not None:
        pairs = parameters_in_contract(dialect, pairs)
    right = is_right(operation, pairs, dialect)
    why = f"{operation} as the description {'has it' if right else 'does not have it'}"
    promise = "STATUS-3/property-well-formed" if right else "STATUS-3/property-against-the-schema"
    return Trial(
        operation, query_of(list(pairs)), (promise,), {"why": why},
        hostile=is_hostile(*(text for pair in pairs for text in pair)), second=_judge(case),
    )  # fmt: skip


def _pairs(query: Mapping[str, Any], encoding: str) -> Pairs:
    pairs: list[tuple[str, str]] = []
    for name, value in query.items():
        values = value if isinstance(value, list | tuple) else [value]
        pairs += [(str(name), str(member)) for member in values]
    return tuple((_writable(name, encoding), _writable(value, encoding)) for name, value in pairs)


def _writable(text: str, encoding: str) -> str:
    return text.encode(encoding, "replace").decode(encoding)


FORMS: Mapping[str, Callable[[str], object]] = {
    "order_id": ORDER_ID.fullmatch, "study_uid": STUDY_UID.fullmatch, "study_group": is_study_group,
    "organizationId": ORGANIZATION_ID.fullmatch, "report_type": REPORT_TYPES.__contains__,
    "limit": lambda text: re.fullmatch("[1-9][0-9]{0,4}", text, re.ASCII) and int(text) <= 10_000,
}  # fmt: skip


def is_right(operation: str, pairs: Pairs, dialect: Dialect | None = None) -> bool:
    """Tell whether a query obeys the contract (STATUS-3), which no schema of single parameters can express."""
    known, names = operations()[operation], [name for name, _ in pairs]
    required = {parameter.name for parameter in known.parameters if parameter.required}
    selectors = sum(name in known.exactly_one_of for name in names) == 1 or not known.exactly_one_of
    whole = required <= set(names) and len(set(names)) == len(names) and selectors
    taken = {parameter.name for parameter in known.parameters}
    offered = all(name != "report_type" or dialect is None or value in dialect.report_types for name, value in pairs)
    return whole and offered and all(name in taken and bool(FORMS[name](value)) for name, value in pairs)


def _judge(case: Any) -> Callable[[Exchange], str | None]:
    def judge(exchange: Exchange) -> str | None:
        """Return the titles of Schemathesis' failures; None for none. Their texts would show the answer."""
        try:
            case.validate_response(_response(exchange), checks=CHECKS)
        except FailureGroup as failures:
            return ", ".join(sorted({str(failure.title) for failure in failures.exceptions}))
        return None

    return judge


def _response(exchange: Exchange) -> Any:
    import requests

    answer = exchange.received
    assert answer is not None
    headers: dict[str, list[str]] = {}
    for name, value in answer.headers:
        headers.setdefault(name.lower(), []).append(value)
    names = exchange.dialect.headers if exchange.dialect else {}
    headers |= {str(names.get(name, name)).lower(): [value] for name, value in described_lists(exchange).items()}
    sent = requests.Request(exchange.sent.method, exchange.sent.url).prepare()
    return schemathesis.Response(
        status_code=answer.status, headers=headers, content=answer.body, request=sent, elapsed=exchange.seconds,
        verify=True,
    )  # fmt: skip
