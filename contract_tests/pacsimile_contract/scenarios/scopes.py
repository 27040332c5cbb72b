"""Asking for scopes, and calling with tokens that carry too few."""

from collections.abc import Sequence

from pacsimile_contract import facts
from pacsimile_contract.checkers import check_order
from pacsimile_contract.checkers import scopes as checks
from pacsimile_contract.client.requests import basic
from pacsimile_contract.crossing.table import Cell
from pacsimile_contract.dialects.vocabulary import API_SCOPES, scopes_meant
from pacsimile_contract.errors import NotExercised
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.provider.states import ProvidedState
from pacsimile_contract.provider.supplies import instead
from pacsimile_contract.session import Session
from pacsimile_contract.session.crossed_calls import CrossedCalls
from pacsimile_contract.session.sample_calls import Sample, SampleCalls
from pacsimile_contract.session.second_faults import ask_with_second_fault
from pacsimile_contract.target.model import Client
from pacsimile_spec import operations
from pacsimile_spec.scopes import INGEST_WRITE, REPORTS_ACK, REPORTS_READ, STATUS_READ

GRANT = {"grant_type": "client_credentials"}
LOOKALIKES = (
    "status.reader status. STATUS.READ xreports.read reports.read.all reports reports.ac REPORTS.ACK read ack"
    " status.read,reports.read,reports.ack"
)
"""Scopes that only resemble known ones: longer, shorter, in another case, a part, several with another sign between."""
RESEMBLING = (REPORTS_READ.upper(), REPORTS_READ[:-1], f"{REPORTS_READ},{REPORTS_ACK}")
"""Unknown scopes, near to known ones: in another case, shorter, and two joined by another sign than a blank.

At level standard one is asked for, by the seed.
"""
STANDARD = ("openid", "offline_access", "profile", "email", ".default", "*")
"""Scopes that other services know. At level standard one is asked for, by the seed."""


@scenario(checks.grants_what_is_the_clients, needs=("client_with_scopes",), blocked_by=("AUTH-1",))
def asking_for_scopes(session: Session) -> None:
    """Ask for scopes that do not exist and one beyond the client, each among its own; for fewer, and none.

    The token with fewer is used.
    """
    primary = session.primary
    invented = session.lookalike("pacsimile.invented")
    for wrong in session.in_turn(RESEMBLING, len(RESEMBLING)) if session.dialect is None else (invented,):
        _ask(session, "unknown", primary, _between(API_SCOPES, wrong))
    if session.dialect is None:
        for number, name in enumerate(session.in_turn(STANDARD, len(STANDARD))):
            session.note(f"standard/{number}", name)
            _ask(session, f"standard/{number}", primary, _between(API_SCOPES, name))
    asked = _ask(session, "narrower", primary, STATUS_READ)
    session.note("narrowed", STATUS_READ)
    if facts.gives_token(asked):
        _use(session, primary, str(facts.token(asked).access_token))
    lacking = next((scope for scope in (REPORTS_ACK, *API_SCOPES) if session.scopes_without(scope)), None)
    if lacking is None:  # the service tells no scope from another
        return
    limited, scopes = _limited(session, lacking)
    session.note("limited", {"scopes": scopes})
    _ask(session, "beyond", limited, _between(scopes, lacking))
    _ask(session, "default", limited, "" if session.dialect is None else None)


def _between(scopes: Sequence[str], wrong: str) -> str:
    """Return scopes with a wrong one behind the first of them: each counts, not the first alone or the last."""
    return " ".join((*scopes[:1], wrong, *scopes[1:]))


def _ask(session: Session, label: str, client: Client, scope: str | None) -> Exchange:
    parameters = GRANT | ({} if scope is None else {"scope": scope})
    authorization = basic(client.client_id, client.client_secret)
    return session.ask_token(label, authorization=authorization, parameters=parameters, client=client)


def _limited(session: Session, lacking: str) -> tuple[Client, list[str]]:
    """Return a client that lacks a scope, and its scopes."""
    scopes = session.scopes_without(lacking)
    try:
        return session.state("client_with_scopes", scopes=scopes).client, scopes
    except NotExercised as error:
        if "status_only" not in session.target.clients:
            raise instead(error, "`clients: status_only`") from None
    return _of_the_target(session, "status_only", [STATUS_READ]), [STATUS_READ]


def _of_the_target(session: Session, name: str, scopes: list[str]) -> Client:
    """Return a client of the target file; NotExercised where its token answer names a scope beyond these.

    Either the target file names the wrong client, or it is granted too much: only the operator can tell.
    """
    client = session.target.clients[name]
    granted = facts.token(_ask(session, f"of-the-target/{name}", client, None)).scopes or frozenset()
    beyond = granted & {STATUS_READ, REPORTS_READ, REPORTS_ACK, INGEST_WRITE} - set(scopes)
    if beyond:
        words = f"the token of `clients: {name}` has the scope {' '.join(sorted(beyond))}"
        session.lack(f"{words}: needs a client with {' '.join(scopes)} alone")
    return client


