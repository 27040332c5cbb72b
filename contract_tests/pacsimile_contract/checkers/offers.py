"""Orders each of which offers some types of a report only: it serves those, and no other type."""

from collections.abc import Iterator

from pacsimile_contract import facts
from pacsimile_contract.checkers.common import describe_answer, same, served
from pacsimile_contract.checkers.results import is_of_type
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.part import Finding, Part, fact, part
from pacsimile_contract.findings.registry import checker
from pacsimile_contract.findings.story import Story


@checker(
    "CONS-2", "some-types-served", "some-types-alone", "some-types-listed",
    operations={
        "getResult": ["some-types-served", "some-types-alone"],
        "listReports": ["some-types-listed"],
    },
)  # fmt: skip
def serves_what_is_offered(story: Story) -> Iterator[Part]:
    """Judge orders each of which offers some types only (`order-<number>`): its state said which.

    Steps `not-offered/order-<number>/<type>`, `offered/order-<number>` in one of its types, and the listing `listed`.
    """
    for label, asked in story.below("not-offered"):
        order, _, report_type = label.partition("/")
        yield part("some-types-alone", _is_refused(asked, report_type, _types(story, order)), on=asked)
    for _, asked in story.below("offered"):
        yield part("some-types-served", served(asked), on=asked)
        if asked.succeeded:
            yield part("some-types-served", is_of_type(asked, asked.given["report_type"]), on=asked)
    by_order = {story.given(label)["order_id"]: label for label in story.values if label.startswith("order-")}
    for asked in story.all("listed"):
        for entry in facts.listing(asked).reports or ():
            if entry.order_id in by_order and entry.report_types is not None:
                wanted = sorted(_types(story, by_order[entry.order_id]))
                listed = same(sorted(entry.report_types), wanted, f"report_types of {entry.order_id}")
                yield part("some-types-listed", listed, on=asked)


def _types(story: Story, order: str) -> list[str]:
    return list(story.given(order)["report_types"])


def _is_refused(asked: Exchange, report_type: str, offered: list[str]) -> Finding:
    expected = f"no {report_type}: the order offers {', '.join(offered)}"
    return fact(not asked.succeeded, expected, describe_answer(asked))
