"""Forged tokens: a token that the service did not sign as it stands, for this service, opens nothing."""

from collections.abc import Iterator

from pacsimile_contract.checkers.common import refused
from pacsimile_contract.findings.part import Part, not_applicable, part
from pacsimile_contract.findings.registry import checker
from pacsimile_contract.findings.story import Story

DERIVED = ("altered", "altered-payload", "altered-signature", "alg-none", "own-key", "hs256-with-public-key")
"""Forged from a real token."""
SIGNED = ("unknown-kid", "wrong-iss", "wrong-aud", "typ-of-another-kind", "unknown-crit", "nbf-ahead")
"""Made by the state `token_with`, with the real key."""
OPAQUE = "the tokens are opaque"


@checker("AUTH-12", *DERIVED, *SIGNED)
def refuses_forged_tokens(story: Story) -> Iterator[Part]:
    """Judge calls with forged tokens (`<part>/…`). Of opaque tokens, only `nbf-ahead` has a meaning."""
    jwt = story.given("token")["jwt"]
    for name in (*DERIVED, *SIGNED):
        for _, asked in story.below(name):
            yield part(name, refused(asked, 401), on=asked)
        if not jwt and name not in ("nbf-ahead", "altered"):
            yield not_applicable(name, OPAQUE)
        if jwt and name == "altered":
            yield not_applicable(name, "the tokens are JWTs")
