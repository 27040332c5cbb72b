"""`/report`: the report of a study group, with every order of it."""

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from pacsimile_contract import facts
from pacsimile_contract.checkers.common import (
    describe_answer,
    may_change,
    quote_value,
    refused,
    same,
    says_type_not_offered,
    served,
)
from pacsimile_contract.checkers.order_reports import type_of
from pacsimile_contract.checkers.results import conflicts, is_of_type
from pacsimile_contract.documents import read_group, read_report, recognised
from pacsimile_contract.documents.csv_report import rows_by_name
from pacsimile_contract.documents.headers import report_headers
from pacsimile_contract.documents.model import GroupDocument
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.part import Finding, Part, fact, not_applicable, not_exercised, part
from pacsimile_contract.findings.registry import checker
from pacsimile_contract.findings.story import Story
from pacsimile_contract.instants import instant
from pacsimile_spec.report_types import GROUP_TYPES
from pacsimile_spec.statuses import COMPLETED

CONFLICT = 409
NOT_OFFERED = "the group does not offer it"
_OF_CSV_ALONE = ("accession_number", "mrn")
JOINED = "409: an order that is under way joined the group meanwhile"


def is_not_offered(asked: Exchange) -> bool:
    """Tell whether the answer says that the group does not offer the type: it may offer fewer than the table has."""
    return asked.status == 404 and says_type_not_offered(asked)


@checker("GROUP-1", *GROUP_TYPES, "one-at-least", "group-required", "type-required")
def serves_the_group(story: Story) -> Iterator[Part]:
    """Judge `/report` in each type (steps `asked/<type>`), and without one parameter (`without/<part>`).

    Others may add orders to a group that no state made, and its report waits for them (GROUP-3).
    """
    answers, waits = dict(story.below("asked")), may_change(story, "group")
    for kind, asked in answers.items():
        if asked.status == 409 and waits:
            yield not_exercised(kind, JOINED)
            continue
        if is_not_offered(asked):
            yield not_applicable(kind, NOT_OFFERED)
            continue
        yield part(kind, served(asked), on=asked)
        if asked.succeeded:
            yield part(kind, is_of_type(asked, kind), on=asked)
            document = read_group(kind, asked.body)
            if document and document.study_group is not None:
                yield part(
                    kind, same(document.study_group, story.given("group")["study_group"], "study_group"), on=asked
                )
    if answers:
        some = any(asked.succeeded for asked in answers.values())
        words = f"the report in one of {', '.join(answers)}"
        if not some and waits and any(asked.status == 409 for asked in answers.values()):
            yield not_exercised("one-at-least", JOINED)
        else:
            finding = fact(some, words, describe_answer(list(answers.values())[-1]))
            yield part("one-at-least", finding, on=list(answers.values()))
    for name, asked in story.below("without"):
        yield part(name, refused(asked, 400), on=asked)


def _documents(story: Story, label: str) -> Iterator[tuple[Exchange, GroupDocument]]:
    """Yield the served and readable reports of the steps `<label>/<type>`. GROUP-1 judges the others."""
    for kind, asked in story.below(label):
        document = read_group(kind, asked.body) if asked.succeeded and recognised(kind, asked.body) else None
        if document is not None:
            yield asked, document


@checker("GROUP-1", "later")
def is_served_later(story: Story) -> Iterator[Part]:
    """Judge the report of a group long after it was served (`group-later`, after `group`)."""
    before = story.last("group")
    for asked in story.all("group-later"):
        if asked.status == 409 and may_change(story, "group"):
            yield not_exercised("later", JOINED)
        elif before.succeeded:
            yield part("later", served(asked), on=(before, asked))


@checker("GROUP-1", "unusual-names")
def serves_any_name(story: Story) -> Iterator[Part]:
    """Judge reports of groups with unusual names (`itself/...`): letters outside ASCII, the longest, a formula."""
    for _, asked in story.below("itself"):
        if not is_not_offered(asked):
            yield part("unusual-names", served(asked), on=asked)
            document = read_group(type_of(asked), asked.body) if asked.succeeded else None
            wanted = asked.given.get("study_group")
            if document is not None and None not in (document.study_group, wanted):
                yield part("unusual-names", same(document.study_group, wanted, "study_group"), on=asked)


