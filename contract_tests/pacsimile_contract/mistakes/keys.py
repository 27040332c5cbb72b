"""`jwks_url`: whether the keys of the authorization server are there."""

from collections.abc import Mapping
from typing import Any

from pacsimile_contract.errors import OperatorsMistake
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.mistakes.inquiry import Inquiry, described
from pacsimile_contract.mistakes.token_endpoint import METADATA


def check_keys(inquiry: Inquiry) -> None:
    """Raise OperatorsMistake where `jwks_url` shows no keys (RFC 7517), and the service's metadata name no such place.

    The answer is kept for whoever needs the keys.
    """
    url = inquiry.target.jwks_url
    if url is None:
        return
    asked = inquiry.run.keys = inquiry.plainly(url)
    if _shows_keys(asked) or (asked.status is not None and asked.status >= 500):
        return
    described_by = inquiry.plainly(inquiry.target.oauth2_endpoint + METADATA).json
    if isinstance(described_by, Mapping) and described_by.get("jwks_uri") == url:
        return
    raise OperatorsMistake(
        f"jwks_url: {url} answers {described(asked)}{'' if not asked.succeeded else ' without keys'}: give the address "
        "of the authorization server's JWK set, or leave jwks_url out where its metadata name it."
    )


def _shows_keys(asked: Exchange) -> bool:
    said: Any = asked.json
    return asked.succeeded and isinstance(said, Mapping) and isinstance(said.get("keys"), list)
