"""Expiry: a token is valid until it expires, and no longer."""

from collections.abc import Iterator

from pacsimile_contract.checkers.common import by_operation, describe_answer, refused
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.part import Finding, Part, fact, not_exercised, not_exercised_while_broken, part
from pacsimile_contract.findings.registry import checker
from pacsimile_contract.findings.story import Story
from pacsimile_spec.operation_ids import API_OPERATIONS

LEEWAY = 300
"""Seconds after `exp` from which AUTH-11 requires that a token is refused."""


@checker("AUTH-11", *API_OPERATIONS)
def refuses_expired_tokens(story: Story) -> Iterator[Part]:
    """Judge calls with a token that expired long ago, or since it was used (`late/<op>`).

    The token that expired long ago is sent as issued (`expired/<op>`), and with the other signature that is valid for
    it (`expired-twin/<op>`): that is the same token.
    """
    for operation, asked in by_operation(story, "expired", "expired-twin", "late"):
        yield part(operation, refused(asked, 401), on=asked)


def _good(asked: Exchange) -> Finding:
    return fact(asked.status not in (401, 403), "the token is still good", describe_answer(asked))


@checker("AUTH-17", "until-it-expires")
def lasts_until_it_expires(story: Story) -> Iterator[Part]:
    """Judge a call with a token a few seconds before its end (`before-its-end`).

    Calls that were refused when the token had ended meanwhile, since the service is slow, are noted as `overtaken`.
    """
    overtaken = story.given("overtaken")["calls"] if story.has("overtaken") else ()
    for asked in story.all("before-its-end"):
        if asked.number in overtaken:
            yield not_exercised("until-it-expires", "the token ended while the service was being asked")
        else:
            yield part("until-it-expires", _good(asked), on=asked)


@checker("AUTH-17", "after-its-beginning", operations={"getStatus": ["after-its-beginning"]})
def is_good_from_its_beginning(story: Story) -> Iterator[Part]:
    """Judge a call with a token after its `nbf` (`begun`), which was refused before it (`early`).

    AUTH-12 judges one that is accepted early.
    """
    for early in story.all("early"):
        if early.status == 401:
            for asked in story.all("begun"):
                yield part("after-its-beginning", _good(asked), on=(early, asked))


@checker("AUTH-17", "other-connection", "in-parallel", "beside-newer-ones")
def is_good_everywhere(story: Story) -> Iterator[Part]:
    """Judge calls with one token: on a new connection, on several at once, and after newer ones were issued."""
    for name in ("other-connection", "in-parallel", "beside-newer-ones"):
        for asked in story.all(name):
            yield part(name, _good(asked), on=asked)


@checker("AUTH-17", "after-wrong-secrets", operations={"getStatus": ["after-wrong-secrets"]})
def outlives_wrong_secrets(story: Story) -> Iterator[Part]:
    """Judge a call with a client's token after somebody tried wrong secrets for it (`after-wrong-secrets`)."""
    for asked in story.all("after-wrong-secrets"):
        yield part("after-wrong-secrets", _good(asked), on=asked)


@checker("AUTH-18", "never-used", "used-before")
def has_no_leeway(story: Story) -> Iterator[Part]:
    """Judge calls with tokens exactly at their `exp` (`at-its-end/<part>`).

    AUTH-11 judges a token that is accepted long after (`late/…`).
    """
    late = [call for _, call in story.below("late")]
    for name, asked in story.below("at-its-end"):
        if any(call.succeeded for call in late):
            yield not_exercised_while_broken(name, "AUTH-11")
        else:
            yield part(name, refused(asked, 401), on=asked)
