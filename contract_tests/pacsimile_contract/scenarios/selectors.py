"""Queries that are wrong in one way."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from pacsimile_contract.checkers import selectors as checks
from pacsimile_contract.checkers.selectors import OF_FRAMEWORKS, STRANGERS
from pacsimile_contract.client.requests import query_of
from pacsimile_contract.crossing.covering_array import covering_array
from pacsimile_contract.crossing.table import NONE, call_forms
from pacsimile_contract.dialects.vocabulary import selects_by
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.generation.flawed_uids import flawed, valid_unknown
from pacsimile_contract.provider.states import ProvidedState
from pacsimile_contract.session import Session
from pacsimile_contract.session.delivery import HOSTILE, ORDINARY
from pacsimile_contract.session.sample_calls import NOBODYS_STUDY, ForbiddenCollector, SampleCalls, known_names
from pacsimile_contract.session.scope_checks import LACKS_READING, may_read, must_read
from pacsimile_contract.session.shared_states import an_order, nobodys_group
from pacsimile_contract.target.model import Client
from pacsimile_spec.operation_ids import API_OPERATIONS

LONGEST = 64
"""Characters of an organization's longest name."""

NAMED: Mapping[str, tuple[str, ...]] = {
    "getStatus": ("order_id", "study_uid"), "getOrderIds": ("study_uid",), "getResult": ("order_id", "study_uid"),
    "getGroupReport": ("study_group",), "listReports": ("organizationId",), "acknowledgeReports": ("organizationId",),
}  # fmt: skip
"""By operation, the parameters that select."""
OTHER_SELECTORS = (NONE, "all", "limit", "named", "listed")
"""Selectors of operations that have one parameter to select by."""

FULL = ("unknown", "another-operations")
"""Unknown parameters that level full sends to each operation."""

ANY_TYPE = "any-type"
"""Stands for a report type where any is refused alike: each call takes another."""

QueryPairs = list[tuple[str, str]]
Wrong = Iterator[tuple[str, QueryPairs]]
"""(what is wrong, and which, as a label) and the query's pairs."""


def _wrong(
    session: Session, right: QueryPairs, malformed: QueryPairs, strangers: Sequence[str] = (), again: str = ""
) -> Wrong:
    """Spoil a valid query, whose first parameter selects: repeat or empty it, put `malformed` in its place.

    It is repeated with the same value, or with `again`. Unknown parameters are added too: those of `strangers`, at
    level full each.
    """
    name, value = right[0]
    yield "repeated/twice", [*right, (name, again or value)]
    yield "empty/alone", [(name, ""), *right[1:]]
    for number, pair in enumerate(malformed):
        yield f"malformed/{number}", [pair, *right[1:]]
    for which in dict.fromkeys((*strangers, *FULL)) if session.level == "full" else strangers:
        yield f"unknown-parameter/{which}", [*right, (STRANGERS[which], "" if which == "unknown" else "5")]


def _ask(
    session: Session, operation: str, label: str, pairs: QueryPairs, client: Client | None = None,
    body: Mapping[str, object] | None = None,
) -> None:  # fmt: skip
    what, _, which = label.partition("/")
    if ANY_TYPE in dict(pairs).values():
        kind = session.drawn_type() if operation == "getResult" else session.drawn_group_type()
        pairs = [(name, kind if value == ANY_TYPE else value) for name, value in pairs]
    query = query_of(pairs).removesuffix("=") if label == "unknown-parameter/unknown" else query_of(pairs)
    if (operation, label) == ("getResult", "repeated/twice"):
        before, name, value = query.rpartition(f"{pairs[-1][0]}=")
        query = f"{before}{name.replace('_', '%5F')}{value}"  # the same name, for whoever decodes it
    session.call(operation, f"{what}/{operation}/{which}", query=query, client=client, body=body)


@scenario(checks.takes_one_selector, level="smoke", blocked_by=("STATUS-1",))
def of_orders(session: Session) -> None:
    """Ask for status, order ids and reports with none of the selectors, both, and each spoilt.

    At level standard most of what is spoilt takes turns.
    """
    order = an_order(session)
    by_order, by_study = ("order_id", str(order["order_id"])), ("study_uid", str(order["study_uid"]))
    reads = session.level == "smoke" or may_read(session)
    typed = ("report_type", ANY_TYPE)
    asked: list[tuple[str, QueryPairs]] = [("getStatus", []), *([("getResult", [typed])] if reads else [])]
    first, last = (asked, asked) if session.level != "standard" else (asked[:1], asked[-1:])
    for operation, rest in first:
        _ask(session, operation, "none/selector", rest)
    for operation, rest in last:
        _ask(session, operation, "both/of-one-order", [by_order, by_study, *rest])
    if session.level == "smoke":
        return
    wrong = [("getStatus", *wrong) for wrong in _wrong_orders(session, by_order, by_study, [])]
    wrong += [("getOrderIds", *wrong) for wrong in [("none/selector", []), *_wrong(session, [by_study], [])]]
    wrong += [("getResult", *wrong) for wrong in _wrong_orders(session, by_order, by_study, [typed])] if reads else []
    for operation, label, pairs in _of_this_run(session, wrong):
        _ask(session, operation, label, pairs)
    if not reads:
        session.lack(LACKS_READING)


