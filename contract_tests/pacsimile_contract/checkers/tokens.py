"""The token endpoint: which credentials get a token, and which do not."""

from collections.abc import Iterator
from typing import NamedTuple

from pacsimile_contract import facts
from pacsimile_contract.checkers.common import (
    describe_answer,
    gives_no_token,
    quote_value,
    same_names,
    served,
    telling_headers,
    telling_members,
)
from pacsimile_contract.checkers.description_match import described_content
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.part import Finding, Part, fact, form, not_exercised, part
from pacsimile_contract.findings.registry import checker
from pacsimile_contract.findings.story import Story

HIDDEN = 403
IN_FORM = "form"
"""The way in which credentials are sent without HTTP Basic: refused with 400 or 401."""


@checker("AUTH-1", "token", "opens", operations={"getStatus": ["opens"]})
def gives_a_bearer_token(story: Story) -> Iterator[Part]:
    """Judge the answer to right credentials (step `token`) and a call with that token (step `opened`).

    The call asks for an invented order. If the answer is 403, `opened-there` asks for an existing one.
    """
    for asked in story.all("token"):
        token = facts.token(asked)
        yield part(
            "token",
            served(asked),
            fact(facts.gives_token(asked), "an access_token", describe_answer(asked)),
            _of_type_bearer(asked, token.token_type),
            on=asked,
        )
    for opened in story.all("opened"):
        known = story.all("opened-there")
        if opened.status == HIDDEN and not known:
            yield not_exercised(
                "opens", "403 for an unknown order: needs the state order_in_status, by `states` or `listing`"
            )
            continue
        for asked in known or [opened]:
            let_in = fact(asked.status not in (401, 403), "a call with the token accepted", describe_answer(asked))
            yield part("opens", let_in, on=asked)


def _of_type_bearer(asked: Exchange, token_type: str | None) -> list[Finding]:
    if not asked.says("Token", "token_type"):
        return []
    return [
        fact((token_type or "").lower() == "bearer", "token_type Bearer", quote_value(token_type)),
        form(token_type == "Bearer", "token_type spelt Bearer", quote_value(token_type)),  # noqa: S105
    ]


@checker("AUTH-4", "wrong-secret", "unknown-client", "no-credentials", "same-answer", "malformed-basic")
def refuses_wrong_credentials(story: Story) -> Iterator[Part]:
    """Judge the answers to wrong, unknown, absent and malformed credentials, each asked by GET and POST.

    A wrong secret and an unknown client are asked in a form too (`<kind>/form`). Where the names of headers or members
    differed between the two, both were asked again (`<kind>-again/<way>`); such a difference is judged only there.
    AUTH-1 and AUTH-2 judge a method that is not offered (405).
    """
    for name in ("wrong-secret", "unknown-client"):
        for way, asked in _offered(story, name):
            statuses = (400, 401) if way == IN_FORM else (401,)
            yield part(name, gives_no_token(asked, statuses, "invalid_client"), on=asked)
    for _, asked in _offered(story, "no-credentials"):
        yield part("no-credentials", gives_no_token(asked, (400, 401), "invalid_client", "invalid_request"), on=asked)
    unknown = dict(story.below("unknown-client"))
    for way, wrong in _offered(story, "wrong-secret"):
        if way in unknown:
            other = unknown[way]
            alike = described_content(wrong) == described_content(other)
            yield part(
                "same-answer",
                form(wrong.status == other.status, f"{other.status}, as for an unknown client", describe_answer(wrong)),
                form(alike, f"the same body, {quote_value(other.json)}", quote_value(wrong.json)),
                _same_names(story, way),
                on=(other, wrong),
            )
    for _, asked in _offered(story, "malformed-basic"):
        yield part(
            "malformed-basic",
            fact(not facts.gives_token(asked), "no token", describe_answer(asked)),
            form(asked.status in (400, 401), "400 or 401", describe_answer(asked)),
            on=asked,
        )


class _Refusals(NamedTuple):
    """The answers to a wrong secret and to an unknown client in one way, and all that are like each."""

    wrong: list[Exchange]
    unknown: list[Exchange]
    like_wrong: list[Exchange]
    like_unknown: list[Exchange]


def _refusals(story: Story, way: str) -> _Refusals:
    asked = {kind: [*story.below(kind), *story.below(f"{kind}-again")] for kind in ("wrong-secret", "unknown-client")}
    same_way = [[answer for other, answer in answers if other == way] for answers in asked.values()]
    without_credentials = [answer for name in ("no-credentials", "malformed-basic") for _, answer in story.below(name)]
    return _Refusals(
        *same_way, *([answer for _, answer in answers] + without_credentials for answers in asked.values())
    )


def differ_by_name(story: Story, way: str) -> bool:
    """Tell whether headers or members of the refusals in one way tell a wrong secret from an unknown client so far."""
    refusals = _refusals(story, way)
    asked = refusals.wrong and refusals.unknown
    return bool(asked and (telling_headers(*refusals) or telling_members(*refusals)))


def _same_names(story: Story, way: str) -> list[Finding]:
    """Compare the names of headers and members; where they differ, only if both calls were repeated."""
    refusals = _refusals(story, way)
    repeated = min(len(refusals.wrong), len(refusals.unknown)) > 1
    return same_names(*refusals) if repeated or not differ_by_name(story, way) else []


def _offered(story: Story, label: str) -> list[tuple[str, Exchange]]:
    return [(method, asked) for method, asked in story.below(label) if asked.status != 405]
