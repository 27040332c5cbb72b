"""Tokens up to their expiry and beyond."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import cycle
from math import ceil, inf

from pacsimile_contract import facts
from pacsimile_contract.checkers import check_order
from pacsimile_contract.checkers import expiry as checks
from pacsimile_contract.client.requests import basic
from pacsimile_contract.errors import NotExercised
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.generation import forgery
from pacsimile_contract.instants import Instant
from pacsimile_contract.session import Session
from pacsimile_contract.session.barrier import together
from pacsimile_contract.session.crossed_calls import CrossedCalls
from pacsimile_contract.session.delivery import AGAIN, FRESH
from pacsimile_contract.session.sample_calls import Sample, SampleCalls
from pacsimile_contract.target.model import Client
from pacsimile_spec import operations
from pacsimile_spec.scopes import REPORTS_READ, STATUS_READ

GRANT = {"grant_type": "client_credentials"}

SHORTLY = 3
"""Seconds before its end at which a token must still be valid: more than the call may take."""
A_MINUTE, A_DAY = 60, 86400
EVENING = 600
"""Seconds before midnight at which the first token is asked for."""
IN_FORM = "form"
"""How a token is asked for whose request has the credentials in the form."""
SKEW = 90
"""Seconds by which the clock that dates answers may differ from the one by which tokens end."""
AHEAD = "ahead"
"""The label of a note: by how many seconds the clock that the run moves is ahead of what dates answers."""
MANY_TOKENS = 31
"""Newer tokens at level full, after which the first must still be good."""
TWINS = ("getStatus", "acknowledgeReports")
"""Operations that are called with the twin of an expired token in each case: one that reads, one that changes."""


@scenario(
    checks.refuses_expired_tokens, check_order.refuses_the_caller_first,
    needs=("expired_token", "order_in_status", "study_group"),
)  # fmt: skip
def long_expired(session: Session) -> None:
    """Call each operation with a token that expired before it was ever used, then with an altered copy of it.

    Some of the calls have a second fault.
    """
    made = session.fresh_state("expired_token")
    samples, other = CrossedCalls(session), forgery.twin(made["access_token"])
    for cell in samples.cells_of("expired-token"):
        if other is not None and samples.turn(cell) % 3 == 2 - (cell.operation in TWINS):
            samples.ask_cell(cell, "expired-twin", check_order.refuses_the_token, client=made.client, token=other)
        else:
            token = made["access_token"]
            samples.ask_cell(cell, "expired", check_order.refuses_the_token, client=made.client, token=token)
    samples.finish()


@scenario(checks.is_good_everywhere, needs=("order_in_status",), blocked_by=("AUTH-1",))
def here_and_there(session: Session) -> None:
    """Use one token on two new connections at once, on one as another program, and after its client got newer ones.

    Two of the calls have one `X-Request-Id`: their answers have two (PROTO-1).
    """
    token, samples = session.token(), SampleCalls(session)
    sample = samples.of("getStatus")
    same_id = ("X-Request-Id", "pacsimile-0001")
    headers = (("User-Agent", f"{session.agent} as-another-program"), ("X-Forwarded-For", "192.0.2.7"), same_id)
    call = partial(samples.call, sample, token=token, delivery=FRESH)
    together([partial(call, "other-connection"), partial(call, "in-parallel", headers=headers)])
    for _ in range(MANY_TOKENS - 1 if session.level == "full" else 1):
        session.token(fresh=True)
    samples.call(sample, "beside-newer-ones", token=token, headers=(same_id,))


@scenario(
    checks.lasts_until_it_expires, checks.is_good_from_its_beginning, checks.has_no_leeway,
    checks.refuses_expired_tokens,
    needs=("time_passes", "token_with", "order_in_status", "study_group"),
    blocked_by=("AUTH-1", "AUTH-3", "AUTH-12"),
    moves_clock=True,
)  # fmt: skip
def growing_old(session: Session) -> None:
    """Use tokens; let time pass to shortly before the end of each, to the first one's end, and far beyond.

    The first token lives past midnight. Meanwhile ask for further tokens at intervals, by other methods, and for one of
    them as another client of the organization. Use them after the first has expired.
    """
    _advance_to_before_midnight(session)
    began, samples, client = session.now(), SampleCalls(session), session.primary
    colleague = (session.home.second if session.home.owned else None) or client
    given = session.ask_token("token", authorization=basic(client.client_id, client.client_secret), client=client)
    session.require(facts.gives_token(given), "AUTH-1")
    _note_how_far_ahead(session, began, given)
    first, sample, end = _Issue(given, client), samples.of("getStatus"), _end(session, given)
    dated = _dated(session, samples, sample, end) or ({"used-before": first.token} if given.jwt is not None else {})
    others = _asked_otherwise(session, client, colleague, end)
    turns = deque(samples)
    turns.rotate(-session.seed)
    sooner = [other for other in others if promised_end(session, other.given) <= end]
    _use_before_the_end(session, samples, [first, *sooner], turns, end)
    # neither a check that is remembered nor a connection that is kept may outlive the token
    if dated.get("used-before", first.token) != first.token:
        samples.call(sample, "begun", client=client, token=dated["used-before"])
    _let_pass(session, Fraction(end))
    for name, dated_token in dated.items():
        samples.call(sample, f"at-its-end/{name}", client=client, token=dated_token, delivery=AGAIN)
    later = [other for other in others if other not in sooner]
    late = list(zip(_every_second(session, samples), cycle((first, *others)), strict=False))
    if end + checks.LEEWAY < min((promised_end(session, other.given) for other in later), default=0) - SHORTLY:
        # newer tokens of the same client are still valid
        _use_late(session, samples, [each for each in late if each[1] is first])
        late = [each for each in late if each[1] is not first]
    _use_before_the_end(session, samples, later, turns)
    _use_late(session, samples, late)
    samples.finish()


@dataclass(frozen=True, slots=True)
class _Issue:
    """An answer that gave a token, and the client that asked."""

    given: Exchange
    client: Client

    @property
    def token(self) -> str:
        """The token's text."""
        return str(facts.token(self.given).access_token)


