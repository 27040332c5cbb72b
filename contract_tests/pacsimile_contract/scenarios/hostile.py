"""Hostile input in every place of an HTTP request, only where the target file allows it."""

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar
from urllib.parse import urlsplit

from pacsimile_contract.checkers import hostile as checks
from pacsimile_contract.client.requests import FORM, build, query_of
from pacsimile_contract.errors import CannotTell, Forbidden
from pacsimile_contract.evidence.exchange import Exchange, Headers, Request
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.generation import hostile_inputs as inputs
from pacsimile_contract.session import Session
from pacsimile_contract.session.delivery import HOSTILE
from pacsimile_contract.session.sample_calls import Sample, SampleCalls
from pacsimile_spec import operations

JSON: Headers = (("Content-Type", "application/json"),)

FAILURE = 500
MOST_HALVED = 6
"""How often the headers are halved to find the one by which a call fails."""

Thing = TypeVar("Thing")

_Ask = Callable[[str], Exchange]


@scenario(checks.survives_hostile_input, needs=("fresh_organization",))
def hostile_input(session: Session) -> None:
    """Send hostile queries, paths, headers, bodies and token requests, and invalid HTTP."""
    if not session.target.hostile_input:
        session.not_applicable("the target file does not say `probes: {hostile_input: true}`")
    probe = _Probe(session)
    for ask in (_queries, _paths, _headers, _bodies, _forms, _invalid_http):
        ask(session, probe)
    if probe.kept_back:
        raise probe.kept_back


class _Probe:
    """Sends hostile input. After a call without an answer, it tries again, and checks that the service is alive."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._alive = session.lookalike("ORD-0000-000000")
        self.kept_back: Forbidden | None = None

    def get(self, label: str, path: str, query: str = "", headers: Headers = ()) -> None:
        """GET below the base URL, with the token of `home`."""

        def ask(label: str) -> Exchange:
            return self._session.probe(
                label, "GET", path, query=query, headers=headers, delivery=HOSTILE,
                token="" if any(name == "Authorization" for name, _ in headers) else None,
            )  # fmt: skip

        self._twice(label, ask)

    def post(self, label: str, body: bytes, headers: Headers, organization: str | None = None) -> None:
        """POST /reports of `home`, which has no report, or of an organization that nobody has."""
        named = {"organizationId": organization or self._session.home.organization_id}

        def ask(label: str) -> Exchange:
            return self._session.probe(label, "POST", "/reports", named, headers=headers, body=body, delivery=HOSTILE)

        self._twice(label, ask)

    def fails(self, label: str, sample: Sample, headers: Headers) -> bool:
        """Make a sample call with more headers, and tell whether the last answer to it is a 5xx."""
        operation, session = operations()[sample.operation], self._session
        content = None if sample.body is None else json.dumps(sample.body).encode()
        media_type = () if content is None else JSON
        answers: list[Exchange] = []

        def ask(label: str) -> Exchange:
            answers.append(session.probe(
                label, operation.method, operation.path, sample.parameters, headers=(*media_type, *headers),
                body=content, delivery=HOSTILE,
            ))  # fmt: skip
            return answers[-1]

        self._twice(label, ask)
        return bool(answers) and (answers[-1].status or 0) >= FAILURE

    def form(self, label: str, body: bytes, authorization: str | None = None) -> None:
        """POST to the token endpoint, without credentials or with those of nobody."""
        headers = FORM if authorization is None else (*FORM, ("Authorization", authorization))
        request = build(self._session.target, "postToken", {}, headers=headers, body=body)
        request = replace(request, operation=None, hostile=True)
        self._twice(label, lambda name: self._asked(name, request))

    def raw(self, label: str, content: bytes) -> None:
        """Send bytes unchanged; they name the organization `home`."""
        method = content.partition(b" ")[0].decode("latin-1")
        home = frozenset([self._session.home.organization_id])
        request = build(self._session.target, "getStatus", {}, method=method, organizations=home)
        request = replace(request, operation=None, hostile=True, raw=content)
        self._twice(label, lambda name: self._asked(name, request))

    def _asked(self, label: str, request: Request) -> Exchange:
        return self._session.story.add(label, self._session.send_unlabelled(request))

    def _twice(self, label: str, ask: _Ask) -> None:
        try:
            exchange = ask(label)
        except Forbidden as error:
            self.kept_back = error
            return
        if exchange.answer is not None:
            return
        if exchange.timed_out or not (label.startswith("invalid-http") or "/huge" in label):
            ask(f"again/{label}")
        alive = self._session.call("getStatus", "alive", order_id=self._alive)
        if alive.answer is None:
            self._session.story.add(f"dead/{label}", alive)
            raise CannotTell(f"nothing answers any more since {label}")


def _queries(session: Session, probe: _Probe) -> None:
    """Send each value to one place in turn (three at level full). Values that upset databases go to many."""
    drawn = _some(session, "query/", inputs.VALUES, 32)
    many_places = session.in_turn(inputs.OPEN_PLACES, 3, (inputs.ORGANIZATION,))
    for number, (what, value) in enumerate(inputs.VALUES.items()):
        everywhere = what in inputs.EVERYWHERE
        if what not in drawn and not everywhere:
            continue
        for place in many_places if everywhere else session.spread(session.seed + number, len(inputs.PLACES), 3):
            path, query = inputs.PLACES[place]
            probe.get(f"query/{what}-{place}", path, query.format(value))
    for what, query in _some(session, "query/", inputs.QUERIES, 10).items():
        probe.get(f"query/{what}", "/status", query)
    if session.level == "full":  # at level standard BATCH-13 asks for it, in turn
        listing = query_of({"organizationId": session.home.organization_id, "limit": inputs.BEYOND_64_BITS})
        probe.get("query/limit-beyond-64-bits", "/reports", listing)
    probe.get("query/odd-group", "/report", f"study_group={inputs.ODD_GROUP}&report_type={session.plain_group_type}")


def _some(session: Session, label: str, things: Mapping[str, Thing], of: int) -> Mapping[str, Thing]:
    """Return all at level full; else one in `of`, in turn, and those of ALWAYS; their labels begin with `label`."""
    always = [what for what in things if f"{label}{what}" in inputs.ALWAYS]
    return {what: things[what] for what in session.in_turn(things, of, always)}


def _paths(session: Session, probe: _Probe) -> None:
    """Send malformed paths, and paths that lead elsewhere, in turn."""
    for what, path in _some(session, "path/", inputs.PATHS, 10).items():
        probe.get(f"path/{what}", path)


def _headers(session: Session, probe: _Probe) -> None:
    """Send odd headers with right calls; at level standard every third operation gets them, and the group's report."""
    samples = SampleCalls(session)
    for sample in session.in_turn(samples, 3, [samples.of("getGroupReport")]):
        if sample.operation not in session.target.absent:
            _odd_headers(probe, sample)
    query = f"order_id={session.lookalike('ORD-0000-000000')}"
    values = {f"authorization-{what}": (("Authorization", value),) for what, value in inputs.CREDENTIALS.items()}
    for what, headers in _some(session, "header/", {**inputs.HEADERS, **values}, 16).items():
        probe.get(f"header/{what}", "/status", query, headers)


