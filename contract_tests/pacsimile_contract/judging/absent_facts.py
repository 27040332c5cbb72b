"""The table of facts that a dialect may leave out, with the requirements and parts that are then N/A.

It has only what rests on one fact alone. If a part rests on other facts too, its checker compares those (see
`Exchange.says`).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from pacsimile_contract.checkers.histories import PART as HISTORIES
from pacsimile_contract.checkers.service_model import PART as BY_ALL_THAT_WAS_SEEN
from pacsimile_contract.checkers.unusual_forms import IN_ANY_FORM
from pacsimile_contract.checkers.wrong_secrets import AT_THE_EDGE
from pacsimile_contract.dialects.vocabulary import (
    API_SCOPES,
    in_seconds,
    only_of_groups,
    only_of_orders,
    order_types,
    scopes_meant,
    scopes_without,
    selects_by,
)
from pacsimile_contract.findings.reasons import Reason, Unjudged
from pacsimile_contract.findings.registry import judged_requirements, parts_of
from pacsimile_contract.findings.type_parts import group_part_of, part_of
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.target.operations import untaken_words
from pacsimile_spec import operations
from pacsimile_spec.dialects import Dialect
from pacsimile_spec.operation_ids import TOKEN_OPERATIONS
from pacsimile_spec.report_types import REPORT_TYPES
from pacsimile_spec.scopes import REPORTS_ACK, REPORTS_READ, STATUS_READ

_THE_DIALECT = "the dialect "
_OF_A_JSON_REPORT = ("RESULTS-7/json", "RESULTS-8/json", "RESULTS-10/json", "CONS-2/json-report")
_OF_A_JSON_GROUP_REPORT = ("RESULTS-8/group-json",)
_OF_AN_ACKNOWLEDGEMENT = (
    "BATCH-5/answer", "BATCH-5/refused-calls-between", "BATCH-7/answer", "BATCH-8/answer",
    "BATCH-9/without-own-listing", "BATCH-11/memory-kept", "BATCH-11/acknowledged-before", "BATCH-11/empty-list",
    "BATCH-12/superseded-by-listing", "BATCH-12/superseded-by-name", "BATCH-14/none-lost", "STATUS-8/report-ids",
)  # fmt: skip
_NOT_FOUND = ("BATCH-11/unknown", "BATCH-11/foreign", "BATCH-11/unready", "BATCH-11/misspelt", "BATCH-11/other-things")

MEMBERS: Mapping[str, tuple[str, ...]] = {
    "Token.expires_in": ("AUTH-3/expires-in",),
    "Token.scope": ("AUTH-6/narrower", "AUTH-6/default", "AUTH-6/property-narrowed-scope"),
    "OrderStatus.study_uid": ("STATUS-7/study-uid",),
    "OrderStatus.study_group": ("STATUS-7/study-group",),
    "OrderStatus.progress": ("STATUS-6/progress-never-falls", "STATUS-6/progress-100"),
    "OrderStatus.report_types": ("CONS-2/named-types", "CONS-2/no-other-type", "CONS-2/not-before-completed"),
    "OrderStatus.created_at": ("STATUS-6/created-before-updated", "STATUS-7/created-at"),
    "OrderStatus.updated_at": (
        "STATUS-6/created-before-updated", "STATUS-7/updated-at-never-falls", "STATUS-7/updated-at-moves",
    ),
    "OrderStatus.completed_at": ("STATUS-6/completed-at", "STATUS-7/completed-at"),
    "ReportList.reports.report_status": ("BATCH-12/supersedes",),
    "ReportList.reports.supersedes": ("BATCH-12/supersedes",),
    "ReportList.reports.completed_at": ("BATCH-13/oldest-first",),
    "Acknowledgement.acknowledged": _OF_AN_ACKNOWLEDGEMENT,
    "Acknowledgement.not_found": _NOT_FOUND,
    "Problem.instance": ("SEC-5/instance",),
}  # fmt: skip
"""The parts that rest on a member of a table alone. No part rests on another member alone."""

HEADERS: Mapping[str, tuple[str, ...]] = {
    "X-Request-Id": ("SEC-6/one-record-a-call",),
    "Retry-After": ("PROTO-4/429", "PROTO-4/503", "PROTO-4/every-retry-after", "PROTO-4/every-429-and-503"),
    "Content-Digest": ("RESULTS-9",),
    "Cache-Control": ("AUTH-7/no-store", "AUTH-7/every-token"),
    "WWW-Authenticate": ("AUTH-10",),
}
"""The requirements and parts that rest on a header alone."""

SELECTORS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("getStatus", "study_uid"): (
        "STATUS-2", "STATUS-4/unknown-study", "ORDERID-2/first-is-the-most-recent", "BATCH-10/by-study",
        "CONS-2/status-by-study", "CONS-2/status-by-study-after-changes", "SEC-1/status-by-study", "SEC-3/status",
    ),
    ("getResult", "study_uid"): (
        "STATUS-4/report-of-unknown-study", "RESULTS-2", "RESULTS-3", "RESULTS-4/by-study", "RESULTS-11/by-study",
        "SEC-1/result-by-study", "SEC-3/result",
    ),
    ("getStatus", "order_id"): (
        "STATUS-1", "STATUS-4/unknown-order", "STATUS-5", "STATUS-7", "BATCH-10/status", "SEC-1/status-by-order",
    ),
    ("getResult", "order_id"): (
        "STATUS-4/report-of-unknown-order", "RESULTS-1", "RESULTS-2/as-by-order", "RESULTS-7", "RESULTS-10",
        "RESULTS-11/by-order", "GROUP-5", "SEC-1/result-by-order", "SEC-1/result-of-no-order",
    ),
}  # fmt: skip
"""By operation, and the selector by which it cannot be asked because each of its paths holds the other."""


@dataclass(frozen=True, slots=True)
class AbsentFact:
    """A fact that a dialect may leave out.

    Attributes:
        words: The line of a dialect file that leaves it out.
        checks: The requirements, and parts of others, that are then N/A.
        is_absent: Tells whether a dialect leaves it out.
    """

    words: str
    checks: tuple[str, ...]
    is_absent: Callable[[Dialect], bool]


def absent_facts(dialect: Dialect) -> dict[str, Unjudged]:
    """Return the requirements, and parts of others, that are N/A under a dialect, each with the reason."""
    reasons: dict[str, Unjudged] = {}
    for fact in facts():
        if fact.is_absent(dialect):
            text = f"{_THE_DIALECT}{dialect.name} says `{fact.words}`"
            why = Unjudged(Verdict.NOT_APPLICABLE, text, Reason.FACT_ABSENT)
            reasons |= {check: why for check in fact.checks if check not in reasons}
    return reasons


def unanswerable(dialect: Dialect) -> list[str]:
    """Return the token operations that never answer 2xx: absent ones, and GET if the credentials are in the body."""
    absent = [name for name in TOKEN_OPERATIONS if name in dialect.absent_operations]
    return [*absent, *(["getToken"] if dialect.credentials == "body" and "getToken" not in absent else [])]


def is_absent_fact(text: str) -> bool:
    """Tell whether a text is a reason that `absent_facts` gave."""
    return text.startswith(_THE_DIALECT)


def facts() -> Iterator[AbsentFact]:
    """Yield each fact that a dialect may leave out and on which something rests alone."""
    yield from _members()
    yield from _scopes()
    yield AbsentFact("times: epoch_s", ("STATUS-2/within-a-second",), in_seconds)
    yield from (
        AbsentFact(f"headers: {{{name}: null}}", checks, _lacks_header(name)) for name, checks in HEADERS.items()
    )
    yield from _report_types()
    for operation, alone in (("getToken", ("AUTH-1",)), ("postToken", ("AUTH-2", "AUTH-5/missing-grant-type"))):
        checks = (*alone, f"PROTO-1/{operation}")
        yield AbsentFact(f"operations: {{{operation}: false}}", checks, _lacks_operation(operation))
    yield from (
        AbsentFact(untaken_words(operation, selector), checks, _lacks_selector(operation, selector))
        for (operation, selector), checks in SELECTORS.items()
    )
    yield from _credentials()
    yield AbsentFact(
        "unknown_parameters: ignored",
        ("STATUS-3/unknown-parameter", "STATUS-3/names-the-unknown", "STATUS-3/misspelt-name-beside",
         "STATUS-3/property-unknown-parameter",
         "STATUS-3/property-names-the-unknown", *(f"AUTH-15/{part}" for part in parts_of("AUTH-15")
                                                  if part.startswith("query-before-"))),
        lambda dialect: dialect.unknown_parameters == "ignored",
    )  # fmt: skip
    yield from _acknowledgements()


def _credentials() -> Iterator[AbsentFact]:
    yield AbsentFact("token: {credentials: body}", ("AUTH-1",), lambda dialect: dialect.credentials == "body")
    yield AbsentFact(
        "token: {credentials: query}", ("AUTH-2/body",), lambda dialect: dialect.credentials in ("query", "headers")
    )
    yield AbsentFact(
        "token: {credentials: headers}", tuple(f"AUTH-4/{kind}" for kind in AT_THE_EDGE),
        lambda dialect: dialect.credentials == "headers",
    )  # fmt: skip
    yield AbsentFact(
        "token: {credentials: any but basic}", ("AUTH-2/not-both", "AUTH-4/beside-the-right-one", "AUTH-4/id-alone",
        "AUTH-4/malformed-basic", "AUTH-4/property-malformed-basic", "AUTH-8", "AUTH-10/token-operations"),
        lambda dialect: dialect.credentials != "basic",
    )  # fmt: skip


def _acknowledgements() -> Iterator[AbsentFact]:
    yield AbsentFact(
        "acknowledgement: {without_body: false}",
        ("BATCH-5", "BATCH-6", "BATCH-7", "BATCH-8", "BATCH-9", "BATCH-11/memory-kept", "BATCH-11/zero-bytes",
         "BATCH-12/superseded-by-listing", "BATCH-13/walk", "SEC-2/post", "SEC-2/unknown-post",
         "SEC-7/post-stays-post"),
        lambda dialect: not dialect.acknowledgements.without_body,
    )  # fmt: skip
    yield AbsentFact(
        "acknowledgement: {body: null}",
        ("BATCH-11", "BATCH-12/superseded-by-name",
         "BATCH-14",
         "SEC-2/post-by-name", "SEC-2/nothing-acknowledged", "SEC-2/report-by-name", "STATUS-8/report-ids",
         *(f"AUTH-15/{part}" for part in parts_of("AUTH-15") if "media-type" in part or "body" in part),
         "AUTH-15/query-before-ownership"),
        lambda dialect: not dialect.acknowledgements.with_body,
    )  # fmt: skip
    yield AbsentFact(
        "acknowledgement: {answer: null}", (*_OF_AN_ACKNOWLEDGEMENT, *_NOT_FOUND),
        lambda dialect: not dialect.acknowledgements.answered,
    )  # fmt: skip
    yield AbsentFact(
        "codes: {acknowledged: 204}", (*_OF_AN_ACKNOWLEDGEMENT, *_NOT_FOUND),
        lambda dialect: dialect.codes.acknowledged == 204,
    )  # fmt: skip


def _names_parameters(dialect: Dialect) -> bool:
    return dialect.says("Problem", "errors") and dialect.says("Problem.errors", "parameter")


def _members() -> Iterator[AbsentFact]:
    for place, checks in MEMBERS.items():
        table, _, member = place.rpartition(".")
        words = f"errors: {{{member}: null}}" if table == "Problem" else f"fields: {{{table}: {{{member}: null}}}}"
        yield AbsentFact(words, checks, _lacks_member(table, member))
    yield AbsentFact(
        "errors: {detail: null, errors: null}", ("STATUS-3/names-the-unknown", "STATUS-3/property-names-the-unknown"),
        lambda dialect: not (dialect.says("Problem", "detail") or _names_parameters(dialect)),
    )  # fmt: skip
    for table, checks in (("JsonReport", _OF_A_JSON_REPORT), ("GroupJsonReport", _OF_A_JSON_GROUP_REPORT)):
        yield AbsentFact(f"fields: {{{table}: {{any member: null}}}}", checks, _lacks_any_member(table))


def _lacks_member(table: str, member: str) -> Callable[[Dialect], bool]:
    return lambda dialect: dialect.fields[table][member] is None


def _lacks_any_member(table: str) -> Callable[[Dialect], bool]:
    return lambda dialect: any(name == table or name.startswith(f"{table}.") for name, _ in dialect.absent_members())


def _lacks_header(name: str) -> Callable[[Dialect], bool]:
    return lambda dialect: dialect.headers[name] is None


def _lacks_selector(operation: str, selector: str) -> Callable[[Dialect], bool]:
    return lambda dialect: not selects_by(dialect, operation, selector)


def _lacks_operation(name: str) -> Callable[[Dialect], bool]:
    return lambda dialect: name in dialect.absent_operations


def _scopes() -> Iterator[AbsentFact]:
    for scope in API_SCOPES:
        checks = tuple(f"AUTH-14/{name}" for name, known in operations().items() if known.scope == scope)
        yield AbsentFact(f"values: {{scope: {{{scope}: the word of all others}}}}", checks, _tells_from_none(scope))
    yield AbsentFact(
        "values: {scope: {reports.read: the word of status.read, reports.ack: the same}}",
        ("AUTH-6/narrower-opens-no-more",),
        lambda dialect: scopes_meant(dialect, [STATUS_READ]).issuperset((REPORTS_READ, REPORTS_ACK)),
    )
    yield AbsentFact(
        "values: {scope: one word for all three}",
        (
            "AUTH-6/beyond-the-client",
            "AUTH-6/default",
            "AUTH-14/whole-names",
            "AUTH-15/scope-first",
            f"AUTH-14/{BY_ALL_THAT_WAS_SEEN}",
            f"AUTH-14/{HISTORIES}",
            f"AUTH-14/{IN_ANY_FORM}",
        ),
        lambda dialect: not any(scopes_without(dialect, scope) for scope in API_SCOPES),
    )


def _tells_from_none(scope: str) -> Callable[[Dialect], bool]:
    return lambda dialect: not scopes_without(dialect, scope)


def _report_types() -> Iterator[AbsentFact]:
    judged = sorted(judged_requirements())
    for name in REPORT_TYPES:
        parts = tuple(dict.fromkeys((part_of(name), group_part_of(name))))
        checks = tuple(
            f"{requirement}/{part}"
            for requirement in judged
            if requirement.startswith(("RESULTS-", "GROUP-"))
            for part in parts
            if part in parts_of(requirement)
        )
        yield AbsentFact(f"report_types: without {name}", checks, _offers_none(name))
    yield AbsentFact(
        "report_types: none of study groups alone", ("RESULTS-5/ruled-out", "AUTH-15/existence-before-type"),
        lambda dialect: only_of_groups(dialect) is None,
    )  # fmt: skip
    yield AbsentFact(
        "report_types: none of orders alone", ("RESULTS-5/of-a-group", "AUTH-15/group-existence-before-type"),
        lambda dialect: only_of_orders(dialect) is None,
    )  # fmt: skip
    yield AbsentFact(
        "report_types: one of orders",
        ("RESULTS-5/not-offered", "RESULTS-5/not-offered-yet", "CONS-2/no-other-type"),
        lambda dialect: len(order_types(dialect)) == 1,
    )


def _offers_none(name: str) -> Callable[[Dialect], bool]:
    return lambda dialect: name not in dialect.report_types
