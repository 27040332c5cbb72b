"""Token requests with secrets that differ from the right one a little."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from string import ascii_letters
from urllib.parse import quote

from pacsimile_contract import facts
from pacsimile_contract.checkers import expiry
from pacsimile_contract.checkers import wrong_secrets as checks
from pacsimile_contract.checkers.tokens import IN_FORM
from pacsimile_contract.client.requests import FORM, basic, build, query_of
from pacsimile_contract.evidence.exchange import Headers, Request
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.generation.trials import is_hostile
from pacsimile_contract.session import Session
from pacsimile_contract.session.sample_calls import NOBODYS_ORDER
from pacsimile_contract.target.model import Client, Target
from pacsimile_spec.operation_ids import OperationId

GRANT = ("grant_type", "client_credentials")
WAYS = ("basic-get", "basic-post", IN_FORM, "basic-beside-client-id")
"""How credentials are sent: by HTTP Basic, in a form, and by HTTP Basic with the `client_id` in the form too."""
POSTED = ("basic-post", "basic-beside-client-id")
"""Ways of which each kind is sent in one at level full: in both, HTTP Basic is read from a POST."""
TWICE: Mapping[str, tuple[str, str]] = {"cut-by-one": (IN_FORM, "basic-beside-client-id")}
"""By kind, the two ways in which it is sent below level full: one before the first token and one after it."""
AT_A_COLON = ("behind-a-colon", "before-a-colon")
"""Kinds that are sent by HTTP Basic below level full: there a colon ends the client's id."""

ENCODED = "encoded-twice"
"""The kind that is encoded once more than its way asks for: a form once, HTTP Basic not at all, or once."""

Attempt = tuple[str, str, Client]
"""How the secret is wrong, the way to send it, and the credentials."""


@scenario(
    checks.compares_the_whole_secret, checks.wants_one_right_secret, checks.takes_one_client,
    checks.compares_with_its_own_secret, expiry.outlives_wrong_secrets,
    needs=("fresh_organization",), blocked_by=("AUTH-1",),
)  # fmt: skip
def nearly_right(session: Session) -> None:
    """Ask with each kind of wrong secret, before and after the client gets its first token, which stays good.

    Then with a wrong one beside the right one, with none, and with another client's id. The client is this scenario's
    own: a service may lock out who often sends a wrong secret. At level standard one secret goes in two ways, and any
    other in one; at level full each goes in three.
    """
    own = session.fresh_state("fresh_organization", "own")
    if not own.owned:
        session.lack("needs a client that a state made (`states: url`): wrong secrets may lock a client out")
    others = {"of-same-organization": own.second, "of-other-organization": session.primary}
    secrets = near_secrets(own.client, {kind: client for kind, client in others.items() if client is not None})
    given = session.target.dialect
    if given is not None and given.dialect.credentials == "headers":
        secrets = {kind: client for kind, client in secrets.items() if kind not in checks.AT_THE_EDGE}
    before, after = _halves(session, secrets)
    for attempt in before:
        _ask(session, attempt)
    token = session.token(own.client)
    for attempt in after:
        _ask(session, attempt)
    nobodys = session.lookalike(NOBODYS_ORDER)
    session.call("getStatus", "after-wrong-secrets", client=own.client, token=token, order_id=nobodys)
    if given is None or given.dialect.credentials == "basic":
        _beside_the_right_one(session, own.client)
        _id_alone(session, own.client)
        _beside_another_id(session, own.client, own.second or session.primary)


def near_secrets(client: Client, others: Mapping[str, Client]) -> dict[str, Client]:
    """Return by kind a client with credentials that are wrong; a kind that its secret does not allow is left out."""
    name, secret = client.client_id, client.client_secret
    at = _letter(secret)
    texts = {
        "cut-by-one": secret[:-1],
        "longer-by-one": f"{secret}7",
        "blank-before": f" {secret}",
        "blank-behind": f"{secret} ",
        "behind-a-colon": f"{secret}:7",
        "before-a-colon": f"7:{secret}",
        "last-character-another": f"{secret[:-1]}{'9' if secret.endswith('7') else '7'}",
        "wildcard-at-its-end": f"{secret[:-1]}%",
        "in-quotation-marks": f'"{secret}"',
        "line-feed-behind": f"{secret}\n",
        "nul-behind": f"{secret}\0",
        "its-digest": sha256(secret.encode()).hexdigest(),
        ENCODED: "".join(f"%{byte:02X}" for byte in secret.encode()),
        "empty": "",
        "client-id-as-secret": name,
    }
    if at is not None:
        texts["one-letter-in-other-case"] = secret[:at] + secret[at].swapcase() + secret[at + 1 :]
        texts["look-alike"] = _wide(secret, at)
    texts |= {kind: other.client_secret for kind, other in others.items()}
    wrong = {kind: replace(client, client_secret=text) for kind, text in texts.items() if text != secret}
    ids = {
        "secret-as-client-id": secret, "client-id-cut-by-one": name[:-1], "client-id-longer-by-one": f"{name}7",
        "client-id-in-other-case": name.swapcase(), "client-id-look-alike": _wide(name, _letter(name)),
        "client-id-wildcard": f"{name[:-1]}%", "client-id-with-a-blank": f"{name} ",
    }  # fmt: skip
    return {**wrong, **{kind: replace(client, client_id=text) for kind, text in ids.items() if text not in ("", name)}}


