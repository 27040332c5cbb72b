"""`jwks_url`: whether it shows the keys of the authorization server."""

from collections.abc import Mapping
from typing import Any

from pacsimile_contract.errors import OperatorsMistake
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.mistakes.inquiry import Inquiry, answer_summary
from pacsimile_contract.mistakes.token_endpoint import METADATA


def check_keys(inquiry: Inquiry) -> None:
    """Raise OperatorsMistake where `jwks_url` shows no JWK set (RFC 7517), unless the service's metadata name it too.

    The answer is kept in the run for later checks.
    """
    url = inquiry.target.jwks_url
    if url is None:
        return
    asked = inquiry.run.keys = inquiry.get_without_credentials(url)
    if _shows_keys(asked) or (asked.status is not None and asked.status >= 500):
        return
    metadata = inquiry.get_without_credentials(inquiry.target.oauth2_endpoint + METADATA).json
    if isinstance(metadata, Mapping) and metadata.get("jwks_uri") == url:
        return
    raise OperatorsMistake(
        f"jwks_url: {url} answers {answer_summary(asked)}{'' if not asked.succeeded else ' without keys'}: give the "
        "address of the authorization server's JWK set, or leave jwks_url out where its metadata name it."
    )


def _shows_keys(asked: Exchange) -> bool:
    document: Any = asked.json
    return asked.succeeded and isinstance(document, Mapping) and isinstance(document.get("keys"), list)
