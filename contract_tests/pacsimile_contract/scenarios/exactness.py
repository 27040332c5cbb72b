"""Names that resemble a known one: shorter, longer, in another case, with wildcards, in another Unicode form."""

import re
from collections.abc import Sequence
from contextlib import suppress
from unicodedata import normalize

from pacsimile_contract.checkers import exactness as checks
from pacsimile_contract.checkers import groups
from pacsimile_contract.checkers.exactness import OF_ORGANIZATIONS
from pacsimile_contract.errors import NotExercised
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.generation import flawed_uids
from pacsimile_contract.provider.states import ProvidedState
from pacsimile_contract.session import Session
from pacsimile_contract.session.delivery import HOSTILE, ORDINARY, Delivery
from pacsimile_contract.target.model import Client

GROUP = "Étude 🫀 pilote ﬁn 7"
"""A group's name with two letters that have several forms in Unicode (É, ﬁ), and with a character beyond U+FFFF."""

LONGEST = '=Pilot study 7 +1 a&b=c;d#e, "f" %41 \\h/ {i} [j] \U0001fa7b 25 % '.ljust(128, "x")
"""A group's name of the greatest length, with characters that mean something in a query, a table, a page or a path."""
WEIGHTLESS = ("\u034f", "\ufe0f", "\u180b")
"""Characters of names that a database's collation may pass over: a grapheme joiner, selectors of a variation."""
NUMBER = "4711"
"""A group's name that is a number: whole and without a zero before it, as it would be written."""
NUMBERS = ("0{}", "{}.0", "{}e0", "+{}", "{}.")
"""Other spellings of a number, which are other names."""

EVERYWHERE, ANOTHERS = ("case",), ("longer", "case")
"""Kinds of near names that may belong to someone else (of orders; of organizations): each operation gets them."""

Ways = list[tuple[str, str]]
"""(how, text) of texts that resemble a name."""

IN_A_LIST = "{0},{0}"
WRAPPERS = (
    "{};", '"{}"', "{}.", "{}/", "/{}", "{}#", "{}?", "[{}]", "({})", "{{{}}}", "+{}", "={}", "{}|{}",
    "{}:1", "id:{}", "urn:{}", "{}@a", "{}&", "{}\\", "{}!", "{}$", "^{}", "~{}", "{}*", "{}_", "{}.pdf", "{}.json",
)  # fmt: skip
"""What may stand around a name: it makes a list, a pattern, a reference, a file or an expression of it.

A service that reads loosely takes it for the name. A firewall sees no attack in it.
"""
IN_BODIES = ("'{}'", "<{}>", "{}' --", "{}\u0301")
"""What may also stand around a name in a body, where a firewall might see an attack in an address."""
UNSEEN = "\n\t\r\v\u00a0\u00ad\u200b\u2028\u3000"
"""Characters that trimming drops, or that nobody sees."""
OF_NOBODY = ("", ".", "..", "*", "%", "_", ".*", "null", "all", "0", "-1", "true", "undefined", "[]", "{}")
"""Texts that are no report's id, and mean something to a loose reader."""


def wrapped(session: Session, name: str) -> tuple[Ways, Ways]:
    """Return the name twice in a list; and in a wrapper that the seed draws, at level full in all."""
    forms = WRAPPERS if session.level == "full" else session.draw.sample(WRAPPERS, 1)
    in_a_list = [("longer", IN_A_LIST.format(name, name))]
    in_wrappers = [("longer", form.format(name, name)) for form in forms]
    return _derived(session, name, in_a_list), _derived(session, name, in_wrappers)


def resembling(session: Session, name: str, *forms: str) -> Ways:
    """Return texts that resemble an identifier; `forms` are its other forms in Unicode."""
    ways = [("prefix", name[:-1]), ("suffix", name[1:]), ("longer", name + name[-1]), ("case", name.swapcase())]
    ways += [("longer", f"{name}-"), ("space", f"{name} "), ("wildcard", name[:-1] + "%")]
    ways += (
        []
        if forms
        else [("number", re.sub(r"([0-9]+)$", r"0\1", name)), ("last-character", _with_another_last_character(name))]
    )
    twice = "".join(f"%{byte:02X}" for byte in name.encode())
    ways += [("encoded-twice", twice)] if session.target.hostile_input else []
    ways += [("unicode-form", form) for form in forms or (full_width(name), f"\ufeff{name}")]  # decoders drop a mark
    if session.level == "full":
        ways += [("wildcard", "*"), ("wildcard", name[:-1] + "_"), ("space", f" {name}"), ("longer", f"{name}.")]
        ways += [("unicode-form", f"\ufeff{name}")] if forms else []
    return _derived(session, name, ways)


