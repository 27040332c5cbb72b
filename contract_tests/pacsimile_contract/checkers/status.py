"""`/status`: the order that was asked for, the most recent one of a study, and unknown ones."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from pacsimile_contract import facts
from pacsimile_contract.checkers.common import may_change, refused, same, served
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.part import Part, fact, not_exercised, part
from pacsimile_contract.findings.registry import checker
from pacsimile_contract.findings.story import Story


@checker("STATUS-1", "that-order", "its-study", "its-status")
def answers_that_order(story: Story) -> Iterator[Part]:
    """Judge `/status?order_id=` of orders whose study and status are known (steps `asked/<label>`)."""
    for label, asked in story.below("asked"):
        order, status = story.given(label), facts.order_status(asked)
        yield part("that-order", served(asked), same(status.order_id, order["order_id"], "order_id"), on=asked)
        if "study_uid" in order:
            yield part("its-study", same(status.study_uid, order["study_uid"], "study_uid"), on=asked)
        if "status" in order:
            yield part("its-status", same(status.status, order["status"], "status"), on=asked)


@checker("STATUS-2", "latest", "as-an-instant", "not-by-submission", "tie", "tie-of-twelve", "within-a-second")
def answers_the_most_recent(story: Story) -> Iterator[Part]:
    """Judge `/status?study_uid=` (steps `asked/<part>`) of studies whose orders are known, oldest first.

    Several studies of a part are `asked/<part>/<which>`.

    It is also compared with `/status` of each of the orders (`each/<part>/…`), since the maker of the state may make
    the same mistake as the service.
    """
    for label, asked in story.below("asked"):
        name = label.partition("/")[0]
        if name == "within-a-second" and not _follow_each_other([answer for _, answer in story.below(f"each/{label}")]):
            yield not_exercised(name, "the state did not make orders of one second that can be told apart")
            continue
        study, status = story.given(label), facts.order_status(asked)
        newest = study["order_ids"][-1]
        if may_change(story, label) and status.order_id not in (None, *study["order_ids"]):
            yield not_exercised(name, "an unknown order was submitted meanwhile")
            continue
        yield part(name, served(asked), same(status.order_id, newest, "order_id of the most recent order"), on=asked)
        for _, answer in story.below(f"each/{label}"):
            other = facts.order_status(answer).created_at
            if status.created_at and other:
                answered = f"{status.created_at}{status.created_at.utc_note}"
                got = f"the service answers one of {answered}; another has {other}{other.utc_note}"
                latest = fact(other <= status.created_at, "the order with the latest created_at", got)
                yield part(name, latest, on=(answer, asked))


def _follow_each_other(orders: Sequence[Exchange]) -> bool:
    """Tell whether there are several orders, each created later than the one before."""
    created = [facts.order_status(order).created_at for order in orders]
    return len(created) > 1 and all(earlier and later and earlier < later for earlier, later in pairwise(created))


@checker(
    "STATUS-4",
    "unknown-order",
    "unknown-study",
    "report-of-unknown-order",
    "report-of-unknown-study",
    operations={
        "getStatus": ["unknown-order", "unknown-study"],
        "getResult": ["report-of-unknown-order", "report-of-unknown-study"],
    },
)
def knows_what_is_unknown(story: Story) -> Iterator[Part]:
    """Judge calls for an order and a study that do not exist (steps `unknown/<part>`)."""
    for name, asked in story.below("unknown"):
        reason = "order-not-found" if name.endswith("order") else "study-not-found"
        yield part(name, refused(asked, 404, reason=reason), on=asked)
