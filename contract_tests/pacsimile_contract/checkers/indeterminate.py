"""Acknowledgements of a run that were answered 5xx, or not at all: each was done wholly, or not at all."""

import json
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from pacsimile_contract.checkers.common import shown
from pacsimile_contract.checkers.queueing import listed
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.part import Part, fact, part
from pacsimile_contract.findings.registry import checker, over_the_run
from pacsimile_contract.findings.story import Story


@over_the_run
@checker("BATCH-14", "wholly-or-not")
def is_done_wholly_or_not(story: Story) -> Iterator[Part]:
    """Judge each by the next whole listing of its organization, where no acknowledgement but the same came between."""
    asked = [one for one in story.exchanges if one.operation in ("listReports", "acknowledgeReports")]
    for place, post in enumerate(asked):
        if not post.indeterminate or post.request.cut:
            continue
        meant = _meant(post, asked[:place])
        later = [one for one in asked[place + 1 :] if _organization(one) == _organization(post)]
        after = next((one for one in later if not _is_repeated(one, post)), None)
        if not meant or after is None or not _is_whole_listing(after) or after.started < post.ended:
            continue
        left = [one for one in meant if one in listed(after)]
        both = fact(len(left) in (0, len(meant)), f"all {len(meant)} or none of them listed still", shown(left))
        yield part("wholly-or-not", both, on=after)


def _is_repeated(one: Exchange, post: Exchange) -> bool:
    """Whether it is the same acknowledgement once more, by the same client."""
    same = one.request.client == post.request.client and one.request.body == post.request.body
    return one.operation == "acknowledgeReports" and same


def _meant(post: Exchange, earlier: list[Exchange]) -> list[str]:
    """Return what it names; without a body, of what its client listed last in that organization."""
    if post.request.body:
        try:
            named = json.loads(post.request.body)["report_ids"]
        except (ValueError, KeyError, TypeError):
            return []
        return [one for one in _last(post, earlier) if one in named] if isinstance(named, list) else []
    return _last(post, earlier)


def _last(post: Exchange, earlier: list[Exchange]) -> list[str]:
    key = (post.request.client, _organization(post))
    shown_ = (one for one in reversed(earlier) if one.status == 200 and one.operation == "listReports")
    return next((listed(one) for one in shown_ if (one.request.client, _organization(one)) == key), [])


def _organization(asked: Exchange) -> str:
    return parse_qs(urlsplit(asked.request.url).query).get("organizationId", [""])[-1]


def _is_whole_listing(asked: Exchange) -> bool:
    return asked.operation == "listReports" and asked.status == 200 and "limit" not in asked.given
