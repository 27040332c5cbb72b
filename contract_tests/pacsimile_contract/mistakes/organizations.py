"""`organization_id` of each client: whether its own listing is refused as that of an invented one is."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pacsimile_contract import facts
from pacsimile_contract.errors import OperatorsMistake
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.mistakes.inquiry import Inquiry, answer_summary, refusal_signature
from pacsimile_contract.provenance import as_value, from_wire
from pacsimile_contract.target.model import Client

STANDARD = frozenset({"iss", "sub", "aud", "client_id", "azp", "jti", "scope", "scp", "exp", "iat", "nbf"})
"""Claims that every token may have (RFC 9068). None of them is the organization, even where it has that value."""


def check_organizations(inquiry: Inquiry) -> None:
    """Raise OperatorsMistake for an organization that is not its client's.

    It is checked by the claims of the clients' tokens where these name organizations, and by listings where allowed.
    """
    target = inquiry.target
    primary, other = target.primary, target.clients.get("other_org")
    named = [client for client in target.clients.values() if client.organization_id and client.name in _ABOUT]
    claim = _claim_of_organizations(inquiry, named)
    for client in named:
        _check_claim(inquiry, client, claim)
    if not target.listing_allowed or target.states.url or "listReports" in target.absent:
        return
    refused = {client.name: client for client in named if _is_refused(inquiry, client)}
    if primary.name in refused and other is not None and other.name in refused and not _are_swapped(inquiry, other):
        return  # two ids at once are hardly wrong: whoever refuses both of their own is the service
    for client in refused.values():
        if claim is None or _claims(inquiry, client).get(claim) != client.organization_id:
            raise OperatorsMistake(_refusal(client, _listing(inquiry, client)))


_ABOUT = ("primary", "other_org", "same_org")


def _claims(inquiry: Inquiry, client: Client) -> Mapping[str, Any]:
    given = inquiry.issuing_answer(client)
    return {} if given is None or given.jwt is None else given.jwt["claims"]


def _claim_of_organizations(inquiry: Inquiry, clients: Iterable[Client]) -> str | None:
    """Return the name of a claim that holds a client's organization as the target file says it; None for none."""
    return next(
        (
            name
            for client in clients
            for name, value in _claims(inquiry, client).items()
            if name not in STANDARD and value == client.organization_id
        ),
        None,
    )


def _check_claim(inquiry: Inquiry, client: Client, claim: str | None) -> None:
    claims = _claims(inquiry, client)
    if claim is None or not isinstance(claims.get(claim), str) or claims[claim] == client.organization_id:
        return
    raise OperatorsMistake(
        f"{_key(client)}: the token of {_whose(client)} names another organization in its claim {_shown(claim)}: "
        "give the organization of that client, or another client."
    )


_CLAIM_NAME = re.compile(r"[A-Za-z](?:[A-Za-z_.:/-]|(?<![0-9])[0-9](?![0-9])){0,79}")
"""A name such as `org_id` or `https://idp.example/claims/v2/org`: no number in it can be a person's or an order's."""


def _shown(claim: str) -> str:
    """Return a claim's name as it may be written: as a value where it can only be a name, for the operator needs it."""
    return as_value(claim) if _CLAIM_NAME.fullmatch(claim) else from_wire(claim)


def _listing(inquiry: Inquiry, client: Client, organization: str | None = None) -> Exchange:
    asked = {"organizationId": organization or client.organization_id, "limit": "50"}
    return inquiry.call("listReports", client, asked)


def _is_refused(inquiry: Inquiry, client: Client) -> bool:
    """Tell whether a client's listing is refused as that of an invented organization is, and not for a scope."""
    if inquiry.issuing_answer(client) is None or client.organization_id is None:
        return False
    own = _listing(inquiry, client)
    if own.status != 403 or _is_about_scopes(own):
        return False
    return refusal_signature(own) == refusal_signature(
        _listing(inquiry, client, inquiry.invented_name(client.organization_id))
    )


def _is_about_scopes(refused: Exchange) -> bool:
    errors = [parameters.get("error") for name, parameters in facts.challenges(refused) if name == "bearer"]
    return "insufficient_scope" in errors or facts.problem(refused).reason == "insufficient-scope"


def _are_swapped(inquiry: Inquiry, other: Client) -> bool:
    return _listing(inquiry, inquiry.target.primary, other.organization_id).succeeded


def _refusal(client: Client, refused: Exchange) -> str:
    return (
        f"{_key(client)}: GET /reports answers {answer_summary(refused)} to {_whose(client)}, as for an organization "
        "that nobody has: give the organization of that client, or another client."
    )


def _key(client: Client) -> str:
    return {"primary": "organization_id", "same_org": "clients.same_org"}.get(
        client.name, f"clients.{client.name}.organization_id"
    )


def _whose(client: Client) -> str:
    return "the primary client" if client.name == "primary" else f"`clients: {client.name}`"
