"""A study group's report while its members change: each change shows in the next answer."""

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from pacsimile_contract.checkers.common import describe_answer, quote_value, refused, served
from pacsimile_contract.checkers.groups import is_not_offered, named_as, served_documents
from pacsimile_contract.checkers.order_reports import type_of
from pacsimile_contract.documents import read_group, read_report
from pacsimile_contract.documents.csv_report import rows_by_name
from pacsimile_contract.documents.headers import report_headers
from pacsimile_contract.documents.model import GroupDocument
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.part import Finding, Part, fact, part
from pacsimile_contract.findings.registry import checker
from pacsimile_contract.findings.story import Story
from pacsimile_contract.instants import instant
from pacsimile_spec.statuses import FAILED

_OF_CSV_ALONE = ("accession_number", "mrn")


@checker("GROUP-5", "members", "amended", "joined", "unfinished-joined", "finished-again")
def follows_its_members(story: Story) -> Iterator[Part]:
    """Judge a group's report as its members change, against their own json reports (steps `member/<order_id>`).

    Steps `at-first/<type>`, `amended/<type>`, `joined/<type>`, `unfinished-joined`, `finished-again`. From a change on,
    each report has to show it. The last report includes the order that joined unfinished and then failed
    (`unfinished`).
    """
    for name, label in (("members", "at-first"), ("amended", "amended"), ("joined", "joined")):
        for asked, document in served_documents(story, label):
            members = _newest(story, asked)
            wanted = (
                members if label == "at-first" else {order: members[order] for order in _changed(story, label, members)}
            )
            for member in wanted.values():
                yield part(name, _appears(document, member), _agrees_with_own_report(asked, member), on=(member, asked))
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
        if document is not None and story.has("unfinished"):
            order = story.given("unfinished")["order_id"]
            holds = document.accounts_for({order: FAILED}, asked.given.get("study_group"))[order]
            yield part("finished-again", named_as(document, order, FAILED, holds=holds), on=asked)


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
    # the report's own order_id may be the placer's order number (HL7 ORC-2)
    order_id = member.given.get("order_id") or (statement.order_id if statement else None)
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


def _agrees_with_own_report(asked: Exchange, member: Exchange) -> Iterator[Finding]:
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
    for entry in (entry for entry in _entries(asked) if entry.get("order_id") == order_id):
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
