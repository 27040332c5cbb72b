"""Reports of study groups whose orders have a row or an object each: one, and none with a report that is not there."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from pacsimile_contract.checkers.common import quote_value
from pacsimile_contract.checkers.groups import read_documents
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.part import Part, fact, part
from pacsimile_contract.findings.registry import checker
from pacsimile_contract.findings.story import Story
from pacsimile_spec.statuses import CANCELLED, FAILED


@checker("GROUP-2", "each-once", "without-report")
def names_each_once(story: Story) -> Iterator[Part]:
    """Judge each fetched report of a group: no order twice where it has members, none that ended with a report in json.

    Steps `asked/<type>`, `at-first/<type>`, `amended/<type>`, `joined/<type>`, and `group/<type>` of a large one.
    """
    for label in ("asked", "at-first", "amended", "joined", "group"):
        for asked, document in read_documents(story, label):
            twice = [order for order, times in Counter(document.order_ids or ()).items() if times > 1]
            if document.order_ids:
                got = f"more than once: {quote_value(sorted(twice)[:5])}"
                yield part("each-once", fact(not twice, "each order once", got), on=asked)
            for entry in _rows_of_ended(asked):
                stated = [name for name in ("report_id", "impression") if entry.get(name)]
                words = f"no report of {quote_value(entry.get('order_id'))}, which is {entry['status']}"
                yield part("without-report", fact(not stated, words, quote_value(", ".join(stated))), on=asked)


def _rows_of_ended(asked: Exchange) -> Iterator[dict[str, Any]]:
    orders = asked.json.get("orders") if isinstance(asked.json, dict) else None
    for entry in orders if isinstance(orders, list) else ():
        if isinstance(entry, dict) and entry.get("status") in (FAILED, CANCELLED):
            yield entry
