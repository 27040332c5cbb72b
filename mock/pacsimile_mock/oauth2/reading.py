"""Reads requests to the authorization server: Basic, query and form."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

from pacsimile_mock.errors import TokenError, invalid_request
from pacsimile_mock.exchange import Call, why_incomplete
from pacsimile_mock.oauth2 import credentials
from pacsimile_mock.oauth2.issuers import issuer_of
from pacsimile_mock.oauth2.model import Client
from pacsimile_mock.oauth2.service import Pairs, TokenRequest

FORM = "application/x-www-form-urlencoded"


def read(call: Call) -> TokenRequest:
    """Read a token request from the call."""
    form = _form(call) if call.method == "POST" else None
    issuer = issuer_of(call.base_url) if call.base_url else ""
    return TokenRequest(call.headers.get("authorization"), _pairs(call.query), form, issuer)


def _form(call: Call) -> Pairs:
    if call.too_large:
        raise invalid_request("The form body is too large.")
    if call.incomplete:
        raise invalid_request(f"The form body {why_incomplete(call.content_length)}.")
    media_type = call.headers.get("content-type", "").partition(";")[0].strip().lower()
    if call.body and media_type != FORM:
        raise invalid_request(f"The body must be {FORM} (RFC 6749 §4.4.2).")
    try:
        return _pairs(call.body.decode("ascii"))
    except UnicodeDecodeError:
        raise invalid_request("The form body has characters that are not percent-encoded.") from None


def _pairs(text: str) -> Pairs:
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError:
        raise invalid_request("The parameters are not percent-encoded UTF-8, or are more than a hundred.") from None


def authenticated_id_of(call: Call, clients: Mapping[str, Client]) -> str | None:
    """Return the id of the client whose id and secret a token request has; None where they are wrong."""
    try:
        request = read(call)
        sent = credentials.read(request.authorization, dict(request.form or ()))
        return credentials.authenticate(sent, clients).client_id
    except TokenError:
        return None


def client_id_of(call: Call) -> str | None:
    """Return the client id that a token request has, unverified; None where it has none."""
    try:
        request = read(call)
        sent = credentials.read(request.authorization, dict(request.form or ()))
    except Exception:
        return None
    return sent.client_id if sent else None
