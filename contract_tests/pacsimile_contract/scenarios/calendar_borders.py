"""Orders that move while the calendar does: over the end of a year, a leap day, or a change of clocks."""

import re
from calendar import isleap
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from math import ceil

from pacsimile_contract import facts
from pacsimile_contract.checkers import lifecycle, views
from pacsimile_contract.errors import Absent, NotExercised
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.instants import Instant
from pacsimile_contract.provider.states import ProvidedState
from pacsimile_contract.session import Session
from pacsimile_contract.session.shared_states import readable

BEFORE, OVER = 60, 120
"""Seconds from the first look to the border, and from there to the second."""
SLOW = "year"
"""The border at which the order's progress is looked at in between."""
LITTLE, COMPLETE = 1, 100
"""Progress points of the small step, and of a finished order."""

Border = Callable[[datetime], datetime]
"""Returns the next border after an instant. The instant has the UTC offset in which the service writes times."""


def _next_year(now: datetime) -> datetime:
    return datetime(now.year + 1, 1, 1, tzinfo=now.tzinfo)


def _leap_day(now: datetime) -> datetime:
    years = (now.year + more for more in range(9))
    days = (datetime(year, 2, 29, tzinfo=now.tzinfo) for year in years if isleap(year))
    return next(day for day in days if day > now)


def _clocks_go_back(now: datetime) -> datetime:
    """Return when clocks of Europe go back an hour: at 1:00 UTC of the last Sunday in October."""
    ends = (datetime(now.year + more, 10, 31, 1, tzinfo=UTC) for more in range(2))
    return next(at for at in (end - timedelta(days=(end.weekday() + 1) % 7) for end in ends) if at > now)


def _clocks_go_forward(now: datetime) -> datetime:
    """Return when clocks of Europe go forward an hour: at 1:00 UTC of the last Sunday in March."""
    ends = (datetime(now.year + more, 3, 31, 1, tzinfo=UTC) for more in range(2))
    return next(at for at in (end - timedelta(days=(end.weekday() + 1) % 7) for end in ends) if at > now)


BORDERS: Mapping[str, Border] = {
    "leap-day": _leap_day, "clocks-go-back": _clocks_go_back, "clocks-go-forward": _clocks_go_forward,
}  # fmt: skip
"""By name, the borders that take turns by the seed. The end of a year is in each run."""


@scenario(
    lifecycle.moves_along_its_path, lifecycle.agrees_with_its_status, lifecycle.keeps_what_is_set,
    lifecycle.updated_at_moves, views.views_agree,
    needs=("fresh_organization", "order_in_status", "order_advanced", "time_passes"),
    blocked_by=("STATUS-1", "RESULTS-1"), moves_clock=True,
)  # fmt: skip
def over_borders(session: Session) -> None:
    """Move an order over the end of a year, and another over one more border; list both, and fetch their reports.

    Each is looked at shortly before the border, by the time that the service writes, and shortly after it. The first
    is also looked at after minutes without a change, and after a small step. The progress shown in between must not be
    higher.
    """
    session.now()
    own = session.fresh_state("fresh_organization", "own", ready_reports=0)
    zone = _zone(_written_last(session))
    _move_over(session, own, "year", _next_year, zone)
    names = list(BORDERS)
    for name in names if session.level == "full" else names[session.seed % len(names) :][:1]:
        _move_over(session, own, name, BORDERS[name], zone)
    with suppress(Absent):
        session.call("listReports", "listing", client=own.client, organizationId=own.organization_id)


def _move_over(session: Session, own: ProvidedState, name: str, border: Border, zone: timezone) -> None:
    """Move a new order over a border of the calendar in a time zone."""
    place = {"organization_id": own.organization_id}
    order = session.fresh_state("order_in_status", name, status="RECEIVED", **place)["order_id"]
    now = session.now()
    local = datetime.fromtimestamp(float(now.seconds), zone)
    session.time_passes(max(1, ceil(border(local).timestamp() - float(now.seconds)) - BEFORE))
    session.fresh_state("order_advanced", order_id=order, status="PROCESSING", **place)
    before = session.call("getStatus", f"life/{name}", client=own.client, order_id=order)
    session.time_passes(OVER)
    if name == SLOW or session.level == "full":
        _move_a_little(session, own, order, before)
    session.fresh_state("order_advanced", order_id=order, status="COMPLETED", **place)
    ended = session.call("getStatus", f"life/{name}", client=own.client, order_id=order)
    session.story.add(f"by-order/{order}", ended)
    kind = readable(facts.order_status(ended).report_types)
    with suppress(Absent):
        session.call("getResult", f"report/{order}", client=own.client, order_id=order, report_type=kind)


def _move_a_little(session: Session, own: ProvidedState, order: str, before: Exchange) -> None:
    """Ask for an order that has not changed, and again once it has made a little progress.

    These are no steps of its life: the next change may come within the second.
    """
    progress = facts.order_status(before).progress
    if progress is None or progress + LITTLE >= COMPLETE:
        return
    session.call("getStatus", "without-news", client=own.client, order_id=order)
    with suppress(NotExercised):
        place = {"organization_id": own.organization_id, "order_id": order}
        session.fresh_state("order_advanced", **place, progress=progress + LITTLE)
        session.call("getStatus", "with-little-news", client=own.client, order_id=order)


def _written_last(session: Session) -> Instant | None:
    """Return when an order last changed, as the service writes it: from the run's last status, or else a new one."""
    for exchange in reversed(session.asked_so_far if session.story.attempt == 1 else ()):
        if exchange.operation == "getStatus" and (known := facts.order_status(exchange).updated_at):
            return known
    order = session.state("order_in_status", status="COMPLETED")
    asked = session.call("getStatus", "zone", client=order.client, reuse=True, order_id=order["order_id"])
    return facts.order_status(asked).updated_at


def _zone(written: Instant | None) -> timezone:
    """Return the offset in which a time is written; UTC where none is known."""
    match = re.search(r"([+-])(\d\d):(\d\d)$", str(written))
    if match is None:
        return UTC
    offset = timedelta(hours=int(match[2]), minutes=int(match[3]))
    return timezone(-offset if match[1] == "-" else offset)
