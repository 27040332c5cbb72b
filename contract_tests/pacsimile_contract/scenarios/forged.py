"""Calls with forged tokens."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from pacsimile_contract import facts
from pacsimile_contract.checkers import forged as checks
from pacsimile_contract.client.requests import basic
from pacsimile_contract.errors import Forbidden, NotExercised
from pacsimile_contract.evidence.exchange import Exchange, Request
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.generation import forgery
from pacsimile_contract.session import Session
from pacsimile_contract.session.sample_calls import SampleCalls

TEN_MINUTES = 600
METADATA = "/.well-known/oauth-authorization-server"


@scenario(checks.refuses_forged_tokens, level="smoke", needs=("token_with", "order_in_status", "study_group"))
def forgeries(session: Session) -> None:
    """Call each operation with every forgery of a token that was never used, and of the same one once it was."""
    if not session.target.forged_tokens:
        session.not_applicable("the target file says `probes: {forged_tokens: false}`")
    client = session.primary
    given = session.ask_token("token", authorization=basic(client.client_id, client.client_secret), client=client)
    session.require(facts.gives_token(given), "AUTH-1")
    token = str(facts.token(given).access_token)
    session.note("token", {"jwt": given.jwt is not None})
    samples = SampleCalls(session)
    derived = _derived(session, token) if given.jwt is not None else {"altered": forgery.altered(token)}
    _call_all(session, samples, "new", derived)
    if session.level == "smoke":
        return
    samples.call(samples.of("getStatus"), "good", client=client, token=token)
    _call_all(session, samples, "used", derived)
    _signed(session, samples, given)
    if given.jwt is not None and "hs256-with-public-key" not in derived:
        session.lack("needs the public key: `jwks_url`, or metadata below oauth2_endpoint that name a jwks_uri")
    samples.finish()


def _derived(session: Session, token: str) -> Mapping[str, Sequence[str]]:
    """Return the forgeries of a JWT by part, several of each kind."""
    forgeries_by_part = {
        "altered-payload": forgery.widened(token),
        "altered-signature": forgery.resigned(token),
        "alg-none": forgery.unsigned(token),
    }
    key = None if session.level == "smoke" else forgery.key_of(_keys(session), token)
    return (
        forgeries_by_part
        if key is None
        else {**forgeries_by_part, "hs256-with-public-key": forgery.signed_with_public_key(token, key)}
    )


def _call_all(session: Session, samples: SampleCalls, label: str, kinds: Mapping[str, Sequence[str]]) -> None:
    """Call each operation with each kind of forgery, the spellings in turn.

    At level standard, calls alternate between forgeries of a new and of a used token. At level full, each call is made
    with both, in every spelling.
    """
    for kind, (name, spellings) in enumerate(kinds.items()):
        for place, sample in enumerate(samples):
            if session.level == "standard" and (kind + place) % 2 != ("new", "used").index(label):
                continue
            shift = place if label == "new" else place + len(spellings) // 2
            chosen = spellings if session.level == "full" else [spellings[shift % len(spellings)]]
            for number, forged_token in enumerate(chosen):
                samples.call(sample, f"{name}/{label}/{sample.operation}/{number}", token=forged_token)
            if session.level == "smoke":
                break


def _keys(session: Session) -> Any:
    """Return the service's public keys; None where they cannot be found."""
    if session.keys is not None:
        return session.story.add("keys", session.keys).json
    url = session.target.jwks_url
    for place in () if url else _metadata_places(session.target.oauth2_endpoint):
        metadata = session.send_once("metadata", Request("GET", place)).json
        jwks_uri = metadata.get("jwks_uri") if isinstance(metadata, Mapping) else None
        if isinstance(jwks_uri, str):
            url = jwks_uri
            break
    try:
        return session.send_once("keys", Request("GET", url)).json if url else None
    except Forbidden:
        return None


def _metadata_places(endpoint: str) -> tuple[str, ...]:
    """Return where RFC 8414 metadata may stand: below the endpoint, and between its host and its path."""
    parts = urlsplit(endpoint)
    return f"{endpoint}{METADATA}", f"{parts.scheme}://{parts.netloc}{METADATA}{parts.path}"


def _signed(session: Session, samples: SampleCalls, given: Exchange) -> None:
    """Call operations with tokens of the real key whose content is wrong: all at level full, half of them below it."""
    now = _now(session, given)
    kid = str((given.jwt or {}).get("header", {}).get("kid", "key-1"))
    tokens: dict[str, dict[str, Any]] = {
        "unknown-kid": {"header": {"kid": session.lookalike(kid)}},
        "wrong-iss": {"claims": {"iss": "https://issuer.invalid"}},
        "wrong-aud": {"claims": {"aud": "urn:pacsimile:another-service"}},
        "typ-of-another-kind": {"header": {"typ": "logout+jwt"}},
        "unknown-crit": {"header": {"crit": ["pacsimile"], "pacsimile": True}},
    }
    if given.jwt is None:
        tokens.clear()
    if now is not None:
        tokens["nbf-ahead"] = {"claims": {"nbf": now + TEN_MINUTES}}
    lacking = None
    for kind, (name, params) in enumerate(tokens.items()):
        try:
            made = session.fresh_state("token_with", **params)
        except NotExercised as error:
            lacking = error
            continue
        for sample in list(samples)[kind % 2 :: 1 if session.level == "full" else 2]:
            samples.call(sample, f"{name}/{sample.operation}", client=made.client, token=made["access_token"])
    if lacking:
        raise lacking


def _now(session: Session, given: Exchange) -> int | None:
    """Return the server's time in whole seconds, by its state or by the answer's Date."""
    try:
        return int(session.now().seconds)
    except NotExercised:
        return None if given.date is None else int(given.date)
