"""Acknowledgements of a run that were answered 5xx or not at all: each was done wholly or not at all."""

import json
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from pacsimile_contract import facts
from pacsimile_contract.checkers.common import quote_value
from pacsimile_contract.checkers.queue_findings import listed
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.part import Part, fact, part
from pacsimile_contract.findings.registry import checker, whole_run
from pacsimile_contract.findings.story import Story

OK = 200


@whole_run
@checker("BATCH-14", "wholly-or-not")
def is_done_wholly_or_not(story: Story) -> Iterator[Part]:
    """Judge each by the organization's next whole listing, if no other acknowledgement came between.

    Reports that were, or may have been, acknowledged between the client's last listing and this POST are left out. So
    are reports that were amended: what is superseded is no longer listed (BATCH-12).
    """
    asked = [exchange for exchange in story.exchanges if exchange.operation in ("listReports", "acknowledgeReports")]
    for place, post in enumerate(asked):
        if not post.indeterminate or post.request.cut:
            continue
        later = [exchange for exchange in asked[place + 1 :] if _organization(exchange) == _organization(post)]
        after = next((exchange for exchange in later if not _is_repeated(exchange, post)), None)
        if after is None or not _is_whole_listing(after) or after.started < post.ended:
            continue
        left_out = _acknowledged_since_listed(post, asked[:place]) | _superseded(post, [*asked[:place], after])
        reports = [report_id for report_id in _named_reports(post, asked[:place]) if report_id not in left_out]
        if not reports:
            continue
        left = [report_id for report_id in reports if report_id in listed(after)]
        both = fact(
            len(left) in (0, len(reports)), f"all {len(reports)} or none of them listed still", quote_value(left)
        )
        yield part("wholly-or-not", both, on=after)


def _acknowledged_since_listed(post: Exchange, earlier: list[Exchange]) -> set[str]:
    """Return what may have been acknowledged in the organization since the client's last listing there."""
    acknowledged_since = set[str]()
    for place in range(len(earlier) - 1, -1, -1):
        exchange = earlier[place]
        if _organization(exchange) != _organization(post):
            continue
        if exchange.operation == "acknowledgeReports" and (exchange.succeeded or exchange.indeterminate):
            acknowledged_since |= set(
                facts.acknowledgement(exchange).acknowledged or _named_reports(exchange, earlier[:place])
            )
        elif exchange.status == OK and exchange.request.client == post.request.client:
            break
    return acknowledged_since


def _superseded(post: Exchange, until: list[Exchange]) -> set[str]:
    """Return which of the organization's reports were amended since, once or more often, as listings show.

    A listing names the report that an amendment supersedes. Of one that was amended twice it may show the order alone.
    """
    entries = [
        entry
        for asked in until
        if asked.operation == "listReports" and asked.status == OK and _organization(asked) == _organization(post)
        for entry in facts.listing(asked).reports or ()
    ]
    newest = {entry.order_id: entry.report_id for entry in entries}
    amended = {entry.supersedes for entry in entries}
    amended |= {entry.report_id for entry in entries if entry.order_id and entry.report_id != newest[entry.order_id]}
    return {report_id for report_id in amended if report_id is not None}


def _is_repeated(exchange: Exchange, post: Exchange) -> bool:
    """Tell whether the exchange is a repetition of the same acknowledgement by the same client."""
    same = exchange.request.client == post.request.client and exchange.request.body == post.request.body
    return exchange.operation == "acknowledgeReports" and same


def _named_reports(post: Exchange, earlier: list[Exchange]) -> list[str]:
    """Return the reports that it names of the client's last listing in that organization; all where it has no body."""
    if post.request.body:
        try:
            named = json.loads(post.request.body)["report_ids"]
        except (ValueError, KeyError, TypeError):
            return []
        return (
            [report_id for report_id in _last_listing(post, earlier) if report_id in named]
            if isinstance(named, list)
            else []
        )
    return _last_listing(post, earlier)


def _last_listing(post: Exchange, earlier: list[Exchange]) -> list[str]:
    key = (post.request.client, _organization(post))
    shown_ = (
        exchange for exchange in reversed(earlier) if exchange.status == OK and exchange.operation == "listReports"
    )
    return next(
        (listed(exchange) for exchange in shown_ if (exchange.request.client, _organization(exchange)) == key), []
    )


def _organization(asked: Exchange) -> str:
    return parse_qs(urlsplit(asked.request.url).query).get("organizationId", [""])[-1]


def _is_whole_listing(asked: Exchange) -> bool:
    return asked.operation == "listReports" and asked.status == OK and "limit" not in asked.given
