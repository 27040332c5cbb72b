"""Access tokens: a call needs one in its header, and a refusal says so."""

from collections.abc import Iterator

from pacsimile_contract import facts
from pacsimile_contract.checkers.common import by_operation, describe_answer, quote_value, refused
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.part import Finding, Part, fact, form, part, should
from pacsimile_contract.findings.registry import checker, whole_run
from pacsimile_contract.findings.story import Story
from pacsimile_spec.operation_ids import API_OPERATIONS, TOKEN_OPERATIONS

EVERYWHERE = "everywhere"
"""Calls without the header, with a token in all other places."""
TOKENLESS = ("in-query", "in-other-header")
"""Parts of AUTH-13: where a token is sent in calls without the header."""
REFUSALS_OF_A_TOKEN = (400, 401, 403)
ALSO_REFUSED_BY = {"in-query": (414,), "in-form-body": (415,)}
"""By part, a further lawful status: a query may be too long for a server, and a form may be refused unread."""


@checker("AUTH-9", *API_OPERATIONS)
def needs_a_token(story: Story) -> Iterator[Part]:
    """Judge calls without a token: on new connections (`cold…`), and after a good call on kept ones (`warm`).

    Some come with the client's own credentials by HTTP Basic (`credentials`), which are no token, and some with a token
    in other places than the header (`everywhere`): those that are not answered by 401 are asked again without one.
    """
    for operation, asked in by_operation(story, "cold", "cold-unknown", "warm", "credentials"):
        yield part(operation, refused(asked, 401), on=asked)
    for operation, asked in by_operation(story, EVERYWHERE):
        if asked.status == 401:
            yield part(operation, refused(asked, 401), on=asked)


@checker("AUTH-10", "no-token", "token-sent")
def names_bearer(story: Story) -> Iterator[Part]:
    """Judge the challenges of 401s to calls without a token (`cold…`, `warm`), and with an `invented` one."""
    for _, asked in (*story.below("cold"), *story.below("cold-unknown"), *story.below("warm")):
        if asked.status == 401:
            error = _error(asked, "bearer")
            without = should(error is None, "no error, since no token was sent", quote_value(error))
            yield part("no-token", _challenged(asked, "bearer", "Bearer"), without, on=asked)
    for _, asked in story.below("invented"):
        if asked.status == 401:
            error = _error(asked, "bearer")
            invalid = should(error == "invalid_token", 'error="invalid_token"', quote_value(error))
            yield part("token-sent", _challenged(asked, "bearer", "Bearer"), invalid, on=asked)


@whole_run
@checker("AUTH-10", "every-401")
def names_bearer_always(story: Story) -> Iterator[Part]:
    """Judge every 401 of the API operations in a run."""
    for answered in story.exchanges:
        if answered.operation in API_OPERATIONS and answered.status == 401:
            yield part("every-401", _challenged(answered, "bearer", "Bearer"), on=answered)


@checker("AUTH-10", "token-operations")
def names_basic(story: Story) -> Iterator[Part]:
    """Judge the challenges of the token endpoint's 401s to Basic credentials that are not right."""
    for kind in ("wrong-secret", "unknown-client"):
        for _, asked in story.below(kind):
            if asked.status == 401:
                yield part("token-operations", _challenged(asked, "basic", "Basic"), on=asked)


@whole_run
@checker("AUTH-10", "every-401-of-tokens")
def names_basic_always(story: Story) -> Iterator[Part]:
    """Judge every 401 of the token operations in a run, however the credentials were sent."""
    for answered in story.exchanges:
        if answered.operation in TOKEN_OPERATIONS and answered.status == 401:
            yield part("every-401-of-tokens", _challenged(answered, "basic", "Basic"), on=answered)


def _challenged(exchange: Exchange, scheme: str, shown_as: str) -> Finding:
    schemes = [name for name, _ in facts.challenges(exchange)]
    return form(
        scheme in schemes,
        f"WWW-Authenticate: {shown_as}",
        quote_value(", ".join(schemes)) if schemes else "no challenge",
    )


def _error(exchange: Exchange, scheme: str) -> str | None:
    errors = (parameters.get("error") for name, parameters in facts.challenges(exchange) if name == scheme)
    return next((error for error in errors if error is not None), None)


@checker("AUTH-12", "random")
def refuses_invented_tokens(story: Story) -> Iterator[Part]:
    """Judge calls with tokens that were made up (`invented/<op>`)."""
    for _, asked in story.below("invented"):
        yield part("random", refused(asked, 401), on=asked)


def _opens_nothing(exchange: Exchange, *more: int) -> list[Finding]:
    *others, last = (*REFUSALS_OF_A_TOKEN, *more)
    words = f"{', '.join(map(str, others))} or {last}"
    return [
        fact(not exchange.succeeded, "a refusal", describe_answer(exchange)),
        form(exchange.status in (*others, last), words, describe_answer(exchange)),
    ]


@checker("AUTH-13", *TOKENLESS)
def takes_no_token_elsewhere(story: Story) -> Iterator[Part]:
    """Judge calls without the header, with a good token in the query, in cookies and in headers that gateways trust.

    It is in all of these places (`everywhere/<call>`). After an answer other than 401 the same was asked with the token
    in one kind of place (`in-query/<call>`, `in-other-header/<call>`), and without any (`warm/<call>`): what needs no
    token at all is AUTH-9's.
    """
    without = dict(story.below("warm"))
    apart = {name: dict(story.below(name)) for name in TOKENLESS}
    for call, asked in story.below(EVERYWHERE):
        if call in without and without[call].succeeded:
            continue
        alone = {name: calls[call] for name, calls in apart.items() if call in calls}
        only_together = asked.succeeded and not any(other.succeeded for other in alone.values())
        for name in TOKENLESS:
            judged = asked if only_together else alone.get(name, asked)
            yield part(name, _opens_nothing(judged, *ALSO_REFUSED_BY.get(name, ())), on=judged)


@checker(
    "AUTH-13",
    "in-form-body",
    "another-scheme",
    "second-header",
    "two-headers",
    "scheme-case",
    operations={"acknowledgeReports": ["in-form-body"]},
)
def takes_the_header_alone(story: Story) -> Iterator[Part]:
    """Judge calls with a good token in a form, in a second header, behind another scheme, and one in another case.

    Steps `in-form-body`, `another-scheme/…`, `second-header/…` (the first does not open it), `two-headers` (the first
    does), `scheme-case/…`.
    """
    for name, calls in (
        ("in-form-body", story.all("in-form-body")),
        *((name, [asked for _, asked in story.below(name)]) for name in ("another-scheme", "second-header")),
    ):
        for asked in calls:
            yield part(name, _opens_nothing(asked, *ALSO_REFUSED_BY.get(name, ())), on=asked)
    for asked in story.all("two-headers"):
        yield part("two-headers", should(not asked.succeeded, "a refusal", describe_answer(asked)), on=asked)
    for _, asked in story.below("scheme-case"):
        yield part("scheme-case", fact(asked.status not in (401, 403), "accepted", describe_answer(asked)), on=asked)
