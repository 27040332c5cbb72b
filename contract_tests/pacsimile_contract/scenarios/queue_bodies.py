"""Acknowledgements by name, and with bodies that must be refused, in organizations that a state made."""

import contextlib
import gzip
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from pacsimile_contract import facts
from pacsimile_contract.checkers import long_bodies
from pacsimile_contract.checkers import queue_bodies as checks
from pacsimile_contract.errors import NotExercised
from pacsimile_contract.evidence.exchange import Cut, Headers
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.provider.states import ProvidedState
from pacsimile_contract.session import Session
from pacsimile_contract.session.queue_calls import BLOCKED_BY_LISTING, Queue

Thing = TypeVar("Thing")

JSON = (("Content-Type", "application/json"),)
NOBODYS_TOKEN = "pacsimile0invented0token0aaaaaaaa"  # noqa: S105
MOST = 10_000
"""Ids that one acknowledgement may name, duplicates counted."""

TIMES = 20
"""Below level full, this many times fewer reports are made."""

LONGEST = 64
"""Characters of the longest id of a report: ten thousand of them make a body of 670 KB."""


ANNOUNCED = {
    "nothing": (("Content-Length", "40"), b""),
    "half": (("Content-Length", "40"), b'{"report_ids": ['),
    "no-chunk": (("Transfer-Encoding", "chunked"), b""),
    "a-chunk": (("Transfer-Encoding", "chunked"), b'5\r\n{"rep\r\n'),
}
"""By kind, the header that announces a body, and the part of the body that is sent."""


@scenario(
    checks.acknowledges_what_is_named,
    needs=("fresh_organization", "report_becomes_ready", "order_advanced", "other_organization"),
    blocked_by=(*BLOCKED_BY_LISTING, "BATCH-5", "BATCH-8"),
)
def by_name(session: Session) -> None:
    """List two of four reports; name a third, and some in vain; finish an order, and name its report again; list.

    In between, POST an empty list, and without a body.
    """
    own = session.fresh_state("fresh_organization", "queue", ready_reports=4)
    queue, wanted = Queue(session, own), own["report_ids"][2]
    session.note("asked", {"report_id": wanted})
    unready = _in_vain(session, own)
    queue.list("short", limit=2)
    vain = [session.story.given(name)["report_id"] for name in checks.NOT_FOUND if session.story.has(name)]
    vain += _other_things(session, own)
    queue.post("named", [wanted, *vain, wanted])
    queue.post("named-again", [wanted, *_now_ready(session, unready)])
    queue.post("empty-list", [])
    queue.post("without-body")
    queue.list("after")


def _now_ready(session: Session, unready: ProvidedState | None) -> list[str]:
    """Complete the order whose report was named too early, and return that report; nothing where no state does so."""
    if unready is None:
        return []
    place = {"organization_id": unready.organization_id, "order_id": unready["order_id"]}
    with contextlib.suppress(NotExercised):
        session.fresh_state("order_advanced", checks.NOW_READY, status="COMPLETED", **place)
        return [str(unready["report_id"])]
    return []


def _in_vain(session: Session, own: ProvidedState) -> ProvidedState | None:
    """Note reports that cannot be acknowledged. Return the one that will become ready; None without such a state."""
    session.note("unknown", {"report_id": session.lookalike(own["report_ids"][0])})
    session.note("misspelt", {"report_id": "no_report id!"})
    with contextlib.suppress(NotExercised):
        session.note("foreign", {"report_id": session.state("other_organization", "other")["report_id"]})
    try:
        return session.fresh_state("report_becomes_ready", "unready", organization_id=own.organization_id, unready=True)
    except NotExercised:
        return None


