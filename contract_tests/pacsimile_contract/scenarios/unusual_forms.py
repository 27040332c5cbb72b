"""Calls in forms that clients seldom use: whatever the form is, access is the same, and so is the answer."""

import json
from collections.abc import Callable, Mapping
from urllib.parse import quote

from pacsimile_contract.checkers import unusual_forms as checks
from pacsimile_contract.crossing.unusual_forms import (
    ELSEWHERE,
    NOBODY,
    OFFERED,
    PATHS,
    PIECES,
    RIGHT,
    TOO_FEW,
    rows,
    spelt_path,
)
from pacsimile_contract.errors import NotExercised
from pacsimile_contract.evidence.exchange import Exchange, Headers
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.session import NO_TOKEN, Session
from pacsimile_contract.session.delivery import Delivery
from pacsimile_contract.session.sample_calls import Sample, SampleCalls
from pacsimile_contract.target.model import Client
from pacsimile_spec import operations
from pacsimile_spec.operation_ids import API_OPERATIONS

HEADERS: Mapping[str, Headers] = {
    "range": (("Range", "bytes=0-9"),),
    "conditions": (("If-None-Match", "*"), ("If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT")),
    "accept": (("Accept", "application/xml, text/html;q=0.9"), ("Accept-Language", "de;q=0.5, *;q=0.1")),
    "forwarded": (("X-Forwarded-For", "127.0.0.1"), ("Forwarded", "for=127.0.0.1"), ("X-Real-IP", "127.0.0.1")),
}
"""By form, the headers that it has: lawful ones, none of which may open anything."""
IGNORED: Headers = (
    ("Accept", "application/pdf, text/html;q=0.9, */*;q=0.1"), ("Accept-Language", "de"),
    ("Accept-Encoding", "gzip, deflate;q=0.5"),
    ("Accept-Charset", "iso-8859-1"), ("Content-Language", "de"), ("Priority", "u=7, i"), ("Save-Data", "on"),
    ("DNT", "1"),
    ("X-Requested-With", "XMLHttpRequest"), ("Referer", "https://viewer.example/"), ("TE", "trailers"),
    ("Pragma", "no-cache"), ("Cache-Control", "no-cache, max-age=0"), ("Via", "1.1 gateway"),
    ("If-Match", "*"), ("If-Unmodified-Since", "Fri, 01 Jan 2100 00:00:00 GMT"), ("If-Range", '"a"'),
    ("Prefer", "return=minimal, respond-async, handling=lenient"), ("Date", "Mon, 01 Jan 2001 00:00:00 GMT"),
    ("Cookie", "lang=de; format=pdf; org=a; role=admin; debug=1; session=0123456789abcdef"),
    ("X-Forwarded-For", "127.0.0.1"), ("Forwarded", "for=127.0.0.1"),
    ("X-Forwarded-Proto", "https"), ("X-Forwarded-Prefix", "/nosuch"),
    ("X-Original-URL", "/nosuch"), ("X-Rewrite-URL", "/nosuch"), ("X-Original-URI", "/nosuch"),
    ("X-Real-IP", "127.0.0.1"), ("X-Forwarded-User", "admin"), ("X-Remote-User", "admin"), ("X-User-Id", "1"),
    ("X-Role", "admin"), ("X-Scope", "none"), ("X-Tenant-Id", "a"), ("X-Organization-Id", "a"), ("X-Org-Id", "a"),
    ("X-Client-Id", "a"), ("X-Account", "a"), ("X-Debug", "1"), ("X-Format", "pdf"), ("X-Report-Type", "pdf"),
    ("X-Limit", "1"), ("X-Page", "2"), ("X-Fields", "none"), ("X-Timezone", "Asia/Tokyo"), ("X-Request-Id", "0"),
    ("X-Correlation-Id", "0"), ("Origin", "https://viewer.example"), ("Sec-Fetch-Site", "cross-site"),
    ("Sec-Fetch-Mode", "cors"), ("Content-Type", "application/json"), ("Accept-Version", "1"), ("Api-Version", "1"),
    ("X-Api-Version", "1"), ("X-Forwarded-Host", "viewer.example"), ("X-Forwarded-Port", "443"),
    ("X-Csrf-Token", "0"), ("X-Dry-Run", "true"), ("X-Test", "true"), ("X-Environment", "test"),
    ("X-Sort", "desc"), ("X-Offset", "1"),
    ("X-Language", "de"), ("X-Locale", "de-DE"), ("X-Version", "1"), ("X-Include", "none"), ("X-Status", "FAILED"),
    ("Idempotency-Key", "0"), ("From", "a@viewer.example"), ("Warning", '199 - "-"'),
    ("traceparent", "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01"), ("baggage", "tenant=a"),
)  # fmt: skip
"""Headers that change no answer: the description names none of them, and HTTP leaves no choice about them here.

`User-Agent` is not among them: each request of a run names this program.
"""
ALL_HEADERS: Headers = tuple(
    {**dict(IGNORED), **{name: value for headers in HEADERS.values() for name, value in headers}}.items()
)
"""Those of `HEADERS` and of `IGNORED`. Each name stands once, since two values in a row are another value."""
MOST_HALVED = 12
"""Calls at most that look for the one header of many to which an answer owes its difference."""


