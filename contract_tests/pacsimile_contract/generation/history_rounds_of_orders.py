"""Rounds about orders: a study that two organizations share, whose orders follow one another, and a day."""

from pacsimile_contract.generation.history_rounds import Rounds
from pacsimile_contract.history_model.acts import NEIGHBOUR, Act
from pacsimile_spec.statuses import CANCELLED, COMPLETED, FAILED, PROCESSING, RECEIVED

ALMOST_AN_HOUR, A_QUARTER, DAY = 55 * 60.0, 15 * 60.0, 25 * 3600.0
"""Seconds that pass. A listing is remembered for an hour (BATCH-5), and most tokens are good for one."""


def orders_of_a_study(rounds: Rounds) -> None:
    """Amend the newest order and an older one; let newer ones wait, be cancelled, fail and complete.

    Another organization asks for the study and the group before it has orders of them, and changes them afterwards.
    What is ready is acknowledged early on. What becomes ready later stays listed while the newest order of its study,
    or another order of its group, has no report.
    """
    rounds.add(Act("begins"))
    rounds.study("s1", o1=COMPLETED, o2=COMPLETED)
    rounds.group("g1", o3=COMPLETED)
    rounds.submit("o4", COMPLETED, "s1", "g1")
    rounds.see("status s1, ids s1, result s1 o1, group g1, lists")
    rounds.add(Act("neighbours", NEIGHBOUR, made=("o10", "o11")))
    rounds.see("status s1, ids s1, result s1, group g1", who=NEIGHBOUR)
    rounds.submit("o5", PROCESSING, "s1", "g1", who=NEIGHBOUR)
    rounds.submit("o13", COMPLETED, "g1", who=NEIGHBOUR)
    rounds.see("ids s1, result s1, group g1", who=NEIGHBOUR)
    rounds.amend("o4")
    rounds.amend("o1")
    rounds.see("result* s1, result o4, group g1, status s1")
    rounds.amend("o4")
    rounds.list()
    rounds.post()
    rounds.amend("o1")
    rounds.see("status s1, result o4, result* s1, lists")
    rounds.submit("o12", COMPLETED, "g1")
    rounds.submit("o6", RECEIVED, "s1", "g1")
    rounds.see("result* s1, lists", who=2)
    rounds.move("o6", PROCESSING)
    rounds.submit("o7", CANCELLED, "s1", "g1")
    rounds.see("status s1, result* s1, group g1, lists")
    rounds.move("o5", COMPLETED)
    rounds.see("result s1, group g1", who=NEIGHBOUR)
    rounds.submit("o8", FAILED, "s1", "g1")
    rounds.move("o6", COMPLETED)
    rounds.see("status s1, result s1 o4, group g1, ids s1, lists", who=2)
    rounds.submit("o9", PROCESSING, "s1", "g1", types=rounds.abilities.order_types[:1])
    rounds.move("o9", COMPLETED)
    rounds.see("result s1, result* s1")
    for order in ("o5", "o6", "o9"):
        rounds.amend(order)
    rounds.acknowledge("o5.2", "o6.2", who=NEIGHBOUR)
    rounds.see("status s1, group* g1, lists")
    rounds.see("lists", who=NEIGHBOUR)


def a_day(rounds: Rounds) -> None:
    """Let almost an hour pass over a listing; then a day over all that has ended."""
    rounds.add(Act("begins", made=("o1", "o2", "o3", "o4")))
    rounds.study("s1", o5=FAILED, o6=COMPLETED)
    rounds.group("g1", o7=CANCELLED)
    rounds.see("group g1, result o6")
    rounds.submit("o8", COMPLETED, "g1")
    rounds.acknowledge("o3.1")
    rounds.list(1, limit=2)
    rounds.ready("o9")
    old = rounds.token(1)
    rounds.add(Act("passes", seconds=(ALMOST_AN_HOUR,)))
    rounds.use(old, "o6", "status")
    rounds.post(1)
    rounds.list(1, limit=10)
    rounds.amend("o1")
    rounds.add(Act("passes", seconds=(A_QUARTER,)))
    rounds.use(old, "o6", "result")
    rounds.add(Act("passes", seconds=(DAY,)))
    rounds.use(old, "o6", "names")
    rounds.ready("o10")
    rounds.post(1)
    rounds.amend("o6")
    rounds.see("lists, status o5, result s1, group g1")
