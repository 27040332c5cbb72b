"""`/report`: the report of a study group, with every order of it."""

from collections.abc import Iterator

from pacsimile_contract import facts
from pacsimile_contract.checkers.common import (
    describe_answer,
    may_change,
    refused,
    same,
    says_type_not_offered,
    served,
)
from pacsimile_contract.checkers.order_reports import type_of
from pacsimile_contract.checkers.results import conflicts, is_of_type
from pacsimile_contract.documents import read_group, recognised
from pacsimile_contract.documents.model import GroupDocument
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.part import Finding, Part, fact, not_applicable, not_exercised, part
from pacsimile_contract.findings.registry import checker
from pacsimile_contract.findings.story import Story
from pacsimile_spec.report_types import GROUP_TYPES
from pacsimile_spec.statuses import COMPLETED

CONFLICT = 409
NOT_OFFERED = "the group does not offer it"
JOINED_MEANWHILE = "409: an order that is under way joined the group meanwhile"


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
            yield not_exercised(kind, JOINED_MEANWHILE)
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
            yield not_exercised("one-at-least", JOINED_MEANWHILE)
        else:
            finding = fact(some, words, describe_answer(list(answers.values())[-1]))
            yield part("one-at-least", finding, on=list(answers.values()))
    for name, asked in story.below("without"):
        yield part(name, refused(asked, 400), on=asked)


def served_documents(story: Story, label: str) -> Iterator[tuple[Exchange, GroupDocument]]:
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
            yield not_exercised("later", JOINED_MEANWHILE)
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
    for asked, document in served_documents(story, "asked"):
        group = story.given("group")
        statuses = dict(zip(group["order_ids"], group["statuses"], strict=False))
        named = document.accounts_for(statuses, group.get("study_group"))
        for order, status in statuses.items():
            if status == COMPLETED:
                is_named = document.names(order)
                finding = fact(is_named, f"{order} in it", "so" if is_named else "not in it")
                yield part("every-order", finding, on=asked)
            else:
                yield part(status.lower(), named_as(document, order, status, holds=named[order]), on=asked)
        if document.order_ids is not None and group.get("owned"):
            more = len(set(document.order_ids) - set(group["order_ids"]))
            yield part("no-other-group", fact(not more, "only its own orders", f"{more} more"), on=asked)
        if story.has("other"):
            foreign = [order for order in story.given("other")["order_ids"] if document.surely_lists(order)]
            finding = fact(not foreign, "no order of another group", f"with {', '.join(foreign)}")
            yield part("no-other-group", finding, on=asked)


def named_as(document: GroupDocument, order: str, status: str, *, holds: bool) -> Finding:
    """Compare: a group's report names an order with the status in which it ended."""
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
