"""Headers and claims that resemble those of a service's own tokens: what a token says that is meant for another."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any
from urllib.parse import urlsplit, urlunsplit

TEN_MINUTES = 600
Params = Mapping[str, Any]
"""The params of the state `token_with`."""

ISSUER, AUDIENCE = "https://issuer.invalid", "urn:pacsimile:another-service"
ANOTHER_HOST = "another-host.invalid"
KIND = "logout+jwt"
STRANGER = "pacsimile"
"""An extension of JWS that nobody knows."""
SHORTEST = 4
"""Characters of a text that others can resemble."""


def wrong_params(header: Mapping[str, Any], claims: Mapping[str, Any], invented_kid: str) -> dict[str, list[Params]]:
    """Return by part of AUTH-12 the changes of a right token after which it must be refused.

    They are near what is right wherever that is known: more than it, a part of it, another case, several such texts. A
    service that compares nothing takes these as well as any. RFC 7519 compares case-sensitive texts.

    Args:
        header: the header of a token of the service.
        claims: its claims.
        invented_kid: a key's id that the service does not have.
    """
    near = [_resembling(one) for one in _texts(claims.get("aud"))]
    audiences: list[Any] = [text for texts in near for text in texts] or [AUDIENCE]
    audiences.insert(1, [text for texts in near for text in texts] or [])
    return {
        "wrong-iss": [{"claims": {"iss": issuer}} for issuer in _resembling(claims.get("iss")) or [ISSUER]],
        "wrong-aud": [{"claims": {"aud": one}} for one in audiences],
        "unknown-kid": [{"header": {"kid": kid}} for kid in _resembling(header.get("kid")) or [invented_kid]],
        "typ-of-another-kind": [{"header": {"typ": kind}} for kind in (*_longer(header.get("typ")), KIND)],
        "unknown-crit": [{"header": {"crit": [STRANGER], STRANGER: True}}, {"header": {"crit": [STRANGER]}}],
    }


def issuer_at_another_host(claims: Mapping[str, Any]) -> list[Params]:
    """Return the change of a right token to the issuer's path at another host; none if it is no URL."""
    issuer = claims.get("iss")
    try:
        parts = urlsplit(issuer if isinstance(issuer, str) else "")
    except ValueError:
        return []
    if not (parts.scheme and parts.netloc):
        return []
    return [{"claims": {"iss": urlunsplit(parts._replace(netloc=ANOTHER_HOST))}}]


def starts_later(now: int) -> list[Params]:
    """Return the changes after which a token is not valid before a time that is yet to come.

    One has a fraction. Its `iat` lies ahead as well: what is compared with `nbf` is the time of the call.

    Args:
        now: in seconds since 1970.
    """
    later = now + TEN_MINUTES
    return [{"claims": {"nbf": later}}, {"claims": {"nbf": later + 0.5, "iat": later + 1}}]


def round_robin(params: Iterable[tuple[str, Sequence[Params]]]) -> Iterator[tuple[str, Params]]:
    """Yield (part, change): the first change of each part, then the second of each, and so on.

    Args:
        params: parts, each with its changes; a part may stand there twice, and then comes twice as often.
    """
    for row in zip_longest(*([(part, change) for change in changes] for part, changes in params)):
        yield from (pair for pair in row if pair is not None)


def _texts(value: Any) -> list[str]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]


def _resembling(text: Any) -> list[str]:
    """Return texts that resemble another: longer, in another case, shorter, longer or shorter at its beginning.

    A service may take its own address with and without a slash at its end.
    """
    if not isinstance(text, str) or len(text) < SHORTEST:
        return []
    shorter = [] if text.endswith("/") else [text[:-1]]
    return [one for one in (f"{text}.invalid", *shorter, text.swapcase(), f"x{text}", text[1:]) if one != text]


def _longer(kind: Any) -> list[str]:
    """Return kinds of token that end or begin as that of the service does. `JWT` may be any kind's."""
    return [f"x{kind}", f"{kind}-of-another"] if isinstance(kind, str) and kind.lower() != "jwt" and kind else []