def _with_another_last_character(name: str) -> str:
    """Return an identifier with another last character of the same kind."""
    follows = {"9": "0", "z": "a", "Z": "A"}
    last = follows.get(name[-1]) or chr(ord(name[-1]) + 1)
    return name[:-1] + last if name[-1].isascii() and name[-1].isalnum() else name


def padded(session: Session, name: str) -> Ways:
    """Return texts that resemble an identifier for whoever reads it up to NUL, or trims what nobody sees."""
    unseen = UNSEEN if session.level == "full" else session.draw.choice(UNSEEN)
    ways = [("padding", name + character) for character in ("\0", *unseen)]
    return _derived(session, name, ways) if session.target.hostile_input else []


def resembling_uid(session: Session, uid: str) -> Ways:
    """Return texts that resemble a UID: some lack what stands at its beginning or end, or have a component more."""
    others = [way for way in resembling(session, uid) if way[0] in ("space", "wildcard", "encoded-twice")]
    parts = [("prefix", uid[:-1].rstrip(".")), ("longer", uid + uid[-1]), ("suffix", uid.partition(".")[2])]
    return [*_derived(session, uid, [("longer", f"{uid}.0"), *session.in_turn(parts, len(parts))]), *others]


def _derived(session: Session, name: str, ways: Ways) -> Ways:
    return [(how, session.derived(text, name)) for how, text in ways if text not in ("", name)]


def full_width(name: str) -> str:
    """Return the name in full-width letters and digits, which compatibility normalization makes equal to it."""
    return "".join(
        chr(ord(character) + 0xFEE0) if character.isalnum() and character.isascii() else character for character in name
    )


def _delivery(how: str) -> Delivery:
    """Return how a text is sent: one with NUL, or encoded twice, may be refused as an attack."""
    return HOSTILE if how in ("padding", "encoded-twice") else ORDINARY


@scenario(checks.matches_whole, needs=("order_in_status",), blocked_by=("STATUS-1", "STATUS-4"))
def of_orders_and_studies(session: Session) -> None:
    """Ask for texts that resemble an order's id and a study's UID.

    A name that could be another's goes to every operation. Any other name goes to one operation at level standard; at
    full only a wrapped name does. At standard, a text with the form of neither an id nor a UID goes to the order or to
    the study, in turn.
    """
    order = session.state("order_in_status", status="COMPLETED")
    name, uid = str(order["order_id"]), str(order["study_uid"])
    session.note("ours", {"order_ids": [name]})
    in_a_list, in_wrappers = wrapped(session, name)
    ways = _by_form(session, [*resembling(session, name), *in_a_list, *in_wrappers], 0)
    ways = _thinned(session, [*ways, *padded(session, name)], "padding", "longer")
    _ask_each(session, "order_id", ("getStatus", "getResult"), ways, in_wrappers)
    in_a_list, in_wrappers = wrapped(session, uid)
    ways = _by_form(session, [*resembling_uid(session, uid), *in_a_list, *in_wrappers], 1)
    _ask_each(session, "study_uid", ("getStatus", "getOrderIds", "getResult"), ways, in_wrappers)


def _by_form(session: Session, ways: Ways, place: int) -> Ways:
    """Return the ways to ask for one of two identifiers, which is at `place` 0 or 1.

    At level standard, half of the texts that are neither an id nor a UID by their form go to the other one.
    """
    odd = [way for way in ways if not re.fullmatch("[A-Za-z0-9.-]+", way[1]) and way[0] != "unicode-form"]
    theirs = [] if session.level == "full" else odd[(session.seed + place) % 2 :: 2]
    return [way for way in ways if way not in theirs]


def _ask_each(session: Session, selector: str, operations: Sequence[str], ways: Ways, in_wrappers: Ways) -> None:
    turn, asked, full = session.draw.randrange(len(operations)), set[str](), session.level == "full"
    for how, text in ways:
        everywhere = (how, text) not in in_wrappers if full else how in EVERYWHERE and how not in asked
        asked.add(how)
        turn += 1
        for operation in operations if everywhere else (operations[turn % len(operations)],):
            kind = session.plain_type if operation == "getResult" else None
            label = f"{how}/{operation}/{selector.partition('_')[0]}"
            session.call(operation, label, {selector: text, "report_type": kind}, delivery=_delivery(how))


