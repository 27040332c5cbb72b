"""Rounds about clients: what two of them list and acknowledge, and what each of their tokens opens."""

from pacsimile_contract.generation.history_rounds import Rounds
from pacsimile_contract.history_model.acts import (
    LIMITED,
    NEWCOMER,
    OTHER_ORGANIZATION,
    UNKNOWN_PARAMETER,
    UNKNOWN_REPORT,
    WRONG_SECRET,
    Act,
)
from pacsimile_spec.scopes import REPORTS_ACK, REPORTS_READ, STATUS_READ
from pacsimile_spec.statuses import CANCELLED, COMPLETED, FAILED, PROCESSING


def two_clients(rounds: Rounds) -> None:
    """Acknowledge by listing and by name, again and again, with refused calls and amendments in between.

    A third client is made later, and lists what the others list. At the end tokens of few scopes are used.
    """
    rounds.add(Act("begins", made=("o1", "o2", "o3", "o4")))
    rounds.list(1)
    rounds.list(2, limit=10)
    rounds.amend("o2")
    rounds.list(1, limit=2)
    rounds.acknowledge(UNKNOWN_REPORT, "o1.1")
    rounds.amend("o1")
    rounds.list(1, limit=2)
    rounds.acknowledge("o1.1", "o1.1", who=2)
    _refused_calls(rounds)
    rounds.ready("o5")
    rounds.post(1)
    rounds.amend("o3")
    for who in (1, 2):
        rounds.post(who)
    rounds.see("result o5, lists", who=2)
    _amended_reports(rounds)
    _orders_that_end(rounds)
    _tokens(rounds)


def _refused_calls(rounds: Rounds) -> None:
    """Refuse calls of the queue: none of them marks a report, or changes what its client listed last.

    `scenarios/queue.py` has the refusals of a wrong limit, a wrong body and another organization's listing.
    """
    for kind in ("lists", "posts"):
        rounds.refused(kind, UNKNOWN_PARAMETER)
    if rounds.can_call("names") and rounds.abilities.spells_alike:
        rounds.call("names", 1, token=rounds.narrow_token(REPORTS_READ), about=("o3.1",))
    for fault, report in ((OTHER_ORGANIZATION, "o4.1"), (UNKNOWN_PARAMETER, "o3.1")):
        rounds.refused("names", fault, about=(report,))


def _amended_reports(rounds: Rounds) -> None:
    """Amend a report three times: before and after each client listed it, and after its acknowledgement.

    What a client lists last with one token it acknowledges with another, each of which can do no more than that.
    """
    rounds.amend("o5")
    rounds.list(1)
    rounds.list(2)
    rounds.amend("o5")
    rounds.acknowledge("o5.2", "o5.3", "o3.1", who=2)
    rounds.list()
    rounds.see("result* o5")
    rounds.amend("o5")
    rounds.list(1, token=rounds.narrow_token(REPORTS_READ))
    rounds.list(2)
    rounds.add(Act("joins"))
    rounds.list(NEWCOMER)
    rounds.post(1, token=rounds.narrow_token(REPORTS_ACK))
    rounds.list(2)


def _orders_that_end(rounds: Rounds) -> None:
    """Let one order be cancelled, one fail and one complete; list what is left, then amend a report, and list again."""
    for order in ("o6", "o7", "o8"):
        rounds.add(Act("announces", made=(order,)))
    rounds.move("o6", PROCESSING, CANCELLED)
    rounds.move("o8", PROCESSING, FAILED)
    rounds.acknowledge("o7.1", "o6.1", "o8.1")
    rounds.move("o7", COMPLETED)
    rounds.see("result o7", who=2)
    rounds.see("result o7, lists")
    rounds.amend("o2")
    rounds.list(2, limit=1)
    rounds.post(1)
    rounds.see("lists, result o7")


def _tokens(rounds: Rounds) -> None:
    """Use tokens of one scope, and those of a client that may do less; then an old token, after newer ones were given.

    Just before the old token is used, one is asked for with a wrong secret.
    """
    old = rounds.token(1, old=True)
    for _ in range(2):
        rounds.new_token(1)
    if rounds.abilities.spells_alike:
        rounds.use(rounds.narrow_token(STATUS_READ), "o1", "result", "status")
        rounds.use(rounds.narrow_token(REPORTS_READ), "o1", "status")
        _limited(rounds)
    # a client that sends wrong secrets may be locked out: no new token is asked for
    rounds.add(Act("token", made=(rounds.name("t"),), fault=WRONG_SECRET))
    rounds.use(old, "o1", "status")


def _limited(rounds: Rounds) -> None:
    """Ask as a client that may have one scope for more than that; then use the token that it got first."""
    rounds.add(Act("limits", scopes=(STATUS_READ,)))
    first = rounds.new_token(LIMITED, (STATUS_READ,))
    rounds.new_token(LIMITED, (STATUS_READ, REPORTS_ACK))
    rounds.new_token(LIMITED)
    rounds.use(first, "o1", "status", who=LIMITED)