@checker("GROUP-2", "every-order", "failed", "cancelled", "no-other-group")
def accounts_for_every_order(story: Story) -> Iterator[Part]:
    """Judge a group's report in each type (steps `asked/<type>`): its orders, and none of the group `other`."""
    for asked, document in _documents(story, "asked"):
        group = story.given("group")
        statuses = dict(zip(group["order_ids"], group["statuses"], strict=False))
        named = document.accounts_for(statuses, group.get("study_group"))
        for order, status in statuses.items():
            if status == COMPLETED:
                is_named = document.names(order)
                finding = fact(is_named, f"{order} in it", "so" if is_named else "not in it")
                yield part("every-order", finding, on=asked)
            else:
                yield part(status.lower(), _named_as(document, order, status, holds=named[order]), on=asked)
        if document.order_ids is not None and group.get("owned"):
            more = len(set(document.order_ids) - set(group["order_ids"]))
            yield part("no-other-group", fact(not more, "only its own orders", f"{more} more"), on=asked)
        if story.has("other"):
            foreign = [order for order in story.given("other")["order_ids"] if document.surely_lists(order)]
            finding = fact(not foreign, "no order of another group", f"with {', '.join(foreign)}")
            yield part("no-other-group", finding, on=asked)


def _named_as(document: GroupDocument, order: str, status: str, *, holds: bool) -> Finding:
    place = "in one row or object" if document.text is None else "beside its id, before those of other orders"
    mention = "named as such" if holds else "without the word there" if document.names(order) else "not in it"
    return fact(holds, f"{order} with the word {status} {place}", mention)


@checker("GROUP-3", "unfinished", "without-report")
def waits_for_every_order(story: Story) -> Iterator[Part]:
    """Judge `/report` of groups with an unfinished order (`unfinished/...`), and where none completed."""
    for _, asked in story.below("unfinished"):
        yield part("unfinished", conflicts(asked, "report-not-ready"), on=asked)
    for _, asked in story.below("without-report"):
        yield part("without-report", refused(asked, 409, reason="order-failed"), on=asked)


@checker("GROUP-3", "its-own-orders-alone")
def waits_for_no_other_order(story: Story) -> Iterator[Part]:
    """Judge `/report` (`asked/<type>`) of a group that has ended, of whose studies other orders are under way."""
    for _, asked in story.below("asked"):
        finding = fact(asked.status != CONFLICT, "no wait: each order of the group has ended", describe_answer(asked))
        yield part("its-own-orders-alone", finding, on=asked)


@checker("GROUP-4", "unknown-group")
def knows_no_such_group(story: Story) -> Iterator[Part]:
    """Judge `/report` of a group that does not exist (steps `unknown/<type>`)."""
    for _, asked in story.below("unknown"):
        yield part("unknown-group", refused(asked, 404, reason="study-group-not-found"), on=asked)


@checker(
    "CONS-2", "listed-group", "told-group",
    operations={"listReports": ["listed-group"], "getStatus": ["told-group"]},
)  # fmt: skip
def is_listed_with_its_group(story: Story) -> Iterator[Part]:
    """Judge the listing (`listed`) of a group's organization, and its orders' status (`told/<order_id>`): its name."""
    for _, asked in story.below("told"):
        if asked.says("OrderStatus", "study_group"):
            named = same(facts.order_status(asked).study_group, story.given("group")["study_group"], "study_group")
            yield part("told-group", served(asked), named, on=asked)
    for asked in story.all("listed"):
        group, entries = story.given("group"), facts.listing(asked).reports or ()
        for entry in (one for one in entries if one.order_id in group["order_ids"]):
            if asked.says("ReportList.reports", "study_group"):
                words = f"study_group of {entry.order_id}"
                yield part("listed-group", same(entry.study_group, group["study_group"], words), on=asked)


@checker("GROUP-5", "members", "amended", "joined", "unfinished-joined", "finished-again")
def follows_its_members(story: Story) -> Iterator[Part]:
    """Judge a group's report as its members change, against their own json reports (steps `member/<order_id>`).

    Steps `at-first/<type>`, `amended/<type>`, `joined/<type>`, `unfinished-joined`, `finished-again`. From a change on,
    each report has to show it.
    """
    for name, label in (("members", "at-first"), ("amended", "amended"), ("joined", "joined")):
        for asked, document in _documents(story, label):
            members = _newest(story, asked)
            wanted = (
                members if label == "at-first" else {order: members[order] for order in _changed(story, label, members)}
            )
            for member in wanted.values():
                yield part(name, _appears(document, member), _of_its_version(asked, member), on=(member, asked))
            if label == "at-first":
                yield part(name, _none_swapped(document, members), on=(*members.values(), asked))
        for kind, asked in story.below(label):
            if not asked.succeeded and not is_not_offered(asked):
                yield part(name, fact(False, f"the group's report as {kind}", describe_answer(asked)), on=asked)
    for asked in story.all("unfinished-joined"):
        yield part("unfinished-joined", refused(asked, 409, reason="report-not-ready"), on=asked)
    yield from _finished_again(story)