@scenario(checks.matches_whole, groups.serves_any_name, needs=("order_in_status",), blocked_by=("GROUP-4",))
def of_groups(session: Session) -> None:
    """Ask for texts that resemble a group's name, and for a name that differs only in its 128th character.

    Ask for other spellings of a group's name that is a number. The groups are asked for by their own names too.
    At level standard some of what resembles a name in one way takes turns.
    """
    order = session.state("order_in_status", status="COMPLETED", study_group=GROUP)
    session.note("ours", {"order_ids": [order["order_id"]]})
    _report_of(session, "itself/outside-ascii", order, GROUP, session.drawn_group_type())
    full = session.level == "full"
    weightless = WEIGHTLESS if full else (session.draw.choice(WEIGHTLESS),)
    forms = (
        normalize("NFD", GROUP), normalize("NFKC", GROUP), GROUP.replace("É", "E"),
        *(GROUP.replace(" ", f"{character} ", 1) for character in weightless),
    )  # fmt: skip
    spaces = [("space", GROUP.replace(" ", "  ", 1)), *([("space", GROUP.replace(" ", "+"))] if full else [])]
    others = [("another-kind", str(order[name])) for name in session.in_turn(("order_id", "study_uid"), 2)]
    in_a_list, in_wrappers = wrapped(session, GROUP)
    wrappings = [*in_a_list, *in_wrappers]
    ways = [*resembling(session, GROUP, *forms), *spaces, *wrappings, *padded(session, GROUP), *others]
    for how, text in _thinned(session, ways, "longer", "padding", "unicode-form", "space"):
        session.call(
            "getGroupReport", f"{how}/getGroupReport/group", client=order.client, study_group=text,
            report_type=session.plain_group_type, delivery=_delivery(how),
        )  # fmt: skip
    first = [order["order_id"]]
    order = session.state("order_in_status", status="COMPLETED", study_group=LONGEST)
    session.note("ours", {"order_ids": [*first, order["order_id"]]})
    _report_of(session, "itself/longest", order, LONGEST)
    session.call(
        "getGroupReport", "last-character/getGroupReport/longest", client=order.client,
        study_group=LONGEST[:-1] + "y", report_type=session.plain_group_type,
    )  # fmt: skip
    number = session.state("order_in_status", status="COMPLETED", study_group=NUMBER)
    session.note("ours", {"order_ids": [*first, order["order_id"], number["order_id"]]})
    for text in (spelling.format(NUMBER) for spelling in session.in_turn(NUMBERS, len(NUMBERS))):
        _report_of(session, "number/getGroupReport/group", number, text)


def _thinned(session: Session, ways: Ways, *hows: str) -> Ways:
    """Return the ways; of these hows the first way, and half of the others, in turn. At level full all."""
    firsts = [way for place, way in enumerate(ways) if way[0] not in [how for how, _ in ways[:place]]]
    return session.in_turn(ways, 2, [way for way in ways if way in firsts or way[0] not in hows])


def _report_of(session: Session, label: str, order: ProvidedState, name: str, kind: str | None = None) -> None:
    kind = kind or session.plain_group_type
    session.call("getGroupReport", label, client=order.client, study_group=name, report_type=kind)


@scenario(checks.matches_whole, needs=("fresh_organization",), blocked_by=("AUTH-1",))
def of_organizations_and_reports(session: Session) -> None:
    """List by texts that resemble an organization's id, POST by some; acknowledge texts that resemble a report's id.

    Ask for an order by its report's id, and for the organization by its client's.
    """
    own = session.fresh_state("fresh_organization", "own", ready_reports=1)
    session.note("ours", {"order_ids": own["order_ids"]})
    turn, ways = session.draw.randrange(2), resembling(session, own.organization_id)
    always = [way for way in ways[:4] if way[0] in ANOTHERS]
    for how, text in session.in_turn(ways, 8, always):
        everywhere = session.level == "full" or how in ANOTHERS
        turn += 1
        for operation in OF_ORGANIZATIONS if everywhere else (OF_ORGANIZATIONS[turn % 2],):
            with suppress(NotExercised):
                _ask_for_organization(session, operation, how, text, own.client)
    report = str(own["report_ids"][0])
    _ask_by_others(session, own, report)
    wrapped_ids = [session.derived(form.format(report, report), report) for form in (IN_A_LIST, *WRAPPERS, *IN_BODIES)]
    unseen = [session.derived(text, report) for end in UNSEEN for text in (report + end, end + report)]
    resembling_ids = [text for _, text in resembling(session, report)]
    ids = [name for name in dict.fromkeys((*resembling_ids, *wrapped_ids, *unseen, *OF_NOBODY)) if name != report]
    session.note("report-ids", {"report_ids": ids})
    session.call(
        "acknowledgeReports", "report-ids", client=own.client, organizationId=own.organization_id,
        body={"report_ids": ids},
    )  # fmt: skip
    session.call("listReports", "after-report-ids", client=own.client, organizationId=own.organization_id)