def _letter(text: str) -> int | None:
    """Return the place of a text's first letter."""
    return next((place for place, letter in enumerate(text) if letter in ascii_letters), None)


def _wide(text: str, at: int | None) -> str:
    """Return a text with one letter in its full-width form, which Unicode holds to be compatible."""
    return text if at is None else text[:at] + chr(ord(text[at]) + 0xFEE0) + text[at + 1 :]


def _halves(session: Session, secrets: Mapping[str, Client]) -> tuple[list[Attempt], list[Attempt]]:
    """Return the attempts before and after the first token: a kind is in both, each time by other ways."""
    halves: tuple[list[Attempt], list[Attempt]] = ([], [])
    shift = session.draw.randrange(4)
    for place, (kind, client) in enumerate(secrets.items(), shift):
        offered = [way for way in _ways(session, kind, place) if _operation(way) not in session.target.absent]
        for number, way in enumerate(offered):
            halves[(place // 2 + number) % 2].append((kind, way, client))
    return halves


def _ways(session: Session, kind: str, place: int) -> Sequence[str]:
    some = TWICE.get(kind, (WAYS[place % (2 if kind in AT_A_COLON else 3)],))
    if session.level != "full":
        return some
    posted = set(POSTED).intersection(some) or {POSTED[(session.seed + place) % len(POSTED)]}
    return [way for way in WAYS if way in some or way in posted or way not in POSTED]


def _operation(way: str) -> OperationId:
    return "getToken" if way == "basic-get" else "postToken"


def _ask(session: Session, attempt: Attempt) -> None:
    kind, way, client = attempt
    if kind == ENCODED and way != IN_FORM:
        client = replace(client, client_secret=quote(client.client_secret, safe=""))
    request = _request(session.target, way, client)
    if is_hostile(client.client_id, client.client_secret):
        if not session.target.hostile_input:
            return
        request = replace(request, hostile=True, operation=None)  # a gateway may refuse it in its own words
    if kind not in ("empty", "client-id-as-secret"):
        session.hide(client.client_secret)
    _send(session, f"{kind}/{way}", request)


def _send(session: Session, label: str, request: Request) -> None:
    asked = session.story.add(label, session.send_unlabelled(request))
    if facts.gives_token(asked):
        session.hide(str(facts.token(asked).access_token))


def _beside_the_right_one(session: Session, client: Client) -> None:
    """Send a wrong secret and the right one: one by HTTP Basic and the other in the form, and both in the form."""
    wrong = session.lookalike(client.client_secret)
    session.hide(wrong)
    name, secrets = ("client_id", client.client_id), {True: client.client_secret, False: wrong}
    for place in ("form", "basic"):
        headers = (("Authorization", basic(client.client_id, secrets[place == "form"])), *FORM)
        _post(session, f"beside-the-right-one/{place}", headers, name, ("client_secret", secrets[place == "basic"]))
    both = (("client_secret", wrong), ("client_secret", client.client_secret))
    _post(session, "beside-the-right-one/both-in-form", FORM, name, *both)


def _beside_another_id(session: Session, client: Client, other: Client) -> None:
    """Name one client by HTTP Basic and another in the form, with the secret of the one and then of the other."""
    named = ("client_id", other.client_id)
    for label, secret in (("another-client", client.client_secret), ("secret-of-another", other.client_secret)):
        _post(session, label, (("Authorization", basic(client.client_id, secret)), *FORM), named)


def _id_alone(session: Session, client: Client) -> None:
    """Send the client id without a secret: in the form, and by HTTP Basic without a colon."""
    _post(session, "id-alone/form", FORM, ("client_id", client.client_id))
    alone = b64encode(client.client_id.encode()).decode()
    _post(session, "id-alone/basic", (("Authorization", f"Basic {alone}"), *FORM))


def _post(session: Session, label: str, headers: Headers, *pairs: tuple[str, object]) -> None:
    if "postToken" not in session.target.absent:
        body = query_of([GRANT, *pairs]).encode()
        _send(session, label, build(session.target, "postToken", {}, headers=headers, body=body))


def _request(target: Target, way: str, client: Client) -> Request:
    authorization: Headers = (("Authorization", basic(client.client_id, client.client_secret)),)
    if way == "basic-get":
        return build(target, "getToken", dict([GRANT]), headers=authorization)
    pairs: dict[str, list[tuple[str, object]]] = {
        "basic-post": [GRANT],
        IN_FORM: [GRANT, ("client_id", client.client_id), ("client_secret", client.client_secret)],
        "basic-beside-client-id": [GRANT, ("client_id", client.client_id)],
    }
    headers = FORM if way == IN_FORM else (*authorization, *FORM)
    return build(target, "postToken", {}, headers=headers, body=query_of(pairs[way]).encode())