def _advance_to_before_midnight(session: Session) -> None:
    """Move the server's clock to some minutes before a midnight (UTC)."""
    now = session.now().seconds
    left = -(now + EVENING) % A_DAY
    session.time_passes(ceil(left))


def _note_how_far_ahead(session: Session, began: Instant, given: Exchange) -> None:
    """Note by how many seconds the clock of `time_passes` is ahead of `Date`, which a server may not move with it.

    Args:
        session: the scenario's.
        began: the time of that clock just before the token was asked for.
        given: the answer with the token.
    """
    ahead = 0 if given.date is None else int(began.seconds - Fraction(given.date))
    session.note(f"{AHEAD}/{given.number}", {"seconds": ahead if ahead > SKEW else 0})


def _issued(session: Session, given: Exchange) -> float | None:
    """Return when a token was issued, by the clock that the run moves; None where its answer has no `Date`."""
    noted = f"{AHEAD}/{given.number}"
    ahead = session.story.given(noted)["seconds"] if session.story.has(noted) else 0
    return None if given.date is None else given.date + ahead


def _asked_otherwise(session: Session, client: Client, colleague: Client, end: int) -> list[_Issue]:
    """Ask for tokens by a form alone and by POST, each for one scope alone, while the first one lives.

    The last is asked for a minute before that one ends, since a service may count how much older a token is than the
    newest of its client. At level full each way and each scope is asked for by itself too.

    Args:
        session: the scenario's.
        client: who asked for the first token.
        colleague: who asks for one of them.
        end: the second at which the first one ends.
    """
    if session.dialect is not None:
        return []
    first, last = {"scope": STATUS_READ}, {"scope": REPORTS_READ}
    ways: Mapping[str, tuple[str, Client, Mapping[str, str]]] = {
        "narrow-in-form": (IN_FORM, colleague, {**GRANT, **last}),
        "narrow-posted": ("POST", client, {**GRANT, **first}),
    }
    if session.level == "full":
        alone = {"posted": ("POST", client, GRANT), "in-form": (IN_FORM, client, GRANT)}
        ways = {**alone, "narrow": ("GET", client, {**GRANT, **first}), **ways}
    began = session.now().seconds
    step, issues = (end - A_MINUTE - began) / len(ways), list[_Issue]()
    for number, (label, (method, asking, parameters)) in enumerate(ways.items(), 1):
        _let_pass(session, began + number * step)
        now = session.now()
        given = _ask(session, label, method, asking, parameters)
        if facts.gives_token(given):
            _note_how_far_ahead(session, now, given)
            issues.append(_Issue(given, asking))
    return issues