def _other_things(session: Session, own: ProvidedState) -> list[str]:
    """Note what no report has as its id: ids of orders, of a study and of the organization, and malformed ones.

    What a report of this organization does have as its id, which nothing forbids, is left out.
    """
    named = [*own["order_ids"][:1], *own["order_ids"][3:], own.organization_id]
    listed = facts.listing(session.story.last("short")).reports or ()
    named += [report.study_uid for report in listed[:1] if report.study_uid is not None]
    known = str(own["report_ids"][3])
    named += ["", " ", f"{known} ", "A" * 65, "A" * 300, "*", "%", "r\u00e9port", "report_id"]
    others = [name for name in dict.fromkeys(map(str, named)) if name not in own["report_ids"]]
    session.note(checks.OTHER_THINGS, {"names": others})
    return others


@scenario(
    checks.refuses_other_bodies,
    checks.waits_for_the_announced_body,
    checks.takes_json_and_no_body,
    checks.takes_odd_json_or_refuses_it,
    needs=("fresh_organization",),
    blocked_by=(*BLOCKED_BY_LISTING, "BATCH-5"),
)
def bodies(session: Session) -> None:
    """List; POST bodies that must be refused, and list; break calls off, and list; POST other bodies.

    Of these, some must be taken and some may be. The last have no bytes.
    """
    own = session.fresh_state("fresh_organization", "queue", ready_reports=9)
    queue, name = Queue(session, own), str(own["report_ids"][0])
    queue.list("before")
    named, secret = name.encode(), session.lookalike(NOBODYS_TOKEN)
    session.hide(secret)
    shapes, malformed, types = _one_more(session, checks.MORE_WRONG_SHAPES, checks.MORE_MALFORMED, checks.MORE_TYPES)
    for kind, text in {**checks.WRONG_SHAPES, **shapes}.items():
        queue.send(f"wrong-shape/{kind}", _filled(text, named, secret), JSON)
    for kind, text in {**checks.MALFORMED, **malformed}.items():
        body = _filled(text, named, secret)
        queue.send(f"malformed/{kind}", body.decode().encode(kind) if kind == checks.UTF_16 else body, JSON)
    right = b'{"report_ids": ["%s"]}' % name.encode()
    for kind, headers in {**checks.OTHER_TYPES, **types}.items():
        text = _filled(checks.MORE_MALFORMED["words"], named, secret) if kind == "form" else right
        queue.send(f"media-type/{kind}", gzip.compress(right, mtime=0) if kind == "gzip" else text, headers)
    session.require(set(queue.list("after-refusals")) == set(own["report_ids"]), "BATCH-11")
    _broken_off(session, queue)
    for place, (spelling, headers) in enumerate(checks.JSON_SPELLINGS.items()):
        session.note(spelling, {"report_id": own["report_ids"][place]})
        text = b'{"report_ids": ["%s"]}' % str(own["report_ids"][place]).encode()
        text, headers = _framed(session, text, headers)
        queue.send(f"json/{spelling}", text, (("content-type", spelling), *headers))
    if session.dialect is None:
        odd = session.in_turn(checks.ODD_JSON, 4, ("byte-order-mark",))
        for place, kind in enumerate(odd, len(checks.JSON_SPELLINGS)):
            names = [str(name) for name in own["report_ids"][place : place + 2]]
            session.note(f"odd-json/{kind}", {"report_ids": names})
            queue.send(f"odd-json/{kind}", checks.ODD_JSON[kind](*names), JSON)
    _zero_bytes(session, queue)


def _zero_bytes(session: Session, queue: Queue) -> None:
    """List a report and POST zero bytes, under JSON's media type and others; the last time list all that are left."""
    kinds = {**checks.ZERO_BYTES, **_more(session, checks.MORE_ZERO_BYTES, 1)}
    for place, (kind, headers) in enumerate(kinds.items(), 1):
        queue.list(f"before-zero-bytes/{kind}", limit=None if place == len(kinds) else 1)
        queue.send(f"zero-bytes/{kind}", *_framed(session, b"", headers))