WrongCalls = list[tuple[str, str, QueryPairs]]
"""The operation of a call, what is wrong, and the query's pairs."""
ALWAYS = (
    ("getStatus", "repeated/twice"), ("getStatus", "unknown-parameter/unknown"), ("getStatus", "malformed/0"),
    ("getStatus", "empty/beside-the-other"), ("getResult", "repeated/twice"), ("getResult", "repeated/type"),
    ("getGroupReport", "repeated/type"), ("listReports", "repeated/limit"), ("acknowledgeReports", "empty/alone"),
    ("acknowledgeReports", "none/selector"), ("acknowledgeReports", "unknown-parameter/another-operations"),
)  # fmt: skip
"""What each run asks: wrong queries that a service takes for right ones more easily than others."""
TURNS = 16
"""So many seeds in a row ask all of the others."""


def _of_this_run(session: Session, wrong: WrongCalls) -> WrongCalls:
    """Return the calls that each run makes, and one in TURNS of the others."""
    names = session.in_turn([call[:2] for call in wrong], TURNS, ALWAYS)
    return [call for call in wrong if call[:2] in names]


def _wrong_orders(session: Session, by_order: tuple[str, str], by_study: tuple[str, str], rest: QueryPairs) -> Wrong:
    """Spoil a query by an order or its study; `rest` has its report type, if the operation takes one."""
    malformed, strangers = [("order_id", "not_an_id!"), ("order_id", "A" * 65)], [] if rest else ["unknown"]
    again = "" if rest else session.lookalike(by_order[1])
    yield from _wrong(session, [by_order, *rest], malformed, strangers, again)
    yield "repeated/study", [by_study, *rest, by_study]
    yield "empty/study", [("study_uid", ""), *rest]
    yield "empty/beside-the-other", [by_order, ("study_uid", ""), *rest]
    yield "empty/order-beside-the-other", [by_study, ("order_id", ""), *rest]
    if rest:
        yield "repeated/type", [by_order, *rest, *rest]
        yield "empty/type", [by_study, ("report_type", "")]


@scenario(checks.takes_one_selector, blocked_by=("STATUS-1",))
def of_other_syntaxes(session: Session) -> None:
    """Send queries that mean something in other syntaxes: an operator of a database, a semicolon.

    `parameter_names` sends an array, whose name ends in brackets.
    """
    if session.dialect is not None:
        return
    order = an_order(session)
    _ask(session, "getStatus", "malformed/operator", [("order_id[$ne]", "0")])
    must_read(session)
    query = f"order_id={order['order_id']};report_type={session.plain_type}"
    session.call("getResult", "malformed/getResult/semicolon", query=query)


SPOILT: Mapping[str, Callable[[QueryPairs], QueryPairs]] = {
    "malformed": lambda right: [(right[0][0], f"{right[0][1]} !\n"), *right[1:]],
    "empty": lambda right: [(right[0][0], ""), *right[1:]],
    "repeated": lambda right: [*right, right[0]],
    "unknown-parameter": lambda right: [*right, (STRANGERS["unknown"], "5")],
}
"""By what is wrong, how a right query is spoilt, whose first parameter selects."""


@scenario(checks.takes_one_selector, level="full", needs=("order_in_status",), blocked_by=("STATUS-1",))
def in_each_form(session: Session) -> None:
    """Spoil a query of each operation in each report type in each way, and by each selector.

    An operation with two selectors is asked by one of them for each type and way: a covering array chooses.
    """
    names, leaving = known_names(session), ForbiddenCollector()
    must_read(session)
    forms = [(f"{operation}/{kind}", selector) for operation, selector, kind in call_forms(session.target).forms]
    every = [(*form, spoilt) for form in forms for spoilt in SPOILT]
    for typed, selector, spoilt in covering_array(every, 2, session.seed):
        operation, _, kind = typed.partition("/")
        name = next(name for name in NAMED[operation] if selector in (name.partition("_")[0], *OTHER_SELECTORS))
        value = names[name]
        if value is None:
            continue
        right = [(name, value), *([("report_type", kind)] if kind != NONE else [])]
        right += [("limit", "1")] if selector == "limit" else []
        body = {"report_ids": list[str]()} if selector == "named" else None
        with leaving.skipping():
            label = f"{spoilt}/{operation}/{selector}.{kind}"
            session.call(operation, label, query=query_of(SPOILT[spoilt](right)), body=body)
    leaving.finish()


