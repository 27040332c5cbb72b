"""The token endpoint: valid token requests, their answers, and requests that are refused."""

import json
from collections.abc import Iterator
from dataclasses import replace

from pacsimile_contract import facts
from pacsimile_contract.checkers.common import describe_answer, gives_no_token, quote_value, served
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.part import Finding, Part, fact, form, not_applicable, not_exercised, part, should
from pacsimile_contract.findings.registry import checker, whole_run
from pacsimile_contract.findings.story import Story
from pacsimile_spec.operation_ids import TOKEN_OPERATIONS

HOUR = 3600
LATE = 5.0
"""Seconds by which `exp` may lie beyond an hour, besides the call's duration."""
MOST_LIFE = 3900
"""Seconds from `iat` to `exp`: issuers backdate."""


@checker("AUTH-2", "basic", "body", "spelling", "not-both", "opens", operations={"getStatus": ["opens"]})
def gives_a_token_by_post(story: Story) -> Iterator[Part]:
    """Judge POSTs with credentials by Basic and in the body (`posted/<part>`), by both (`both`), and their use."""
    for name, asked in story.below("posted"):
        given = fact(facts.gives_token(asked), "an access_token", describe_answer(asked))
        bearer = fact(
            (facts.token(asked).token_type or "").lower() == "bearer", "token_type Bearer", describe_answer(asked)
        )
        said = [bearer] if asked.says("Token", "token_type") else []
        yield part(name, served(asked), given, said, on=asked)
    for asked in story.all("both"):
        yield part("not-both", gives_no_token(asked, (400,), "invalid_request"), on=asked)
    for _, opened in story.below("opened"):
        let_in = fact(opened.status not in (401, 403), "a call with the token accepted", describe_answer(opened))
        yield part("opens", let_in, on=opened)


def _token_answers(story: Story) -> list[Exchange]:
    """Return the answers to correct credentials, by GET (`token`) and POST (`posted/…`), that issue a token."""
    asked = [*story.all("token"), *(answer for _, answer in story.below("posted"))]
    return [answer for answer in asked if facts.gives_token(answer)]


@checker("AUTH-3", "expires-in", "exp", "exp-and-iat")
def lives_an_hour_at_most(story: Story) -> Iterator[Part]:
    """Judge how long tokens say that they live: in the answer, and in the JWT where it is one."""
    for asked in _token_answers(story):
        expires_in = asked.json.get("expires_in") if isinstance(asked.json, dict) else None
        yield part("expires-in", _bounded(expires_in), on=asked)
        whole = facts.token(asked).expires_in is not None
        yield part("expires-in", form(whole, "expires_in as an integer", json.dumps(expires_in)[:200]), on=asked)
        yield from _jwt_parts(asked)


def _bounded(expires_in: object) -> list[Finding]:
    """Compare with an hour; a number in a string counts, anything else is not compared."""
    try:
        seconds = float(str(expires_in))
    except ValueError:
        return []
    return [fact(1 <= seconds <= HOUR, f"expires_in within 1…{HOUR}", quote_value(expires_in))]


def _jwt_parts(asked: Exchange) -> Iterator[Part]:
    if asked.jwt is None:
        yield from (not_applicable(name, "the tokens are opaque") for name in ("exp", "exp-and-iat"))
        return
    exp, iat = asked.jwt["claims"].get("exp"), asked.jwt["claims"].get("iat")
    if not isinstance(exp, int | float):
        yield part("exp", fact(False, "an exp", quote_value(exp)), on=asked)
        return
    if asked.date is None:
        yield not_exercised("exp", "the answer has no Date to compare with")
    else:
        left = exp - asked.date
        most = HOUR + LATE + asked.seconds
        yield part("exp", fact(left <= most, f"exp at most {HOUR} s after Date", f"{left:.0f} s"), on=asked)
    if isinstance(iat, int | float):
        yield part("exp-and-iat", fact(exp - iat <= MOST_LIFE, f"exp - iat <= {MOST_LIFE} s", exp - iat), on=asked)


@whole_run
@checker("AUTH-3", "every-token")
def lives_an_hour_at_most_always(story: Story) -> Iterator[Part]:
    """Judge the lifetime that every answer of a run names which hands out a token."""
    for asked in story.exchanges:
        if asked.operation in TOKEN_OPERATIONS and asked.succeeded and facts.gives_token(asked):
            seconds = facts.token(asked).expires_in
            if seconds is not None:
                expected = f"expires_in within 1…{HOUR}"
                yield part("every-token", fact(1 <= seconds <= HOUR, expected, str(seconds)), on=asked)
            for compared in _jwt_parts(asked) if asked.jwt is not None and asked.date is not None else ():
                yield replace(compared, name="every-token")


@checker("AUTH-5", "invented-grant-type", "missing-grant-type", "repeated")
def refuses_malformed_requests(story: Story) -> Iterator[Part]:
    """Judge requests with right credentials and one fault (steps `<part>/<how>`)."""
    for _, asked in story.below("invented-grant-type"):
        yield part("invented-grant-type", gives_no_token(asked, (400,), "unsupported_grant_type"), on=asked)
    for name in ("missing-grant-type", "repeated"):
        for _, asked in story.below(name):
            yield part(name, gives_no_token(asked, (400,), "invalid_request"), on=asked)


@checker("AUTH-7", "no-store", "no-refresh-token")
def is_not_kept(story: Story) -> Iterator[Part]:
    """Judge that no cache may keep a token answer, and that no refresh token comes with it."""
    for asked in _token_answers(story):
        yield part("no-store", _not_stored(asked), on=asked)
        refresh = facts.token(asked).refresh
        yield part("no-refresh-token", should(not refresh, "no refresh_token", "a refresh_token"), on=asked)


@whole_run
@checker("AUTH-7", "every-token")
def is_never_kept(story: Story) -> Iterator[Part]:
    """Judge every answer of a run that hands out a token."""
    for asked in story.exchanges:
        if asked.operation in TOKEN_OPERATIONS and asked.succeeded:
            yield part("every-token", _not_stored(asked), on=asked)


def _not_stored(asked: Exchange) -> Finding:
    directives = [
        directive.strip().lower() for value in asked.headers("Cache-Control") for directive in value.split(",")
    ]
    return form("no-store" in directives, "Cache-Control: no-store", ", ".join(directives) or "no Cache-Control")


@checker("AUTH-8", "beside-basic", "alone")
def refuses_secrets_in_urls(story: Story) -> Iterator[Part]:
    """Judge requests with an invented `client_secret` in the URL (steps `<part>/<method>`)."""
    for name in ("beside-basic", "alone"):
        for _, asked in story.below(name):
            yield part(name, gives_no_token(asked, (400,), "invalid_request"), on=asked)
