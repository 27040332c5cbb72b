"""Mistakes with acknowledgements, after which a report may be lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from pacsimile_advice.calls import ClientCall, ReportMention
from pacsimile_advice.english import count_of
from pacsimile_advice.mistake import MOST_SHOWN, Mistake, Occurrence, occurrence

REPORTS = ("getResult", "getGroupReport")


class ReportsKnown:
    """What a client has read so far, by the calls that it made."""

    def __init__(self) -> None:
        self.read: set[str] = set()
        """Reports that came whole."""
        self.broken: dict[str, ClientCall] = {}
        """Reports that came broken, and did not come whole later."""
        self.mentions: dict[str, ReportMention] = {}
        """Each report as it was first mentioned."""
        self.successors: dict[str, str] = {}
        """The report that amends another one."""

    def take(self, call: ClientCall) -> None:
        """Learn from a call."""
        for mention in call.reports:
            self.mentions.setdefault(mention.report_id, mention)
            if mention.supersedes is not None:
                self.successors[mention.supersedes] = mention.report_id
            if call.operation in REPORTS and call.status == 200:
                if call.whole:
                    self.read.add(mention.report_id)
                    self.broken.pop(mention.report_id, None)
                elif mention.report_id not in self.read:
                    self.broken[mention.report_id] = call

    def has_read(self, report_id: str) -> bool:
        """Tell whether a report, or one that amends it, came whole."""
        passed = set[str]()
        while report_id not in self.read:
            passed.add(report_id)
            following = self.successors.get(report_id)
            if following is None or following in passed:
                return False
            report_id = following
        return True


def unread(calls: Sequence[ClientCall]) -> Iterator[Occurrence]:
    """Find acknowledgements of reports that nobody fetched, but for those that another mistake explains."""
    explained = {
        occurrence.calls[-1] for find in (after_lost_listing, of_another_process) for occurrence in find(calls)
    }
    others = [call for call in calls if call.number not in explained]
    yield from _acknowledged(others, "acknowledged and never fetched", _is_unread)


def amended_ignored(calls: Sequence[ClientCall]) -> Iterator[Occurrence]:
    """Find acknowledgements of amended reports of which the former version alone was fetched."""
    yield from _acknowledged(calls, "amended and acknowledged, and only the former version fetched", _is_amended)


def broken_body(calls: Sequence[ClientCall]) -> Iterator[Occurrence]:
    """Find acknowledgements of reports that came broken, and were not fetched again."""
    yield from _acknowledged(calls, "broken on the way, acknowledged and not fetched again", _is_broken)


def _is_broken(known: ReportsKnown, report_id: str) -> bool:
    return report_id in known.broken


def _is_amended(known: ReportsKnown, report_id: str) -> bool:
    mention = known.mentions[report_id]
    return not _is_broken(known, report_id) and mention.supersedes is not None and known.has_read(mention.supersedes)


def _is_unread(known: ReportsKnown, report_id: str) -> bool:
    return not _is_broken(known, report_id) and not _is_amended(known, report_id)


def _acknowledged(
    calls: Sequence[ClientCall], words: str, is_meant: Callable[[ReportsKnown, str], bool]
) -> Iterator[Occurrence]:
    known, wrong, evidence = ReportsKnown(), 0, list[ClientCall]()
    for call in calls:
        if not call.reports:
            continue
        known.take(call)
        if call.operation != "acknowledgeReports" or not call.accepted:
            continue
        ids = [mention.report_id for mention in call.reports if not known.has_read(mention.report_id)]
        meant = [report_id for report_id in ids if is_meant(known, report_id)]
        wrong += len(meant)
        if meant and len(evidence) < MOST_SHOWN:
            evidence += [*(known.broken[report_id] for report_id in meant if report_id in known.broken), call]
    if wrong:
        yield occurrence(f"{count_of(wrong, 'report')} {words}", *evidence)


def after_lost_listing(calls: Sequence[ClientCall]) -> Iterator[Occurrence]:
    """Find acknowledgements without a body by a client whose last listing did not arrive whole."""
    listing: dict[str | None, ClientCall] = {}
    for call in calls:
        if call.operation == "listReports" and (call.accepted or not call.whole):
            listing[call.client] = call
        elif call.operation == "acknowledgeReports" and not call.with_body and call.accepted:
            last = listing.get(call.client)
            if last is not None and not last.whole:
                yield occurrence("a listing was lost on the way, and was acknowledged without a body", last, call)


def of_another_process(calls: Sequence[ClientCall]) -> Iterator[Occurrence]:
    """Find acknowledgements without a body of what another process with the same client id had listed."""
    last: dict[str | None, ClientCall] = {}
    own: dict[tuple[str | None, str | None], ClientCall] = {}
    for call in calls:
        process = call.client, call.token
        if call.operation == "listReports" and call.accepted:
            last[call.client] = own[process] = call
        elif call.operation == "acknowledgeReports" and not call.with_body and call.accepted and process in own:
            other = last[call.client]
            if other is not own[process] and other.connection != own[process].connection:
                words = "a process acknowledged without a body what another one with its client id had listed"
                yield occurrence(words, own[process], other, call)


def first_page_only(calls: Sequence[ClientCall]) -> Iterator[Occurrence]:
    """Find listings that ended at their limit, after which the client went on and never listed again."""
    last: dict[str | None, tuple[int, ClientCall]] = {}
    for place, call in enumerate(calls):
        if call.operation == "listReports" and call.succeeded:
            last[call.client] = place, call
    for client, (place, listing) in last.items():
        if listing.has_more and any(call.client == client for call in calls[place + 1 :]):
            limit = listing.parameters.get("limit", len(listing.reports))
            words = f"a listing ended at its limit of {limit}, and the rest was never asked for"
            yield occurrence(words, listing)


def by_order_id(calls: Sequence[ClientCall]) -> Iterator[Occurrence]:
    """Find acknowledgements that name orders or studies in place of reports: no right client does so even once."""
    wrong = [call for call in calls if call.operation == "acknowledgeReports" and call.order_ids]
    if wrong:
        words = f"{count_of(len(wrong), 'acknowledgement')} made with ids of orders or studies in place of report ids"
        yield occurrence(words, *wrong)


MISTAKES = (
    Mistake(
        "ADVICE-ACK-UNREAD",
        "acknowledging reports that were never fetched",
        "BATCH-5, BATCH-11",
        "An acknowledged report is not listed again. Nobody will ever read it.",
        "Fetch each report, store it, and only then acknowledge it by its id.",
        unread,
        of_all_clients=True,
        needs_past=True,
    ),
    Mistake(
        "ADVICE-AMENDED-IGNORED",
        "ignoring an amended report",
        "BATCH-12, RESULTS-11",
        "A report is amended because something in it was wrong. The physician goes on with the wrong one.",
        "Fetch each report that is listed, whether or not its order was fetched before, and replace the one "
        "that it supersedes.",
        amended_ignored,
        of_all_clients=True,
        needs_past=True,
    ),
    Mistake(
        "ADVICE-BROKEN-BODY",
        "not noticing a broken report",
        "RESULTS-9, RFC 9530, RFC 9112 section 8",
        "Half a report may look like a whole one: the finding stands in the half that is missing.",
        "Compare the length with `Content-Length` and the bytes with `Content-Digest`, and fetch the report "
        "again if they differ.",
        broken_body,
        of_all_clients=True,
        needs_past=True,
    ),
    Mistake(
        "ADVICE-ACK-LOST-LISTING",
        "acknowledging a listing whose answer was lost",
        "BATCH-5, BATCH-6",
        "The service acknowledges what it listed, and the client does not know what that was.",
        "Acknowledge by `report_ids`, or list again after a listing that did not arrive whole.",
        after_lost_listing,
    ),
    Mistake(
        "ADVICE-ACK-SHARED-LISTING",
        "several processes with one client id that acknowledge without a body",
        "BATCH-5, BATCH-9",
        "The service keeps one listing for each client. A process acknowledges what another one has listed "
        "and not yet fetched.",
        "Acknowledge by `report_ids`, or give each process a client id of its own.",
        of_another_process,
    ),
    Mistake(
        "ADVICE-FIRST-PAGE-ONLY",
        "reading a listing only up to its limit",
        "BATCH-13",
        "The reports after the first page wait until somebody misses them.",
        "Fetch and acknowledge what was listed, and list again until a listing has fewer reports than its limit.",
        first_page_only,
    ),
    Mistake(
        "ADVICE-ACK-ORDER-IDS",
        "acknowledging by the ids of orders or studies",
        "BATCH-11",
        "The answer is 200 and acknowledges nothing: such ids are in `not_found`. The reports are listed again and "
        "again.",
        "Send the `report_id` of each report, and look whether `not_found` in the answer is empty.",
        by_order_id,
    ),
)