@scenario(checks.takes_one_selector, needs=("fresh_organization",), blocked_by=("AUTH-1",))
def of_groups_and_organizations(session: Session) -> None:
    """Ask for a group's report, the listing and its acknowledgement, each spoilt.

    At level standard most of what is spoilt takes turns.
    """
    must_read(session)
    of_groups: WrongCalls = [("getGroupReport", *wrong) for wrong in _wrong_groups(session)]
    for operation, label, pairs in _of_this_run(session, of_groups):
        _ask(session, operation, label, pairs)
    own, leaving = session.fresh_state("fresh_organization", "own"), ForbiddenCollector()
    wrong = [(name, *wrong) for name in OF_ORGANIZATIONS for wrong in _wrong_organizations(session, name, own)]
    for operation, label, pairs in _of_this_run(session, wrong):
        names_in_body = (operation, label) == ("acknowledgeReports", "none/selector")
        body = {"organizationId": own.organization_id, "report_ids": list[str]()} if names_in_body else None
        with leaving.skipping():
            _ask(session, operation, label, pairs, own.client, body)
    leaving.finish()


OF_ORGANIZATIONS = ("listReports", "acknowledgeReports")


def _wrong_organizations(session: Session, operation: str, own: ProvidedState) -> Wrong:
    is_post, right = operation == "acknowledgeReports", [("organizationId", own.organization_id)]
    too_long = session.lookalike("A" * LONGEST) + "A"
    malformed = [("organizationId", f"{own.organization_id} !"), ("organizationId", too_long)]
    yield "none/selector", []
    strangers = ("another-operations", "of-the-body", "unknown") if is_post else ()
    for label, pairs in _wrong(session, right, malformed, strangers):
        if is_post or label != "unknown-parameter/another-operations":  # `limit` is the listing's own
            yield label, pairs
    if not is_post:
        yield "repeated/limit", [*right, ("limit", "1"), ("limit", "2")]


def _wrong_groups(session: Session) -> Wrong:
    right = [("study_group", nobodys_group(session)), ("report_type", ANY_TYPE)]
    yield from _wrong(session, right, [("study_group", "g" * 129), ("study_group", "two\nlines")])
    yield "none/selector", right[1:]
    yield "empty/type", [right[0], ("report_type", "")]
    yield "repeated/type", [right[1], *right]


SENT_ALWAYS = 2
"""How many parameters of frameworks go in each run; one more goes with every second seed, at level full each."""


@scenario(checks.takes_one_selector, needs=("order_in_status", "study_group"), blocked_by=("STATUS-1",))
def of_frameworks(session: Session) -> None:
    """Add parameters that frameworks act upon to right queries, one to each. The operations take turns.

    At level full each goes to two operations. An acknowledgement names no report.
    """
    must_read(session)
    samples, names = SampleCalls(session), list(OF_FRAMEWORKS)
    theirs = {*session.dialect.parameters.values()} if session.dialect else set[str]()
    chosen = [*names[:SENT_ALWAYS], *session.draw.sample(names[SENT_ALWAYS:], session.seed % 2)]
    turn, every = session.draw.randrange(len(API_OPERATIONS)), list(samples)
    sent = names if session.level == "full" else chosen
    for number, name in enumerate(name for name in sent if name not in theirs):
        for place in session.spread(turn + number, len(every), 3):
            label = f"unknown-parameter/{every[place].operation}/{name}"
            samples.call(every[place], label, extra={name: OF_FRAMEWORKS[name]})
    samples.finish()


FLAWS_ALWAYS = ("leading-zero", "newline", "nul")
"""Flaws of a UID that pass more easily than others: patterns overlook them, and DICOM pads data elements with NUL."""


@scenario(checks.takes_dicom_uids, blocked_by=("STATUS-1", "ORDERID-3"))
def of_uids(session: Session) -> None:
    """Ask each operation that takes a study UID for malformed ones, made from a known UID, and for valid unknown ones.

    At level standard a quarter of the malformed ones, in turn, and the likeliest go each to one of the operations, and
    so does a valid one. At level full each malformed one goes to two operations.
    """
    known_uid, unknown = (
        an_order(session)["study_uid"],
        session.lookalike(NOBODYS_STUDY),
    )  # the known one may be short, and those near it in use
    named = ("getStatus", "getOrderIds", "getResult")[: 3 if may_read(session) else 2]
    operations = [name for name in named if selects_by(session.dialect, name, "study_uid")]
    flaws = [flaw for flaw in flawed(known_uid).items() if flaw[0] != "nul" or session.target.hostile_input]
    flaws = session.in_turn(flaws, 4, [flaw for flaw in flaws if flaw[0] in FLAWS_ALWAYS])
    valid = valid_unknown(unknown, session.draw)
    for place, operation in enumerate(operations):
        is_typed = operation == "getResult"
        for number, (what, uid) in enumerate(flaws):
            if place in session.spread(session.seed + number, len(operations), 2):
                rest = [("report_type", session.drawn_type())] if is_typed else []
                query, delivery = query_of([("study_uid", uid), *rest]), HOSTILE if what == "nul" else ORDINARY
                session.call(operation, f"{what}/{operation}", query=query, delivery=delivery)
        for which, uid in enumerate(valid):
            if session.level == "full" or (which == 0 and session.seed % len(operations) == place):
                rest = [("report_type", session.drawn_type())] if is_typed else []
                query = query_of([("study_uid", uid), *rest])
                session.call(operation, f"valid-unknown/{operation}/{which}", query=query)