def _odd_headers(probe: _Probe, sample: Sample) -> None:
    """Send odd headers with a right call, all at once. If it fails, halve them again and again to find the one."""
    headers, label = inputs.ODD_HEADERS, f"header/odd-{sample.operation}"
    if not probe.fails(label, sample, headers):
        return
    for number in range(MOST_HALVED):
        halves = headers[: len(headers) // 2], headers[len(headers) // 2 :]
        failing = next((half for half in halves if probe.fails(f"{label}-{number}", sample, half)), None)
        if failing is None or len(failing) == 1:
            return
        headers = failing


def _bodies(session: Session, probe: _Probe) -> None:
    for what, body in _some(session, "body/", inputs.BODIES, 8).items():
        probe.post(f"body/{what}", body, JSON)
    unknown = session.lookalike(session.home.organization_id)
    probe.post("query/nul-of-acknowledgement", b'{"report_ids": []}', JSON, f"{unknown}\0")
    for what in session.in_turn(("bomb", "odd-media-type"), 2):
        if what == "bomb":
            probe.post("body/bomb", inputs.bomb(), (*JSON, ("Content-Encoding", "gzip")))
        else:
            probe.post("body/odd-media-type", b"{}", (("Content-Type", 'application/json; charset="\\'),))


def _forms(session: Session, probe: _Probe) -> None:
    for what, body in _some(session, "token-request/", inputs.FORMS, 6).items():
        probe.form(f"token-request/{what}", body)
    for what, pair in _some(session, "token-request/basic-", inputs.BASIC, 16).items():
        if session.dialect is not None and b"\r\n" in pair:
            continue  # it may have the credentials in headers of their own, which have no line breaks
        probe.form(f"token-request/basic-{what}", b"grant_type=client_credentials", f"Basic {b64encode(pair).decode()}")


def _invalid_http(session: Session, probe: _Probe) -> None:
    if session.target.proxy:
        session.lack("invalid HTTP cannot be sent through a proxy")
    parts = urlsplit(session.target.base_url)
    messages = inputs.invalid_http(parts.path, parts.netloc, session.home.organization_id)
    for what, content in _some(session, "invalid-http/", messages, 20).items():
        probe.raw(f"invalid-http/{what}", content)
