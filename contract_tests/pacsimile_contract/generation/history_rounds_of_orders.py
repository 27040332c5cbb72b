"""Rounds about orders: a study whose orders follow one another, two organizations that share it, and a month."""

from pacsimile_contract.generation.history_rounds import Rounds
from pacsimile_contract.history_model.acts import NEIGHBOUR, Act
from pacsimile_spec.statuses import CANCELLED, COMPLETED, FAILED, PROCESSING, RECEIVED

ALMOST_AN_HOUR, A_QUARTER, DAY, MONTH = 55 * 60.0, 15 * 60.0, 25 * 3600.0, 32 * 86400.0
"""Seconds that pass. A listing is remembered for an hour (BATCH-5), and most tokens are good for one."""


def orders_of_a_study(rounds: Rounds) -> None:
    """Amend the older order, the newest and the older again; let newer ones wait, be cancelled, fail and complete.

    What is ready is acknowledged early on. What becomes ready later stays listed while the newest order of its study,
    or another order of its group, has no report.
    """
    rounds.add(Act("begins"))
    rounds.study("s1", o1=COMPLETED, o2=COMPLETED)
    rounds.group("g1", o3=COMPLETED)
    rounds.submit("o4", COMPLETED, "s1", "g1")
    rounds.see("status o1 o4 s1, ids s1, result s1 o1 o4, group g1, result* o4, group* g1, lists")
    rounds.amend("o1")
    rounds.see("status o1 s1, result s1 o1")
    rounds.amend("o4")
    rounds.see("result o4, group g1, result s1, status o4")
    rounds.amend("o4")
    rounds.list()
    rounds.post()
    rounds.see("result o4, result* o4 s1, group g1, group* g1, result s1, status o4 s1, lists")
    rounds.amend("o1")
    rounds.amend("o1")
    rounds.submit("o5", COMPLETED, "g1")
    rounds.see("status o1 s1, result o1, result* s1")
    rounds.submit("o6", RECEIVED, "s1", "g1")
    rounds.see("status s1 o4, result s1, group g1, ids s1, lists", who=2)
    rounds.move("o6", PROCESSING)
    rounds.submit("o7", CANCELLED, "s1", "g1")
    rounds.see("status s1 o6, result s1, group g1, lists")
    rounds.move("o6", COMPLETED)
    rounds.see("status o6 s1 o1, result o6 s1, group g1, ids s1, lists", who=2)
    rounds.submit("o8", FAILED, "s1", "g1")
    rounds.see("status s1, result s1 o6, group* g1, lists")
    rounds.submit("o9", PROCESSING, "s1", "g1", types=rounds.abilities.order_types[:1])
    rounds.see("status s1, result s1, group g1")
    rounds.move("o9", COMPLETED)
    rounds.see("status s1, result s1, group g1, result* o4 s1, ids s1")
    rounds.amend("o4")
    rounds.amend("o9")
    rounds.see("result o4 s1, group g1, status s1 o4, lists")


def two_organizations(rounds: Rounds) -> None:
    """Let another organization ask for a study and a group before it has orders of them, and change them afterwards."""
    rounds.add(Act("begins"))
    rounds.study("s1", o1=COMPLETED)
    rounds.group("g1", o2=COMPLETED)
    rounds.add(Act("neighbours", NEIGHBOUR))
    rounds.see("group g1, result s1")
    rounds.see("status s1, ids s1, result s1, group g1", who=NEIGHBOUR)
    rounds.submit("o3", PROCESSING, "s1", "g1", who=NEIGHBOUR)
    rounds.see("status s1, ids s1, result s1, group g1", who=NEIGHBOUR)
    rounds.see("status s1, result s1, group g1")
    rounds.move("o3", COMPLETED)
    rounds.see("result s1, group g1, lists", who=NEIGHBOUR)
    rounds.amend("o3")
    rounds.see("group g1, result s1, status s1")
    rounds.see("group g1, result s1", who=NEIGHBOUR)
    rounds.amend("o1")
    rounds.acknowledge("o3.2", "o1.2", who=NEIGHBOUR)
    rounds.see("lists, result s1")
    rounds.see("lists", who=NEIGHBOUR)


def a_month(rounds: Rounds) -> None:
    """Let almost an hour pass over a listing; then a day, and a month, over all that has ended."""
    rounds.add(Act("begins", made=("o1", "o2", "o3", "o4")))
    rounds.study("s1", o5=FAILED, o6=COMPLETED)
    rounds.group("g1", o7=COMPLETED, o8=CANCELLED)
    rounds.group("g2", o9=CANCELLED)
    rounds.see("group g1 g2, result o6")
    rounds.submit("o10", COMPLETED, "g2")
    rounds.see("group g2")
    rounds.acknowledge("o3.1")
    rounds.list(1, limit=2)
    rounds.ready("o11")
    old = rounds.token(1)
    rounds.add(Act("passes", seconds=(ALMOST_AN_HOUR,)))
    rounds.use(old, "o6", "status")
    rounds.post(1)
    rounds.list(1, limit=10)
    rounds.amend("o1")
    rounds.add(Act("passes", seconds=(A_QUARTER,)))
    rounds.use(old, "o6", "result")
    for seconds, looks, order in (
        (DAY, "lists, status o5 s1, result o6 s1, group g1", "o12"),
        (MONTH, "lists, status o5 o8, ids s1, result o6 s1, group g1", "o13"),
    ):
        rounds.add(Act("passes", seconds=(seconds,)))
        rounds.use(old, "o6", *("status", "result") if seconds == DAY else ("lists", "names"))
        rounds.use(old, *("s1", "ids") if seconds == DAY else ("g1", "group"))
        rounds.ready(order)
        if seconds == DAY:
            rounds.post(1)
        else:
            rounds.acknowledge("o12.1")
        rounds.see(looks)
        rounds.amend("o6")
    rounds.see("result o6")
