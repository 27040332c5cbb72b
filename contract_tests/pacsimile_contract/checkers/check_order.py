"""Which of two faults in a request is reported: the one that the contract checks first."""

from collections.abc import Iterator

from pacsimile_contract import facts
from pacsimile_contract.checkers.common import describe_answer, quote_value, served
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.part import Part, fact, form, not_exercised_while_broken, part
from pacsimile_contract.findings.registry import checker
from pacsimile_contract.findings.story import Story

ALONE = {
    "query": (400, "STATUS-3"),
    "media-type": (415, "BATCH-11"),
    "body": (400, "BATCH-11"),
    "ownership": (403, "SEC-2"),
    "get-query": (400, "STATUS-3"),
    "get-existence": (404, "STATUS-4"),
    "get-type": (404, "RESULTS-5"),
    "group-existence": (404, "GROUP-4"),
    "group-type": (404, "RESULTS-5"),
    "get-state": (409, "RESULTS-4"),
    "group-state": (409, "GROUP-3"),
}
"""By fault of a call, the status of a call with this fault alone, and the requirement that judges it."""

REASONS = {
    "query": "invalid-parameter",
    "media-type": "unsupported-media-type",
    "body": "invalid-body",
    "ownership": "organization-not-allowed",
    "get-query": "invalid-parameter",
    "get-existence": "order-not-found",
    "get-type": "report-type-not-available",
    "group-existence": "study-group-not-found",
    "group-type": "report-type-not-available",
    "get-state": "report-not-ready",
    "group-state": "report-not-ready",
}
"""By fault of a call, the problem reason that the description gives it."""

UNAUTHORIZED, FORBIDDEN = 401, 403
REFUSALS = 400, UNAUTHORIZED, FORBIDDEN
"""How a call may be refused for its Authorization header: RFC 6750 section 3.1 has 400 for a malformed one."""
DISCLOSING = 404, 409
"""What tells whether there is an order, and how far it is."""
OF_A_STUDY = "study-not-found"
"""The reason for what does not exist, where the call is by study."""
OWNERSHIP, NOT_ALLOWED = "ownership", "organization-not-allowed"

PAIRS = {
    "query-before-media-type": ("query", "media-type"),
    "query-before-body": ("query", "body"),
    "query-before-ownership": ("query", "ownership"),
    "media-type-before-body": ("media-type", "body"),
    "media-type-before-ownership": ("media-type", "ownership"),
    "body-before-ownership": ("body", "ownership"),
    "query-before-existence": ("get-query", "get-existence"),
    "existence-before-type": ("get-existence", "get-type"),
    "group-existence-before-type": ("group-existence", "group-type"),
    "status-query-before-existence": ("get-query", "get-existence"),
    "order-ids-query-before-existence": ("get-query", "get-existence"),
    "list-query-before-ownership": ("query", "ownership"),
    "query-before-type-and-state": ("get-query", "get-state"),
    "group-query-before-type-and-state": ("get-query", "group-state"),
    "value-before-existence": ("get-query", "get-existence"),
    "group-value-before-existence": ("get-query", "group-existence"),
    "list-value-before-ownership": ("query", "ownership"),
}
"""By part, the two faults of a request: the one that must be reported, and the other."""


@checker(
    "AUTH-15",
    *PAIRS,
    operations={
        "acknowledgeReports": [name for name, faults in PAIRS.items() if {"media-type", "body"} & {*faults}],
        "getResult": ["existence-before-type", "query-before-type-and-state", "value-before-existence"],
        "getGroupReport": [
            "group-existence-before-type",
            "group-query-before-type-and-state",
            "group-value-before-existence",
        ],
        "getStatus": ["status-query-before-existence"],
        "getOrderIds": ["order-ids-query-before-existence"],
        "listReports": ["list-query-before-ownership", "list-value-before-ownership"],
    },
)
def tells_the_first_fault(story: Story) -> Iterator[Part]:
    """Judge requests with two faults (`both/<part>`), where their answer needs it by those with one fault (`alone/…`).

    In most of them, the fault of the query is an unknown parameter. In `…value-before-…`, it is an invalid value.
    """
    alone = dict(story.below("alone"))
    for name, asked in story.below("both"):
        if names_the_first(name, asked):
            yield part(name, form(True, PAIRS[name][0], PAIRS[name][0]), on=asked)
            continue
        if not alone.keys() >= {*PAIRS[name]}:
            continue
        misjudged = [fault for fault in PAIRS[name] if alone[fault].status != ALONE[fault][0]]
        if misjudged:
            yield not_exercised_while_broken(name, ALONE[misjudged[0]][1])
        else:
            first = alone[PAIRS[name][0]]
            yield part(
                name,
                form(_refusal(asked) == _refusal(first), describe_answer(first), describe_answer(asked)),
                on=(first, asked),
            )


