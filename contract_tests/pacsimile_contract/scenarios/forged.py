"""Calls with forged tokens."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle, repeat
from typing import Any
from urllib.parse import urlsplit

from pacsimile_contract import facts
from pacsimile_contract.checkers import access, check_order
from pacsimile_contract.checkers import forged as checks
from pacsimile_contract.client.requests import basic
from pacsimile_contract.crossing.table import Cell
from pacsimile_contract.errors import Forbidden, NotExercised
from pacsimile_contract.evidence.exchange import Exchange, Request
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.generation import forgery, near_claims
from pacsimile_contract.provider.states import ProvidedState
from pacsimile_contract.redaction.derivations import FOURTH_PART
from pacsimile_contract.scenarios.access import invented_tokens
from pacsimile_contract.session import Session
from pacsimile_contract.session.crossed_calls import CrossedCalls

METADATA = "/.well-known/oauth-authorization-server"


@scenario(
    checks.refuses_forged_tokens, access.refuses_invented_tokens, access.names_bearer,
    check_order.refuses_the_caller_first,
    level="smoke", needs=("token_with", "order_in_status", "study_group"),
)  # fmt: skip
def forgeries(session: Session) -> None:
    """Call each operation with forgeries of a token that was never used, and of the same one once it was.

    At level full each operation is called with each spelling of each forgery: before that one was used or afterwards.
    """
    if not session.target.forged_tokens:
        session.not_applicable("the target file says `probes: {forged_tokens: false}`")
    client = session.primary
    in_header = basic(client.client_id, client.client_secret)
    token_answer = session.ask_token("token", authorization=in_header, client=client)
    session.require(facts.gives_token(token_answer), "AUTH-1")
    token = str(facts.token(token_answer).access_token)
    session.note("token", {"jwt": token_answer.jwt is not None})
    samples = CrossedCalls(session)
    altered, unsigned = _altered(token, token_answer), _unsigned(session, token) if token_answer.jwt is not None else {}
    if session.level == "smoke":
        for name, spellings in {**altered, **unsigned}.items():
            samples.call(samples.of("getStatus"), f"{name}/new/getStatus", token=spellings[0])
        return
    brought = {"own-key": forgery.signed_with_own_key(token)} if token_answer.jwt is not None else {}
    kinds, others = _kinds(altered), _kinds({**unsigned, "invented": invented_tokens(session)})
    others.extendleft(("own-key", repeat(spelling)) for spelling in brought.get("own-key", ()))
    others.rotate(1)  # the invented token comes first: a service may have few calls
    forged, calls_made = {**altered, **unsigned, **brought}, CallsMade()
    _cross(samples, kinds, others, "first", calls_made)
    if session.level == "full":
        _call_others(session, samples, "new", forged, calls_made)
    samples.call(samples.of("getStatus"), "good", client=client, token=token)
    _cross(samples, kinds, others, "later", calls_made)
    if not list(session.story.below("invented")):
        samples.call(samples.of("getStatus"), "invented/getStatus", token=invented_tokens(session)[0])
    if session.level == "full":
        _call_others(session, samples, "used", forged, calls_made)
    _signed(session, samples, token_answer)
    if token_answer.jwt is not None and "hs256-with-public-key" not in unsigned:
        session.lack("needs the public key: `jwks_url`, or metadata below oauth2_endpoint that name a jwks_uri")
    samples.finish()


Forgeries = Mapping[str, Sequence[str]]
"""By part of AUTH-12, the spellings of a forgery."""


def _altered(token: str, token_answer: Exchange) -> Forgeries:
    """Return tokens that the service did not issue as they stand."""
    if token_answer.jwt is None:
        return {"altered": forgery.altered(token)}
    resigned = forgery.resigned(token)
    longer = token + FOURTH_PART
    return {"altered-payload": forgery.widened(token), "altered-signature": [*resigned[:2], longer, *resigned[2:]]}


def _unsigned(session: Session, token: str) -> Forgeries:
    """Return JWTs without a signature of the service's key."""
    key = None if session.level == "smoke" else forgery.key_of(_keys(session), token)
    signed = {} if key is None else {"hs256-with-public-key": forgery.signed_with_public_key(token, key)}
    return {"alg-none": forgery.unsigned(token), **signed}