def _use(session: Session, client: Client, token: str) -> None:
    """Use a token narrowed to `status.read`. If it opens more, so may that of a client that never had more."""
    samples = SampleCalls(session)
    samples.call(samples.of("getStatus"), "own", client=client, token=token)
    operations_ = {REPORTS_READ: "getResult", REPORTS_ACK: "acknowledgeReports"}
    left_out = next((scope for scope in operations_ if STATUS_READ in session.scopes_without(scope)), None)
    if left_out is None:  # a token of `status.read` opens everything
        return
    sample = samples.of(operations_[left_out])
    samples.call(sample, "left-out", client=client, token=token)
    if not any(asked.succeeded for asked in session.story.all("left-out")):
        return
    try:
        other = session.state("client_with_scopes", "control", scopes=session.scopes_without(left_out)).client
        samples.call(sample, "control", client=other, token=session.token(other))
    except NotExercised:
        return


@scenario(
    checks.needs_the_scope,
    check_order.refuses_the_caller_first,
    needs=("client_with_scopes", "token_with", "order_in_status", "study_group"),
    blocked_by=("AUTH-6",),
)
def with_too_few(session: Session) -> None:
    """Call each operation with a token without its scope: one that opened nothing yet, and then another operation.

    Some of the calls have a second fault. Some have a token of the primary client, which may do everything, narrowed to
    the other scopes. One call for each scope has a token of scopes that only resemble it.
    """
    samples, opens = CrossedCalls(session), operations()
    resembling = _resembling(session)
    cells = list(samples.cells_of("too-few-scopes"))
    for scope in API_SCOPES:
        others = session.scopes_without(scope)
        if not others:  # the service tells this scope from no other
            continue
        client, token = _token_of(session, others)
        narrowed = STATUS_READ if STATUS_READ in others else " ".join(reversed(others))
        closed = [cell for cell in cells if opens[cell.operation].scope == scope]
        spare = _spare(closed)
        if resembling is not None and spare is not None:
            samples.ask(spare, "whole", client=resembling.client, token=resembling["access_token"])
            closed.remove(spare)
        for cell in (cell for cell in closed if cell.use == "first"):
            samples.ask_cell(cell, "cold", check_order.lacks_the_scope, client=client, token=token)
        own: Sample | None = next(sample for sample in samples if opens[sample.operation].scope in others)
        for cell in (cell for cell in closed if cell.use == "later"):
            if samples.turn(cell) % 2 == 0 and session.primary.owned and session.dialect is None:
                narrow = session.token(scopes=narrowed)
                samples.ask_cell(cell, "warm", check_order.lacks_the_scope, token=narrow)
            else:
                if own is not None:
                    samples.call(own, "good", client=client, token=token)
                    own = None
                samples.ask_cell(cell, "warm", check_order.lacks_the_scope, client=client, token=token)
    resembling = resembling or session.fresh_state("token_with", claims={"scope": LOOKALIKES})
    resembled = {opens[str(asked.operation)].scope for _, asked in session.story.below("whole")}
    for sample in samples:
        if session.level == "full" or opens[sample.operation].scope not in resembled:
            resembled.add(opens[sample.operation].scope)
            token = resembling["access_token"]
            samples.call(sample, f"whole/{sample.operation}", client=resembling.client, token=token)
    samples.finish()


def _spare(cells: Sequence[Cell]) -> Cell | None:
    """Return the first cell of an operation that has others too; None where each has one."""
    operations_ = [cell.operation for cell in cells]
    return next((cell for cell in cells if operations_.count(cell.operation) > 1), None)


def _resembling(session: Session) -> ProvidedState | None:
    """Return a token whose scopes only resemble known ones; None where no state makes it."""
    try:
        return session.fresh_state("token_with", claims={"scope": LOOKALIKES})
    except NotExercised:
        return None


def _token_of(session: Session, scopes: list[str]) -> tuple[Client, str]:
    """Return a token with these scopes alone: of a client that has no others, or else a narrowed one."""
    try:
        client = session.state("client_with_scopes", scopes=scopes).client
        return client, session.token(client)
    except NotExercised:
        client = session.primary
    asked = _ask(session, "narrowed", client, " ".join(scopes))
    if not client.owned and facts.token_error(asked) == "invalid_scope":
        session.lack(f"the primary client may not have {' and '.join(scopes)}")
    session.require(facts.token(asked).scopes == scopes_meant(session.dialect, scopes), "AUTH-6")
    return client, str(facts.token(asked).access_token)


@scenario(
    checks.ingestion_opens_nothing,
    check_order.refuses_the_caller_first,
    needs=("client_with_scopes", "order_in_status", "study_group"),
)
def with_the_ingestions(session: Session) -> None:
    """Call each operation with the ingestion service's token and a second fault.

    It is called without that fault too, unless the first call is refused for its token or scope.
    """
    try:
        client = session.state("client_with_scopes", scopes=[INGEST_WRITE]).client
    except NotExercised as error:
        if "ingest_only" not in session.target.clients:
            raise instead(error, "`clients: ingest_only`") from None
        client = _of_the_target(session, "ingest_only", [INGEST_WRITE])
    samples, token = CrossedCalls(session), session.token(client)
    for sample in samples:
        label, fault = f"ingest/{sample.operation}", samples.next_fault(sample.operation)
        refused = check_order.refuses_the_token_or_scope
        if not ask_with_second_fault(session, samples, sample, label, fault, refused, client=client, token=token):
            samples.call(sample, label, client=client, token=token)
    samples.finish()
