"""Write a generated history as numbered lines: who did what, what was answered, and which answer is wrong."""

from collections.abc import Callable, Sequence
from functools import partial

from pacsimile_contract import facts
from pacsimile_contract.documents.headers import report_headers
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.history_model.acts import NEIGHBOUR, Act
from pacsimile_contract.history_model.judge import WrongAnswer
from pacsimile_contract.history_model.recorded_histories import Event, RecordedHistory
from pacsimile_contract.history_model.truth import made_orders
from pacsimile_contract.queue_model.events import enumerate_names
from pacsimile_spec.statuses import STATUSES


def narrate(history: RecordedHistory, broken: WrongAnswer) -> tuple[str, ...]:
    """Return the history as numbered lines, up to the answer that is wrong, which is marked."""
    lines = []
    for place, event in enumerate(history.events[: broken.place + 1]):
        together = "at the same time " if event.act.together else ""
        answer = "" if event.exchange is None else f" -> {_came_back(history, event.act, event.exchange)}"
        mark = f"   <- {broken.requirement}" if place == broken.place else ""
        lines.append(f"{place + 1}. {together}{_done(event.act)}{answer}{mark}")
    return tuple(lines)


def _done(act: Act) -> str:
    return _asked(act) if act.is_call else _made(act)


def _made(act: Act) -> str:
    where = " in the other organization" if act.organization == 2 else ""
    orders = ", ".join(f"{order.name} {order.status}" for order in made_orders(act))
    about = " and ".join(act.about)
    if act.kind in ("begins", "neighbours"):
        which = "a new organization" if act.kind == "begins" else "another organization"
        return f"{which}, with {orders or 'no orders'}"
    if act.kind == "limits":
        return f"client 4 may have {' '.join(act.scopes)} alone"
    if act.kind == "joins":
        return "client 5 is made"
    if act.kind == "passes":
        return f"{act.seconds[0]:g} seconds pass"
    if act.kind == "finishes":
        return f"{about} becomes {act.statuses[0]}{where}"
    if act.kind == "amends":
        return f"the report of {about} is amended: {act.made[0]}{where}"
    if act.kind in ("studies", "groups"):
        return f"{act.made[0]} is made{where}, with {orders}{_submitted(act)}"
    types = f", to be had as {', '.join(act.types)}" if act.types else ""
    return f"{orders} is submitted{' for ' + about if about else ''}{types}{where}"


def _submitted(act: Act) -> str:
    ranks = f", submitted in the order {', '.join(map(str, act.submitted))}" if act.submitted else ""
    seconds = f", created at {', '.join(f'{at:g}' for at in act.seconds)} s" if act.seconds else ""
    return seconds + ranks


def _asked(act: Act) -> str:
    who = "the other organization's client" if act.who == NEIGHBOUR else f"client {act.who}"
    about = ", ".join(act.about)
    kind = f" as {act.report_type}" if act.report_type else ""
    done = {
        "token": f"asks for a token{' with ' + ' '.join(act.scopes) if act.scopes else ''}",
        "status": f"asks for the status of {about}",
        "ids": f"asks for the order ids of {about}",
        "result": f"fetches the report of {about}{kind}",
        "group": f"fetches the report of {about}{kind}",
        "lists": f"lists{'' if act.limit is None else f' with limit={act.limit}'}",
        "posts": "posts without a body",
        "names": f"acknowledges {about or 'nothing'} by name",
    }[act.kind]
    means = ", ".join(
        part
        for part in (
            f"with {act.token}" if act.token else "", act.fault and f"wrongly: {act.fault}",
            "on a new connection" if act.fresh else "",
        )
        if part
    )  # fmt: skip
    return f"{who} {done}{f' ({means})' if means else ''}"


def _names(name: Callable[[int, str | None], str], act: Act, ids: Sequence[str | None]) -> str:
    return enumerate_names([name(act.organization, identifier) for identifier in ids])


def _came_back(history: RecordedHistory, act: Act, exchange: Exchange) -> str:
    if exchange.status is None:
        return "no answer"
    if not exchange.succeeded:
        return str(exchange.status)
    orders, reports = (partial(_names, name, act) for name in (history.named, history.named_report))
    if act.kind == "token":
        return act.made[0]
    if act.kind == "status":
        status = facts.order_status(exchange)
        word = status.status if status.status in STATUSES else "another word"
        return f"{orders([status.order_id])} {word}"
    if act.kind == "ids":
        return orders(facts.order_ids(exchange).order_ids or ())
    if act.kind == "result":
        return f"{reports([report_headers(exchange).report_id])} served"
    if act.kind == "lists":
        return reports(facts.listing(exchange).report_ids)
    if act.kind in ("posts", "names"):
        return f"acknowledged {reports(facts.acknowledgement(exchange).acknowledged or ())}"
    return str(exchange.status)


def is_shown(event: Event) -> bool:
    """Tell whether an event has an exchange that can be shown."""
    return event.exchange is not None and event.exchange.answer is not None and not event.exchange.indeterminate
