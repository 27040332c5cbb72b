"""Organizations: what is another's does not exist for me."""

from collections.abc import Iterator

from pacsimile_contract.checkers.common import alike, refused
from pacsimile_contract.history import Story
from pacsimile_contract.registry import checker
from pacsimile_contract.verdict import Part, part

CALLS = {
    "status-by-order": ("getStatus", "order_id"),
    "status-by-study": ("getStatus", "study_uid"),
    "order-ids": ("getOrderIds", "study_uid"),
    "result-by-order": ("getResult", "order_id"),
    "result-by-study": ("getResult", "study_uid"),
    "group-report": ("getGroupReport", "study_group"),
}
"""Each way to ask for what may be another organization's: operation and the parameter that names it."""

REASONS = {"order_id": "order-not-found", "study_uid": "study-not-found", "study_group": "study-group-not-found"}


@checker("SEC-1", *CALLS, "as-an-unknown-one")
def answers_as_unknown(story: Story) -> Iterator[Part]:
    """Judge calls for another organization's objects (`foreign/<call>`) beside unknown ones (`unknown/<call>`)."""
    unknown = dict(story.below("unknown"))
    for call, foreign in story.below("foreign"):
        parameter = CALLS[call][1]
        yield part(call, refused(foreign, 404, reason=REASONS[parameter]), on=foreign)
        if call in unknown and not foreign.succeeded:
            other = unknown[call]
            own, others = foreign.given[parameter], other.given[parameter]
            yield part("as-an-unknown-one", alike(foreign, other, own, others), on=(other, foreign))