def names_the_first(name: str, asked: Exchange) -> bool:
    """Tell whether the answer to a request with two faults is what the description gives the first of them alone."""
    first = PAIRS[name][0]
    reason = OF_A_STUDY if first == "get-existence" and "study_uid" in asked.given else REASONS[first]
    return _refusal(asked) == (ALONE[first][0], reason)


def _refusal(asked: Exchange) -> tuple[int | None, str | None]:
    return asked.status, facts.problem(asked).reason


@checker(
    "AUTH-15",
    "token-first",
    "scope-first",
    "before-any-effect",
    "before-disclosure",
    operations={"acknowledgeReports": ["before-any-effect"]},
)
def token_and_scope_come_first(story: Story) -> Iterator[Part]:
    """Judge faulty requests without a token (`no-token/…`) and without the scope (`no-scope/…`).

    Some name another organization, which is refused with 403 as well, but in other words.
    `existence/…` ask for what does not exist, `there/…` for what does. Before the listing `left`, acknowledgements
    without either were tried (`tried/…`).
    """
    for label, name in (("no-token", "token-first"), ("no-scope", "scope-first")):
        for _, asked in story.below(label):
            yield part(
                name,
                form(asked.status in (401, 403), "401 or 403, whatever else is wrong", describe_answer(asked)),
                on=asked,
            )
            if asked.status == ALONE[OWNERSHIP][0] and asked.says("Problem", "type"):
                reason = facts.problem(asked).reason
                other = form(reason != NOT_ALLOWED, "a refusal of the token or its scope", quote_value(reason))
                yield part(name, other, on=asked)
    existing = dict(story.below("there"))
    for label, asked in story.below("existence"):
        alike = label in existing and _refusal(asked) == _refusal(existing[label]) and not asked.succeeded
        hidden = fact(asked.status in (401, 403) or alike, "401 or 403, as for what is there", describe_answer(asked))
        spelt = form(asked.status in (401, 403), "401 or 403", describe_answer(asked))
        yield part("before-disclosure", hidden, spelt, on=asked, binding=True)
    for left in story.all("left"):
        wanted = story.given("tried")["report_ids"]
        held = facts.listing(left).report_ids
        kept = fact(set(wanted) <= set(held), f"still listed: {quote_value(wanted)}", quote_value(held))
        tried = [call for _, call in story.below("tried")]
        yield part("before-any-effect", served(left), kept, on=(*tried, left), binding=True)


STEPS_WITHOUT_SCOPE = ("cold", "warm", "ingest")
"""Steps of calls without the scope."""
STEPS_WITHOUT_TOKEN = ("cold-unknown", "everywhere")
"""Steps of calls without the header of a token. The others below `beside` have a token that is not accepted."""


def refuses_the_token(asked: Exchange) -> bool:
    """Tell whether a call is refused for its token."""
    return asked.status == UNAUTHORIZED


def lacks_the_scope(asked: Exchange) -> bool:
    """Tell whether a call is refused for want of a scope, and not for the organization that it names."""
    return asked.status == FORBIDDEN and facts.problem(asked).reason != NOT_ALLOWED


def refuses_the_token_or_scope(asked: Exchange) -> bool:
    """Tell whether a call is refused for its token or for want of a scope."""
    return refuses_the_token(asked) or lacks_the_scope(asked)


@checker("AUTH-15", "token-first", "wrong-token-first", "wrong-scope-first")
def refuses_the_caller_first(story: Story) -> Iterator[Part]:
    """Judge calls that are wrong in another way than by their token or scope too (`beside/<step>`).

    Each must be refused like the same call without the second fault (`<step>`). If the token or scope was refused at
    once, both steps are the same exchange.
    """
    for label, asked in story.below("beside"):
        step = label.partition("/")[0]
        name = _part_of(step)
        for alone in story.all(label):
            if alone.status not in REFUSALS:
                yield not_exercised_while_broken(name, _REQUIREMENT_OF_STEP.get(step, "AUTH-12"))
                continue
            hidden = fact(asked.status not in DISCLOSING, "nothing of what there is", describe_answer(asked))
            alike = form(_refusal(asked) == _refusal(alone), describe_answer(alone), describe_answer(asked))
            yield part(name, hidden, alike, on=asked if asked is alone else (alone, asked), binding=True)


def _part_of(step: str) -> str:
    if step in STEPS_WITHOUT_TOKEN:
        return "token-first"
    return "wrong-scope-first" if step in STEPS_WITHOUT_SCOPE else "wrong-token-first"


_REQUIREMENT_OF_STEP = {
    "cold": "AUTH-14", "warm": "AUTH-14", "ingest": "AUTH-16", "expired": "AUTH-11", "expired-twin": "AUTH-11",
    "another-scheme": "AUTH-13", "everywhere": "AUTH-9", "cold-unknown": "AUTH-9",
}  # fmt: skip
"""By step, the requirement that judges a call with this fault alone, where it is not AUTH-12."""