Kinds = deque[tuple[str, Iterator[str]]]
"""Parts of AUTH-12, the next one first, each with its spellings in turn."""


def _kinds(forgeries_by_part: Forgeries) -> Kinds:
    return deque((name, cycle(spellings)) for name, spellings in forgeries_by_part.items())


CallsMade = set[tuple[str, str]]
"""Operations, each with a forged token that it was called with."""


def _cross(samples: CrossedCalls, altered: Kinds, others: Kinds, use: str, calls_made: CallsMade) -> None:
    """Ask the cells of that use: with one alteration of the token of each kind, then with other forgeries in turn."""
    cells = _mixed([cell for cell in samples.cells_of("forged-token") if cell.use == use])
    for kinds, some in ((altered, cells[: len(altered)]), (others, cells[len(altered) :])):
        for cell in some:
            part, spellings = kinds[0]
            kinds.rotate(-1)
            forged_token = next(spellings)
            samples.ask(cell, f"{part}/{use}", token=forged_token)
            calls_made.add((cell.operation, forged_token))


def _call_others(
    session: Session, samples: CrossedCalls, use: str, forgeries_by_part: Forgeries, calls_made: CallsMade
) -> None:  # fmt: skip
    """Call each operation with each spelling of each forgery, except what is among `calls_made`.

    Half of the operations are called while the token is new, the rest once it has been used.
    """
    every = list(samples)
    for name, spellings in forgeries_by_part.items():
        for number, forged_token in enumerate(spellings):
            half = [every[place] for place in session.spread(session.seed + number, len(every), 2)]
            for sample in half if use == "new" else every:
                if (sample.operation, forged_token) not in calls_made:
                    samples.call(sample, f"{name}/{use}/{sample.operation}/{number}", token=forged_token)
                    calls_made.add((sample.operation, forged_token))


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


def _signed(session: Session, samples: CrossedCalls, token_answer: Exchange) -> None:
    """Call operations with tokens of the real key whose content is wrong: they take turns, some with a second fault.

    At level full half of the operations are called with each besides.
    """
    params, now = list[tuple[str, Sequence[near_claims.Params]]](), _now(session, token_answer)
    if token_answer.jwt is not None:
        header, claims = token_answer.jwt.get("header", {}), token_answer.jwt.get("claims", {})
        kid = session.lookalike(str(header.get("kid", "key-1")))
        params += [("wrong-iss", near_claims.issuer_at_another_host(claims))]
        params += near_claims.wrong_params(header, claims, kid).items()
    if now is not None:
        params += [("nbf-ahead", near_claims.starts_later(now))]
    cells, lacking, token_states = list(samples.cells_of("wrong-claims")), None, list[tuple[str, ProvidedState]]()
    for name, changes in near_claims.round_robin(params):
        if len(token_states) == len(cells) and session.level != "full":
            break
        try:
            token_states.append((name, session.fresh_state("token_with", **changes)))
        except NotExercised as error:
            lacking = error
    for cell, (name, state) in zip(_mixed(cells), cycle(token_states), strict=False):
        samples.ask_cell(cell, name, check_order.refuses_the_token, client=state.client, token=state["access_token"])
    every = list(samples)
    for number, (name, state) in enumerate(token_states) if session.level == "full" else ():
        for sample in (every[place] for place in session.spread(session.seed + number, len(every), 2)):
            label = f"{name}/{sample.operation}/{number}"
            samples.call(sample, label, client=state.client, token=state["access_token"])
    if lacking:
        raise lacking


def _mixed(cells: Sequence[Cell]) -> list[Cell]:
    """Return the cells so that those of one operation are far from each other."""
    turns, places = dict[str, int](), list[tuple[int, int]]()
    for place, cell in enumerate(cells):
        turns[cell.operation] = turns.get(cell.operation, -1) + 1
        places.append((turns[cell.operation], place))
    return [cells[place] for _, place in sorted(places)]


def _now(session: Session, token_answer: Exchange) -> int | None:
    """Return the server's time in whole seconds, by its state or by the answer's Date."""
    try:
        return int(session.now().seconds)
    except NotExercised:
        return None if token_answer.date is None else int(token_answer.date)
