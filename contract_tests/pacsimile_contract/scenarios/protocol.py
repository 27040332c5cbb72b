"""Unknown paths, and undocumented methods."""

from collections.abc import Iterator, Mapping

from pacsimile_contract.checkers import protocol as checks
from pacsimile_contract.dialects.paths import leads_to_an_operation, methods_at
from pacsimile_contract.errors import Forbidden
from pacsimile_contract.evidence.exchange import Headers
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.session import NO_TOKEN, Session
from pacsimile_contract.session.delivery import HOSTILE, ORDINARY, Delivery
from pacsimile_contract.session.sample_calls import NOBODYS_ORDER, SampleCalls
from pacsimile_contract.session.shared_states import an_order
from pacsimile_spec import operations
from pacsimile_spec.operation_ids import API_OPERATIONS

OTHERS = ("PUT", "DELETE", "PATCH", "POST")
"""Methods that any HTTP server knows. A path may document one of them."""
RARE = ("TRACE", "SEARCH", "PROPFIND", "REPORT", "PURGE", "LINK", "MOVE", "LOCK", "COPY", "MKCOL")
"""Methods of the IANA registry, and of caches."""
MOST_RARE = 2
"""How many of them go at level standard, each to another path: TRACE, whose answer may show the token, and another."""
NEAR_PATHS = (
    "{}.json", "{};a=b", "/v1{}", "/api{}", "{}.", "{}%20", "{}/index", "/rest{}", "{}.pdf", "{}.html",
)  # fmt: skip
"""Paths that nearly are an operation's: with an extension, a parameter, a version."""
NEAREST = 2
"""How many of them go in each run; of the others one goes with every second seed, at level full all."""
PREFLIGHT = (
    ("Origin", "https://viewer.example"), ("Access-Control-Request-Method", "GET"),
    ("Access-Control-Request-Headers", "authorization, content-type"),
)  # fmt: skip
"""The headers of a browser's preflight (Fetch standard, CORS-preflight fetch)."""
GETS = ("getStatus", "getOrderIds", "getResult", "getGroupReport")
"""Operations whose path is asked for with a slash at its end, one of them by the seed, at level full each."""
NOBODYS_TOKEN = "pacsimile0invented0token0aaaaaaaa"  # noqa: S105


@scenario(
    checks.knows_paths_and_methods, checks.refuses_methods_as_described, level="smoke", needs=("fresh_organization",)
)
def unknown_paths_and_methods(session: Session) -> None:
    """Ask for unknown paths; try undocumented methods, HEAD and OPTIONS, in an organization of this run."""
    unknown = [f"/{session.lookalike('nosuch')}"]
    unknown += [f"/status/{session.lookalike('ORD-0000')}"] if session.level == "full" else []
    unknown = [path for path in unknown if not _is_known(session, path)]
    in_query = {"access_token": session.lookalike(NOBODYS_TOKEN)}
    for path in unknown:
        session.probe(f"unknown-path{path}", "GET", path, in_query)
    for path in unknown if session.level == "full" else unknown[:1]:
        session.probe(f"without-a-token{path}", "GET", path, token=NO_TOKEN)
    if session.level == "smoke":
        return
    if not _is_known(session, "/orderid"):
        session.probe("unknown-path/orderid", "GET", "/orderid")
    _with_a_slash(session)
    _near_paths(session)
    kept_back: Forbidden | None = None
    secret = {"colour": "5", "access_token": session.lookalike(NOBODYS_TOKEN)}
    for path, method, documented in _undocumented(session):
        name = f"{method}{path}"
        session.note(name, {"methods": documented})
        try:
            _try(session, name, method, path, secret)
        except Forbidden as error:
            kept_back = error
    for ask in (_head, _options):
        try:
            ask(session)
        except Forbidden as error:
            kept_back = error
    if kept_back:
        raise kept_back


def _with_a_slash(session: Session) -> None:
    """Ask for a path that ends with a slash, with the query of a call that would be answered without it."""
    for sample in SampleCalls(session):
        known = operations()[sample.operation]
        wanted = GETS if session.level == "full" else (GETS[session.seed % len(GETS)],)
        path = f"{known.path}/"
        if (
            sample.operation in wanted
            and sample.operation not in session.target.absent
            and not _is_known(session, path)
        ):
            session.probe(f"unknown-path{path}", "GET", path, sample.parameters)