@scenario(
    checks.needs_a_token_in_any_form,
    checks.needs_the_scope_in_any_form,
    checks.is_closed_to_others_in_any_form,
    checks.is_not_listed_for_others_in_any_form,
    checks.answers_alike_in_any_form,
    checks.gives_the_type_asked_for_in_any_form,
    needs=("order_in_status", "study_group"),
    blocked_by=("AUTH-9", "AUTH-14", "SEC-1", "SEC-2"),
)
def in_other_forms(session: Session) -> None:
    """Call operations in unusual forms: without a token, without the scope, for another organization, and rightly.

    Several forms stand in one call, and what a service does not offer to the right client need not be tried by others.
    """
    if session.dialect is not None:
        session.not_applicable("what a dialect says of a call is not said of its unusual forms")
    turn, lacking = session.draw.randrange(len(API_OPERATIONS)), None
    asked: Mapping[str, Callable[[Session, _Caller, str, str], None]] = {
        OFFERED: _offered, NOBODY: _as_nobody, TOO_FEW: _with_too_few, ELSEWHERE: _elsewhere, RIGHT: _rightly,
    }  # fmt: skip
    present = [name for name in API_OPERATIONS if name not in session.target.absent]
    caller = _Caller(session)
    for number, (access, ask) in enumerate(asked.items()):
        for form, operation in rows(session.level, access, present, turn + number):
            try:
                with caller.skipping():
                    ask(session, caller, form, operation)
            except NotExercised as error:
                lacking = error
    caller.finish()
    if lacking is not None:
        raise lacking


class _Caller(SampleCalls):
    """Calls samples in unusual forms. `path` says how the form `path` spells one."""

    path = next(iter(PATHS))

    def refused(
        self, label: str, form: str, sample: Sample, token: str, usual: int, naming: Headers = ALL_HEADERS
    ) -> None:
        """Send what must be refused; after an answer other than the `usual` status, each form that it is made of.

        `naming` are the headers of the form `headers`.
        """
        asked = self.send(label, form, sample, token, naming)
        for piece in self._pieces(form, sample) if form in PIECES and asked.status != usual else ():
            self.send(label, piece, sample, token, naming)

    def send(
        self, label: str, form: str, sample: Sample, token: str, naming: Headers = ALL_HEADERS,
        ignored: Headers = IGNORED,
    ) -> Exchange:  # fmt: skip
        """Send a sample in a form, as step `label/<operation>/<form>`.

        It is no documented call, as HTTP allows other answers to some of these headers.

        Args:
            label: the kind of access.
            form: a form of the table, or one of those that it is made of.
            sample: the call.
            token: its token, or NO_TOKEN.
            naming: the headers of the form `headers`.
            ignored: the headers of the form `ignored`.
        """
        session, operation, parameters = self._session, operations()[sample.operation], dict(sample.parameters)
        pieces, content = self._pieces(form, sample), None if sample.body is None else json.dumps(sample.body).encode()
        headers: Headers = (("Authorization", f"Bearer {token}"),) if token else ()
        if form == "scheme" or (token and "scheme" in pieces):
            headers = (("Authorization", f"bearer {token or session.lookalike(session.token())}"),)
        if "body" in pieces:
            content = json.dumps(parameters).encode()
        if content is not None:
            headers = (*headers, ("Content-Type", "application/json"))
        named = parameters.get("organizationId", session.home.organization_id)
        for piece in pieces:
            headers = _with(_headers_of(piece, sample, naming, ignored), headers)
        return session.probe(
            f"{label}/{sample.operation}/{form}",
            "HEAD" if form == "head" else operation.method,
            self._path(form, operation.path),
            parameters, query=_escaped(parameters) if "escaped" in pieces else None, token=NO_TOKEN,
            headers=headers, body=content,
            delivery=Delivery(hostile=bool({"body", "path"} & {*pieces}), organizations=frozenset([str(named)])),
        )  # fmt: skip

    def _pieces(self, form: str, sample: Sample) -> list[str]:
        """Return what a form is made of. Content is a part of GET alone, and only where a service may be surprised."""
        able = self._session.target.hostile_input and operations()[sample.operation].method == "GET"
        return [piece for piece in PIECES.get(form, (form,)) if piece != "body" or able]

    def _path(self, form: str, path: str) -> str:
        if form == "path":
            return spelt_path(self.path, path)
        return path + ("/" if form == "slash" else "")


def _with(more: Headers, headers: Headers) -> Headers:
    """Return headers, and those of `more` that have another name: a call with a body names its media type itself."""
    names = {name for name, _ in headers}
    return (*headers, *(header for header in more if header[0] not in names))


