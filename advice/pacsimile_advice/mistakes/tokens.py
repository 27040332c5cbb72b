"""Mistakes with tokens and secrets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from pacsimile_advice.calls import ClientCall
from pacsimile_advice.mistake import Mistake, Occurrence, occurrence

FEW = 3
"""Times from which on something is a habit."""
EARLY = 0.5
"""The part of its lifetime that a token must have left, for its renewal to be early."""


@dataclass
class IssuedToken:
    """A token that the client was given, and the calls that carried it."""

    issue: ClientCall
    uses: list[ClientCall] = field(default_factory=list)

    def left(self, at: ClientCall) -> float:
        """Return the part of its lifetime that it has left at a call; 0 where its lifetime is not known."""
        lifetime = self.issue.lifetime
        return 0.0 if not lifetime else 1 - (at.at - self.issue.at) / lifetime


def issued_tokens(calls: Sequence[ClientCall]) -> list[IssuedToken]:
    """Return the tokens that were given in these calls, in order, with their uses."""
    tokens: dict[str, IssuedToken] = {}
    for call in calls:
        if call.token is None:
            continue
        if call.asks_for_token and call.succeeded:
            tokens[call.token] = IssuedToken(call)
        elif call.is_api_call and call.token in tokens:
            tokens[call.token].uses.append(call)
    return list(tokens.values())


def needless_renewals(calls: Sequence[ClientCall]) -> Iterator[tuple[IssuedToken, IssuedToken]]:
    """Yield a token and the next one, where the first had most of its life left and was never refused.

    A token that is used after the next one was given belongs to another process, and was not renewed.
    """
    tokens = issued_tokens(calls)
    for old, new in pairwise(tokens):
        refused = any(use.status == 401 for use in old.uses)
        kept = any(use.number > new.issue.number for use in old.uses)
        if not refused and not kept and old.left(new.issue) > EARLY:
            yield old, new


def token_each_call(calls: Sequence[ClientCall]) -> Iterator[Occurrence]:
    """Find clients that use each token for one call."""
    renewals = [(old, new) for old, new in needless_renewals(calls) if len(old.uses) == 1]
    if len(renewals) >= FEW:
        evidence = (call for old, new in renewals for call in (*old.uses, new.issue))
        yield occurrence(f"{len(renewals)} tokens were used for one call each", *evidence)


def token_early(calls: Sequence[ClientCall]) -> Iterator[Occurrence]:
    """Find clients that use a token some times, and replace it long before its end."""
    renewals = [(old, new) for old, new in needless_renewals(calls) if len(old.uses) > 1]
    if len(renewals) >= FEW - 1:
        left = min(old.left(new.issue) for old, new in renewals)
        words = f"{len(renewals)} tokens were replaced with {left:.0%} or more of their lifetime left"
        yield occurrence(words, *(new.issue for _, new in renewals))


def secret_in_url(calls: Sequence[ClientCall]) -> Iterator[Occurrence]:
    """Find calls with a secret or a token in the URL."""
    shown = [call for call in calls if call.secret_in_url]
    if shown:
        yield occurrence(f"{len(shown)} {'URL has' if len(shown) == 1 else 'URLs have'} a secret or a token", *shown)


def _refused_with_one_token(calls: Sequence[ClientCall]) -> Iterator[tuple[list[ClientCall], Sequence[ClientCall]]]:
    """Yield the calls that one token was refused with, and all calls after the first of them."""
    refused = defaultdict[str, list[ClientCall]](list)
    places: dict[str, int] = {}
    for place, call in enumerate(calls):
        if call.is_api_call and call.status == 401 and call.token is not None:
            refused[call.token].append(call)
            places.setdefault(call.token, place)
    for token, these in refused.items():
        yield these, calls[places[token] + 1 :]


def storm_of_401(calls: Sequence[ClientCall]) -> Iterator[Occurrence]:
    """Find tokens that were sent again and again after they had been refused."""
    for refused, _ in _refused_with_one_token(calls):
        if len(refused) >= FEW:
            yield occurrence(f"a refused token was sent {len(refused)} times", *refused)


def ignored_401(calls: Sequence[ClientCall]) -> Iterator[Occurrence]:
    """Find refused tokens after which the client asked for no other one, and did not ask again and again."""
    for refused, later in _refused_with_one_token(calls):
        if len(refused) < FEW and not any(call.asks_for_token for call in later):
            yield occurrence("a token was refused, and no new one was asked for", *refused)


MISTAKES = (
    Mistake(
        "ADVICE-TOKEN-EACH-CALL",
        "a token for each call",
        "AUTH-17, RFC 6749 section 5.1",
        "Each call takes two round trips, and the token endpoint is the first thing that throttles a client.",
        "Keep the token, use it for all calls, and replace it shortly before `expires_in` seconds have passed.",
        token_each_call,
    ),
    Mistake(
        "ADVICE-TOKEN-EARLY",
        "a token replaced long before it expires",
        "AUTH-17, RFC 6749 section 5.1",
        "Token requests that nobody needs count against the client's rate.",
        "Replace a token about a minute before its end, not at a fixed time or at each job.",
        token_early,
    ),
    Mistake(
        "ADVICE-SECRET-IN-URL",
        "a secret or a token in a URL",
        "AUTH-8, AUTH-13, RFC 6750 section 5.3",
        "URLs are written to the logs of each proxy on the way, where the secret can be read.",
        "Send client credentials as HTTP Basic or in the form, and tokens in the Authorization header only. "
        "Then change the secret.",
        secret_in_url,
    ),
    Mistake(
        "ADVICE-401-IGNORED",
        "a 401 that is not followed by a new token",
        "AUTH-11, RFC 6750 section 3.1",
        "Tokens end in an hour at most, so the client stops working in mid-run.",
        "After a 401, ask for a new token once, and repeat the call once.",
        ignored_401,
        needs_past=True,
    ),
    Mistake(
        "ADVICE-401-STORM",
        "a refused token sent again and again",
        "AUTH-11, RFC 6750 section 3.1",
        "A refused token stays refused. The calls look like an attack, and may lock the client out.",
        "After a 401, ask for a new token once, and repeat the call once. If that is refused too, stop and "
        "tell somebody.",
        storm_of_401,
    ),
)