def _near_paths(session: Session) -> None:
    """Ask for paths that nearly are an operation's, with the query of a call that it would answer; and by an id.

    Each form goes to one operation, in turn, at level full to half of them.
    """
    gets = [sample for sample in SampleCalls(session) if sample.operation in GETS]
    by_id = f"/status/{an_order(session)['order_id']}"
    if not _is_known(session, by_id):
        session.probe("unknown-path/by-id", "GET", by_id)
    some = [*NEAR_PATHS[:NEAREST], *session.draw.sample(NEAR_PATHS[NEAREST:], session.seed % 2)]
    for number, form in enumerate(NEAR_PATHS if session.level == "full" else some):
        for place in session.spread(session.seed + number, len(gets), 2):
            sample = gets[place]
            path = form.format(operations()[sample.operation].path)
            if sample.operation not in session.target.absent and not _is_known(session, path):
                session.probe(f"unknown-path{path}", "GET", path, sample.parameters, delivery=_spelling(form))


def _spelling(form: str) -> Delivery:
    """Return how a path is sent: a gateway may refuse one with a parameter or a blank."""
    return HOSTILE if ";" in form or "%" in form else ORDINARY


def _is_known(session: Session, path: str) -> bool:
    given = session.target.dialect
    return given is not None and leads_to_an_operation(given.dialect, path)


def _undocumented(session: Session) -> Iterator[tuple[str, str, list[str]]]:
    """Yield (path, undocumented method, documented methods): one method of each path.

    At level full: all common methods, and half of the rare ones in turn.
    """
    documented, rare = _documented(session), [RARE[0], *session.draw.sample(RARE[1:], MOST_RARE - 1)]
    for place, (path, methods) in enumerate(documented.items(), -len(documented)):
        others = [method for method in OTHERS if method not in methods]
        # the last paths, counted from the end, get a rare method
        undocumented = rare[place] if place >= -len(rare) else others[place % len(others)]
        some = [RARE[turn] for turn in session.spread(session.seed + place, len(RARE), 2)]
        chosen = dict.fromkeys([undocumented, *others, *some]) if session.level == "full" else [undocumented]
        known = _known_methods(session, path, methods)
        yield from ((path, method, known) for method in chosen if method not in known)


def _documented(session: Session) -> Mapping[str, list[str]]:
    """Return by path of the API its documented methods."""
    documented: dict[str, list[str]] = {}
    for name in API_OPERATIONS:
        if name not in session.target.absent:
            documented.setdefault(operations()[name].path, []).append(operations()[name].method)
    return documented


def _known_methods(session: Session, path: str, documented: list[str]) -> list[str]:
    """Return the methods of a path: those of the dialect, if the service has one."""
    given = session.target.dialect
    return documented if given is None else methods_at(given.dialect, path)


def _options(session: Session) -> None:
    """Send OPTIONS as a browser's preflight, with or without a token in turn, to a path; at full to half, plain too."""
    home = Delivery(organizations=frozenset([session.home.organization_id]))
    paths = list(_documented(session).items())
    turn = session.draw.randrange(len(paths))
    sent: list[tuple[str, str | None, Headers]] = [
        ("options/preflight", None, PREFLIGHT),
        ("options-without-a-token/preflight", NO_TOKEN, PREFLIGHT),
    ]
    sent = session.in_turn(sent, len(sent)) + ([("options/plain", None, ())] if session.level == "full" else [])
    for number, (label, token, headers) in enumerate(sent):
        for path, methods in (paths[place] for place in session.spread(turn + number, len(paths), 2)):
            known = _known_methods(session, path, methods)
            session.note(f"preflight{path}", {"methods": known})
            session.note(f"plain{path}", {"methods": known})
            session.probe(f"{label}{path}", "OPTIONS", path, token=token, headers=headers, delivery=home)


def _try(session: Session, name: str, method: str, path: str, query: Mapping[str, object]) -> None:
    """Try a method, with a query that has nothing to do with its refusal, and no place in it."""
    home = Delivery(organizations=frozenset([session.home.organization_id]))
    session.probe(f"method/{name}", method, path, query, delivery=home)
    if method == "DELETE":
        session.probe(f"without-a-token/{name}", method, path, query, token=NO_TOKEN, delivery=home)


def _head(session: Session) -> None:
    """Send HEAD for an order that does not exist, and without a token for a report that does."""
    home = Delivery(organizations=frozenset([session.home.organization_id]))
    if "getStatus" not in session.target.absent:
        nobodys = {"order_id": session.lookalike(NOBODYS_ORDER)}
        session.probe("head/status", "HEAD", "/status", nobodys, delivery=home)
    if "getResult" not in session.target.absent:
        asked = {"order_id": an_order(session)["order_id"], "report_type": session.plain_type}
        session.probe("without-a-token/head", "HEAD", "/results", asked, token=NO_TOKEN, delivery=home)