def _headers_of(form: str, sample: Sample, naming: Headers, ignored: Headers) -> Headers:
    """Return the headers of a form. The media type that `media-type` accepts is not that of the report asked for."""
    if form == "media-type":
        kind = sample.parameters.get("report_type")
        return () if kind is None else (("Accept", "application/pdf" if kind != "pdf" else "application/json"),)
    return {**HEADERS, "headers": naming, "ignored": ignored}.get(form, ())


def _escaped(parameters: Mapping[str, object]) -> str:
    """Return a query whose first name and value have each character escaped: the same query (RFC 3986 2.1, 2.3).

    Hexadecimal digits are small letters there. There are empty pieces, which are ignored.
    """
    pairs = [(name, str(value)) for name, value in parameters.items()]
    name, value = pairs[0]
    escaped = "=".join("".join(f"%{byte:02x}" for byte in text.encode()) for text in (name, value))
    return "&".join(("", "", escaped, "", *(f"{name}={quote(value, safe='')}" for name, value in pairs[1:]), ""))


NAMED: Mapping[str, tuple[str, ...]] = {
    "organization": ("X-Organization-Id", "X-Tenant-Id", "X-Org-Id", "X-Account", "X-Forwarded-Org"),
    "client": ("X-Client-Id", "X-User-Id", "X-Remote-User", "X-Forwarded-User", "X-Consumer-Username", "X-Api-Client"),
    "scopes": ("X-Scope", "X-Scopes", "X-Oauth-Scopes", "X-Authenticated-Scope", "X-Roles"),
}
"""Headers by which gateways say for whom a call is. A service that anybody can reach must not believe them."""


def _naming(operation: str, client: Client) -> Headers:
    """Return all headers that change nothing, those of NAMED with the names that would open a call."""
    opens = {"organization": client.organization_id, "client": client.client_id,
            "scopes": str(operations()[operation].scope)}  # fmt: skip
    naming = {name: str(opens[kind]) for kind, names in NAMED.items() for name in names}
    return (*(header for header in ALL_HEADERS if header[0] not in naming), *naming.items())


def _offered(session: Session, caller: _Caller, form: str, operation: str) -> None:
    """Ask rightly in a form, and if that is served, with each other kind of access."""
    caller.path = session.draw.choice(list(PATHS))
    if caller.send(OFFERED, form, caller.of(operation), session.token()).succeeded:
        for ask in (_as_nobody, _with_too_few, _elsewhere):
            ask(session, caller, form, operation)


def _as_nobody(session: Session, caller: _Caller, form: str, operation: str) -> None:
    naming = _naming(operation, session.primary)
    caller.refused(NOBODY, form, caller.of(operation), NO_TOKEN, 401, naming)


def _with_too_few(session: Session, caller: _Caller, form: str, operation: str) -> None:
    others = session.scopes_without(str(operations()[operation].scope))
    if others:
        client = session.state("client_with_scopes", scopes=others).client
        naming = _naming(operation, session.primary)
        caller.refused(TOO_FEW, form, caller.of(operation), session.token(client), 403, naming)


def _elsewhere(session: Session, caller: _Caller, form: str, operation: str) -> None:
    """Ask for what is another organization's. What both may use, as no state made it, is not asked for."""
    other, sample = session.state("other_organization"), caller.of(operation)
    if not other.owned:
        session.lack("needs the state other_organization: supply it by `states: url`")
    names = {**other.values, "organizationId": other.organization_id}
    parameters = {name: names.get(name, value) for name, value in sample.parameters.items()}
    foreign = Sample(operation, parameters, {"report_ids": list[str]()} if form == "nothing-named" else None)
    usual = 403 if operation in checks.OF_ORGANIZATIONS else 404
    caller.refused(ELSEWHERE, form, foreign, session.token(), usual, _naming(operation, other.client))


def _rightly(session: Session, caller: _Caller, form: str, operation: str) -> None:
    """Ask as an ordinary client does, and in the form. If the answers differ, show to which piece that is owed."""
    sample = caller.of(operation)
    reuse = operation not in checks.OF_ORGANIZATIONS
    plain = session.call(operation, f"plain/{operation}", sample.parameters, body=sample.body, reuse=reuse)
    if not plain.succeeded or checks.says_the_same(operation, caller.send(RIGHT, form, sample, session.token()), plain):
        return
    for piece in PIECES[form]:
        asked = caller.send(RIGHT, piece, sample, session.token())
        if piece == "ignored" and not checks.says_the_same(operation, asked, plain):
            _halve(session, caller, sample, plain)


def _halve(session: Session, caller: _Caller, sample: Sample, plain: Exchange) -> None:
    """Ask with ever fewer of the headers, as long as the answer differs, to show the one that makes it differ."""
    suspects = IGNORED
    for _ in range(MOST_HALVED):
        half = len(suspects) // 2
        for some in (suspects[:half], suspects[half:]):
            asked = caller.send(RIGHT, "ignored", sample, session.token(), ignored=some)
            if not checks.says_the_same(sample.operation, asked, plain):
                suspects = some
                break
        else:
            return
        if len(suspects) == 1:
            return