def _framed(session: Session, text: bytes, headers: Headers) -> tuple[bytes, Headers]:
    """Return a body as it is sent, in chunks if the headers say so, and the headers.

    In a dialect it is never sent in chunks, since what respells bodies knows nothing of them.
    """
    if session.dialect is not None:
        return text, tuple(header for header in headers if header[0] != "Transfer-Encoding")
    if ("Transfer-Encoding", "chunked") not in headers:
        return text, headers
    chunk = b"%x\r\n%s\r\n" % (len(text), text) if text else b""
    return chunk + b"0\r\n\r\n", headers


def _more(session: Session, table: Mapping[str, Thing], number: int) -> Mapping[str, Thing]:
    """Return so many rows of a table, by the seed; at level full all."""
    chosen = list(table) if session.level == "full" else session.draw.sample(list(table), number)
    return {kind: table[kind] for kind in chosen}


def _one_more(session: Session, *tables: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield a row of one of the tables, in turn, and nothing of the others; at level full all of each."""
    for place, table in enumerate(tables):
        yield _more(session, table, 1) if session.level == "full" or session.seed % len(tables) == place else {}


def _filled(text: bytes, name: bytes, secret: str) -> bytes:
    return text.replace(b"$ID", name).replace(b"$SECRET", secret.encode())


def _broken_off(session: Session, queue: Queue) -> None:
    """Announce a body of which nothing, or half, arrives: the connection is half-closed, then reset.

    Nobody sees the answer after a reset: a body of which nothing came, which may be taken for none, is the one to try.
    At level standard half of a body and a reset take turns.
    """
    cuts: list[tuple[Cut, str]] = [("half-closed", "nothing"), ("half-closed", "no-chunk")]
    further: list[tuple[Cut, str]] = [
        ("reset", "nothing"), ("half-closed", "half"), ("reset", "no-chunk"), ("half-closed", "a-chunk"),
    ]  # fmt: skip
    for cut, kind in [*cuts, *session.in_turn(further, len(further))]:
        announced, text = ANNOUNCED[kind]
        queue.send(f"{cut}/{kind}", text, (*JSON, announced), cut=cut)
    queue.list("after-cuts")


CHUNKS = (100, 128, 250, 256, 500, 512, 1_000, 1_024, 2_000, 2_048, 2_500, 4_096, 5_000)
"""Numbers of names that a service may take at once."""


@scenario(
    long_bodies.acknowledges_ten_thousand,
    long_bodies.acknowledges_many_at_once,
    needs=("fresh_organization",),
    blocked_by=(*BLOCKED_BY_LISTING, "BATCH-5"),
)
def ten_thousand_names(session: Session) -> None:
    """Name 10,001 reports, then 10,000: at level full all exist, else few, each named twice beside unknown long ids.

    What they acknowledged is gone at once, for the other client.

    Those that exist are the first and the last, and those around the borders of chunks of usual sizes.
    """
    ready = MOST if session.level == "full" else MOST // TIMES
    own = session.fresh_state("fresh_organization", "queue", ready_reports=ready)
    queue, known = Queue(session, own), list(own["report_ids"]) * min(2, MOST // ready)
    names = [f"nobodys-{number}-".ljust(LONGEST, "0") for number in range(MOST)]
    places = list(range(MOST)) if ready == MOST else _at_borders(len(known))
    for place, name in zip(places, known, strict=True):
        names[place] = name
    session.note("unknown", {"count": MOST - len(known)})
    queue.post("too-many", [*names, names[0]])
    queue.post("ten-thousand", names)
    Queue(session, own, own.second or own.client).list("after-ten-thousand")
    if ready == MOST:
        queue.post("long-names", [f"nobodys-{number}-".ljust(LONGEST, "0") for number in range(MOST)])


def _at_borders(number: int) -> list[int]:
    """Return so many places among MOST: the first and the last, those on both sides of chunks' borders, and others."""
    borders = [place for size in sorted(CHUNKS, reverse=True) for place in range(0, MOST, size)]
    wanted = [place for border in (0, *borders) for place in (border, (border or MOST) - 1)]
    return list(dict.fromkeys([*wanted, *range(MOST)]))[:number]