def _finished_again(story: Story) -> Iterator[Part]:
    for asked in story.all("finished-again"):
        yield part("finished-again", served(asked), on=asked)
        document, members = read_group(type_of(asked), asked.body) if asked.succeeded else None, _newest(story, asked)
        for order in _changed(story, "joined", members):
            appears = _appears(document, members[order]) if document is not None else ()
            yield part("finished-again", appears, on=(members[order], asked))


def _newest(story: Story, asked: Exchange) -> dict[str, Exchange]:
    """Return each member's last own report that was fetched before the group's."""
    place = [exchange is asked for exchange in story.exchanges].index(True)
    before = story.exchanges[:place]
    return {
        order: answer
        for order, answer in story.below("member")
        if answer.succeeded and any(answer is earlier for earlier in before)
    }


def _changed(story: Story, label: str, members: dict[str, Exchange]) -> list[str]:
    """Return the members that changed up to then."""
    changes = ("amended", "joined") if label == "joined" else (label,)
    orders = [story.given(change)["order_id"] for change in changes if story.has(change)]
    return [order for order in orders if order in members]


def _appears(document: GroupDocument, member: Exchange) -> Iterator[Finding]:
    """Compare: the group's report has an order's ids and impression, in one record where it has records."""
    own = read_report(type_of(member), member.body)
    statement = own.statement if own else None
    order_id = member.given.get("order_id") or (
        statement.order_id if statement else None
    )  # the statement's may be a placer's number
    if statement is None or order_id is None or statement.impression is None:
        return
    named = document.names(order_id)
    yield fact(named, f"{order_id} in it", "in it" if named else "not in it")
    if not named:
        return
    if statement.study_uid is not None:
        stated = document.names_of(order_id, statement.study_uid)
        yield fact(stated, f"study UID {statement.study_uid} of {order_id}", "in it" if stated else "not in it")
    stated = document.states_of(order_id, statement.impression)
    words = f"the impression of {order_id}, {statement.report_id}"
    yield fact(stated, words, "in it" if stated else "not in it")


def _of_its_version(asked: Exchange, member: Exchange) -> Iterator[Finding]:
    """Compare: a group's json or csv says of an order's report what the order's own json report says."""
    own, headers = read_report(type_of(member), member.body), report_headers(member)
    statement, order_id = own.statement if own else None, member.given.get("order_id")
    if statement is None or type_of(member) != "json":
        return
    known = {
        "report_id": (headers.report_id or statement.report_id,),
        "report_status": (statement.report_status,),
        "accession_number": (statement.accession_number,),
        "mrn": statement.patient.identifiers if statement.patient else (),
    }
    for entry in (one for one in _entries(asked) if one.get("order_id") == order_id):
        for name, values in known.items():
            is_stated = name in _OF_CSV_ALONE or asked.says("GroupJsonReport.orders", name)
            if entry.get(name) is not None and any(values) and is_stated:
                holds = entry[name] in values
                yield fact(holds, f"{name} of {order_id} as in its own report", quote_value(entry[name]))
        said, wanted = instant(entry.get("completed_at")), statement.completed_at
        if said is not None and wanted is not None:
            alike = said.agrees_with(wanted, exactly=asked.dialect is None and type_of(asked) == "json")
            words = f"completed_at {wanted}, as its own report has it"
            yield fact(alike, words, quote_value(entry["completed_at"]))


def _entries(asked: Exchange) -> list[Mapping[str, Any]]:
    """Return what a group's json or csv says of each order, by the names of members or columns."""
    if type_of(asked) == "csv":
        return list(rows_by_name(asked.body))
    orders = asked.json.get("orders") if isinstance(asked.json, dict) else None
    return [entry for entry in orders if isinstance(entry, dict)] if isinstance(orders, list) else []


def _none_swapped(document: GroupDocument, members: Mapping[str, Exchange]) -> Iterator[Finding]:
    """Compare, in a text: no two orders have each other's impression below their ids."""
    if document.text is None:
        return
    sections, impressions = document.below(members), {}
    for order, member in members.items():
        own = read_report(type_of(member), member.body)
        if own is not None and own.statement is not None and own.statement.impression:
            impressions[order] = own.statement.impression
    for first, second in combinations(impressions, 2):
        crossed = all(
            sections[another].states(impressions[own]) and not sections[own].states(impressions[own])
            for own, another in ((first, second), (second, first))
        )
        yield fact(
            not crossed, f"the impressions of {first} and {second} below their own ids", "the other's below each"
        )
