"""Secrets that differ from the right one a little: none of them gets a token, however it is sent."""

from collections.abc import Iterator

from pacsimile_contract.checkers.common import gives_no_token
from pacsimile_contract.checkers.tokens import IN_FORM
from pacsimile_contract.findings.part import Part, part
from pacsimile_contract.findings.registry import checker
from pacsimile_contract.findings.story import Story

NEAR_SECRETS = (
    "cut-by-one", "longer-by-one", "behind-a-colon", "one-letter-in-other-case", "blank-before", "blank-behind",
    "encoded-twice", "look-alike", "before-a-colon", "last-character-another", "wildcard-at-its-end",
    "in-quotation-marks", "line-feed-behind", "nul-behind", "its-digest", "empty", "of-same-organization",
    "of-other-organization", "client-id-as-secret", "secret-as-client-id", "client-id-cut-by-one",
    "client-id-longer-by-one", "client-id-in-other-case", "client-id-look-alike", "client-id-wildcard",
    "client-id-with-a-blank",
)  # fmt: skip
"""How credentials are wrong: most secrets are the right one with a small change. Of others the client id is wrong."""

AT_THE_EDGE = ("blank-before", "blank-behind", "line-feed-behind", "nul-behind", "client-id-with-a-blank")
"""The kinds that no header of its own can carry: blanks around a header's value are not part of it, and control
characters have no place there (RFC 9110 section 5.5)."""
OUTSIDE_ASCII = frozenset({"look-alike", "line-feed-behind", "nul-behind", "client-id-look-alike"})
"""The kinds that a service may refuse as malformed: RFC 6749 appendix A allows printable ASCII alone."""
NOT_OFFERED = 405


@checker("AUTH-4", *NEAR_SECRETS)
def compares_the_whole_secret(story: Story) -> Iterator[Part]:
    """Judge token requests with a secret that is wrong in one way (steps `<part>/<way>`).

    By HTTP Basic the answer is 401, in a form 400 or 401. An empty secret in a form counts as none (RFC 6749 section
    3.2). AUTH-1 and AUTH-2 judge a method that is not offered (405).
    """
    for kind in NEAR_SECRETS:
        for way, asked in story.below(kind):
            if asked.status == NOT_OFFERED:
                continue
            malformed = kind in OUTSIDE_ASCII or (kind == "empty" and way == IN_FORM)
            statuses = (400, 401) if malformed or way == IN_FORM else (401,)
            errors = ("invalid_client", "invalid_request") if malformed else ("invalid_client",)
            yield part(kind, gives_no_token(asked, statuses, *errors), on=asked)


@checker("AUTH-2", "another-client")
def takes_one_client(story: Story) -> Iterator[Part]:
    """Judge right credentials by HTTP Basic beside another client's id in the form (`another-client`)."""
    for asked in story.all("another-client"):
        if asked.status != NOT_OFFERED:
            yield part("another-client", gives_no_token(asked, (400,), "invalid_request"), on=asked)


@checker("AUTH-4", "secret-of-another")
def compares_with_its_own_secret(story: Story) -> Iterator[Part]:
    """Judge HTTP Basic with one client's id, and the secret of the one that the form names (`secret-of-another`)."""
    for asked in story.all("secret-of-another"):
        if asked.status != NOT_OFFERED:
            yield part("secret-of-another", gives_no_token(asked, (401,), "invalid_client"), on=asked)


@checker("AUTH-4", "beside-the-right-one", "id-alone")
def wants_one_right_secret(story: Story) -> Iterator[Part]:
    """Judge token requests with a wrong secret beside the right one, and with a client id and no secret at all.

    The steps are `beside-the-right-one/<place of the wrong one>` and `id-alone/<way>`. AUTH-1 and AUTH-2 judge a method
    that is not offered (405).
    """
    for kind in ("beside-the-right-one", "id-alone"):
        for _, asked in story.below(kind):
            if asked.status != NOT_OFFERED:
                yield part(kind, gives_no_token(asked, (400, 401), "invalid_client", "invalid_request"), on=asked)