def _ask_by_others(session: Session, own: ProvidedState, report: str) -> None:
    """Ask for an order by its report's id, and for an organization by its client's, where the two differ."""
    if report not in own["order_ids"]:
        for operation, kind in session.in_turn([("getStatus", None), ("getResult", session.plain_type)], 2):
            named = {"order_id": report, "report_type": kind}
            session.call(operation, f"another-kind/{operation}/order", named, client=own.client)
    if own.client.client_id != own.organization_id:
        session.call("listReports", "another-kind/listReports/client", client=own.client,
                     organizationId=own.client.client_id)  # fmt: skip


def _ask_for_organization(session: Session, operation: str, how: str, text: str, client: Client) -> None:
    label = f"{how}/{operation}/organization"
    session.call(operation, label, client=client, organizationId=text, delivery=_delivery(how))


NEAR_GROUP = "étude 🫀 pilote fin 7"
"""A group's name that differs from GROUP in case, and in the form of two of its letters."""
NEAR_GROUPS = (
    GROUP.replace("🫀", "🫁"), GROUP.replace("🫀", "🫀\ufe0f"), normalize("NFD", GROUP), normalize("NFKC", GROUP),
    GROUP.replace("É", "E"), GROUP.replace(" ", "  ", 1), f"{GROUP} ", f" {GROUP}", GROUP.replace("7", "07"),
)  # fmt: skip
"""More: another emoji, a variation selector, other Unicode forms, no accent, extra spaces, a leading zero."""


@scenario(
    checks.tells_near_names_apart,
    needs=("order_in_status",),
    blocked_by=("STATUS-1", "STATUS-2", "ORDERID-1", "GROUP-1"),
)
def of_near_names(session: Session) -> None:
    """Ask for two groups whose names nearly agree, and for two studies whose UIDs do; each has an order of its own."""
    lacking = None
    for ask in (_near_groups, _near_studies):
        try:
            ask(session)
        except NotExercised as error:
            lacking = error
    if lacking:
        raise lacking


def _near_groups(session: Session) -> None:
    orders = [session.state("order_in_status", status="COMPLETED", study_group=name) for name in (GROUP, NEAR_GROUP)]
    near = {"group-0": orders[1]}
    for number, name in enumerate(NEAR_GROUPS, 2):
        with suppress(NotExercised):
            near[f"group-{number}"] = session.state("order_in_status", status="COMPLETED", study_group=name)
    _report_of(session, _note_near(session, "group-1", orders[1], orders[0]), orders[1], NEAR_GROUP)
    _report_of(session, "named", orders[0], GROUP)
    for label, other in near.items():
        session.story.add(_note_near(session, label, orders[0], other), session.story.last("named"))


def _near_studies(session: Session) -> None:
    one = session.state("order_in_status", status="COMPLETED")
    near = session.derived(f"{one['study_uid']}.1", one["study_uid"])
    if len(near) > flawed_uids.LONGEST:
        session.lack("a study UID that another may be longer than")
    orders = [one, session.state("order_in_status", status="COMPLETED", study_uid=near)]
    for which, other in ((1, 0), (0, 1)):
        uid, client = str(orders[which]["study_uid"]), orders[which].client
        label = _note_near(session, f"study-{which}", orders[which], orders[other])
        session.call("getOrderIds", f"{label}.ids", client=client, study_uid=uid)
        if which == 0 and session.level != "full":
            return  # whose status and report others have asked for
        session.call("getStatus", f"{label}.status", client=client, study_uid=uid)
        typed = {"study_uid": uid, "report_type": session.plain_type}
        session.call("getResult", f"{label}.result", typed, client=client)


def _note_near(session: Session, label: str, own: ProvidedState, other: ProvidedState) -> str:
    """Note whose order must be named, and whose must not be; return the label of the steps."""
    session.note(label, {"own": own["order_id"], "other": other["order_id"]})
    return f"near/{label}"