def _ask(session: Session, label: str, method: str, client: Client, parameters: Mapping[str, str]) -> Exchange:
    """Ask for a token by GET or POST with HTTP Basic, or with the credentials in a form (IN_FORM)."""
    if method == IN_FORM:
        form = {**parameters, "client_id": client.client_id, "client_secret": client.client_secret}
        return session.ask_token(label, method="POST", parameters=form, client=client)
    in_header = basic(client.client_id, client.client_secret)
    return session.ask_token(label, method=method, authorization=in_header, parameters=parameters, client=client)


def _overtaken(session: Session) -> list[int]:
    """Return the numbers of the calls that came after their token's end, as the service is slow."""
    return list(session.story.given("overtaken")["calls"]) if session.story.has("overtaken") else []


def _use_before_the_end(
    session: Session, samples: SampleCalls, issues: Sequence[_Issue], turns: "deque[Sample]", latest: float = inf
) -> None:
    """Use each token shortly before its end, for the first of `turns` that its scopes open; all before `latest`."""
    opens, overtaken = operations(), [*_overtaken(session)]
    for issue in sorted(issues, key=lambda issue: promised_end(session, issue.given)):
        until = min(promised_end(session, issue.given), latest)
        _let_pass(session, Fraction(until - SHORTLY))
        token, turn = facts.token(issue.given), turns[0]
        turns.rotate(-1)
        opened = [each for each in turns if token.scopes is None or opens[each.operation].scope in token.scopes]
        sample = turn if turn in opened else next(iter(opened), turn)
        before = len(session.story.all("before-its-end"))
        samples.call(sample, "before-its-end", client=issue.client, token=issue.token)
        refused = [asked for asked in session.story.all("before-its-end")[before:] if asked.status == 401]
        if refused and session.now().seconds >= promised_end(session, issue.given):
            overtaken.extend(asked.number for asked in refused)
    if overtaken:
        session.note("overtaken", {"calls": overtaken})


def _use_late(session: Session, samples: SampleCalls, calls: Iterable[tuple[Sample, _Issue]]) -> None:
    """Use each token once it has been expired for as long as the leeway lasts."""
    for sample, issue in calls:
        _let_pass(session, Fraction(_end(session, issue.given) + checks.LEEWAY))
        samples.call(sample, f"late/{sample.operation}", client=issue.client, token=issue.token)


def promised_end(session: Session, given: Exchange) -> int:
    """Return the second until which a token must be good: as its answer says, or its `exp` where that is about then."""
    end, seconds = _end(session, given), facts.token(given).expires_in
    issued = _issued(session, given)
    if issued is None or seconds is None:
        return end
    announced = int(issued) + seconds
    return end if end >= announced - SKEW else announced


def _every_second(session: Session, samples: SampleCalls) -> list[Sample]:
    """Return every second operation, by the seed; at level full each."""
    return list(samples) if session.level == "full" else list(samples)[session.seed % 2 :: 2]


def _end(session: Session, given: Exchange) -> int:
    """Return the second at which a token ends: its `exp`, or else the latest by `Date` and `expires_in`."""
    exp = (given.jwt or {}).get("claims", {}).get("exp")
    if isinstance(exp, int | float):
        return ceil(exp)
    seconds = facts.token(given).expires_in
    session.require(seconds is not None, "AUTH-3")
    issued = _issued(session, given)
    if issued is None or seconds is None:
        raise NotExercised("the token answer has no Date, so nobody knows when its token ends")
    return ceil(issued) + 1 + seconds


def _dated(session: Session, samples: SampleCalls, sample: Sample, end: int) -> dict[str, str]:
    """Return two tokens whose `exp` is `end`, one of them used; an empty dictionary where no state makes them.

    The one that is used begins a minute before its end, where a state makes such tokens, and is refused until then.
    """
    try:
        unused = session.fresh_state("token_with", claims={"exp": end})
    except NotExercised:
        return {}
    try:
        used, label = session.fresh_state("token_with", claims={"nbf": end - A_MINUTE, "exp": end}), "early"
    except NotExercised:
        used, label = session.fresh_state("token_with", claims={"exp": end}), "good"
    samples.call(sample, label, client=used.client, token=used["access_token"])
    return {"used-before": used["access_token"], "never-used": unused["access_token"]}


def _let_pass(session: Session, until: Fraction) -> None:
    """Move the server's clock two milliseconds past that second, unless it is later already.

    A clock that moves by whole seconds alone may stand up to a second later.
    """
    left = until - session.now().seconds
    if left <= 0:
        return
    try:
        session.time_passes(float(left) + 0.002)
    except NotExercised:
        session.time_passes(ceil(left))
