"""Isolation of organizations: what belongs to another does not exist for the caller."""

from collections.abc import Iterator, Mapping

from pacsimile_contract import facts
from pacsimile_contract.checkers.common import (
    alike,
    refused,
    same,
    same_names,
    says_type_not_offered,
    served,
    texts_in,
)
from pacsimile_contract.checkers.order_reports import type_of
from pacsimile_contract.checkers.queue_findings import lists_at_least
from pacsimile_contract.documents import read_group
from pacsimile_contract.documents.headers import report_headers
from pacsimile_contract.documents.model import is_apart, is_unmistakable
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.part import Finding, Part, fact, not_exercised, part
from pacsimile_contract.findings.registry import checker
from pacsimile_contract.findings.story import Story
from pacsimile_contract.instants import Instant, instant

CALLS: Mapping[str, tuple[str, str, Mapping[str, str]]] = {
    "status-by-order": ("getStatus", "order_id", {}),
    "status-by-study": ("getStatus", "study_uid", {}),
    "order-ids": ("getOrderIds", "study_uid", {}),
    "result-by-order": ("getResult", "order_id", {"report_type": "json"}),
    "result-by-study": ("getResult", "study_uid", {"report_type": "json"}),
    "result-of-no-order": ("getResult", "order_id", {"report_type": "csv"}),
    "group-report": ("getGroupReport", "study_group", {"report_type": "json"}),
}
"""Each way to ask for what may be another organization's: operation, the parameter that names it, and the rest."""

FIRST_CALLS = ("status-by-order", "result-by-order", "group-report")
"""The calls that a short run makes."""

UNREADY = "unready-result"
"""The report of an order that is not finished: 409 to its own organization."""

REASONS = {"order_id": "order-not-found", "study_uid": "study-not-found", "study_group": "study-group-not-found"}


KINDS = ("foreign", "unknown")
"""Whose objects are asked for: another organization's, and nobody's."""
MAY_SHARE = "both organizations may use it: needs the state other_organization"
ANSWERED_TOO = "what nobody has is answered too: see STATUS-4, ORDERID-3 and GROUP-4"
LABEL_AMENDED, LABEL_JOINED = "theirs-amended", "theirs-joined"
"""Labels: the other organization's report is amended; an order joins its group."""


@checker(
    "SEC-1",
    *CALLS,
    UNREADY,
    "as-an-unknown-one",
    operations={
        "getStatus": ["status-by-order", "status-by-study"],
        "getOrderIds": ["order-ids"],
        "getResult": ["result-by-order", "result-by-study", "result-of-no-order", UNREADY],
        "getGroupReport": ["group-report"],
    },
)
def answers_as_unknown(story: Story) -> Iterator[Part]:
    """Judge calls for another organization's objects (`foreign/<call>`) by those for unknown ones (`unknown/<call>`).

    Where no state made them, both organizations may use the study or the group: the other's order is then noted as
    `may-share`, and only its appearance tells (SEC-3, SEC-8). Where the names of headers or members differed, both
    calls were repeated (`foreign-again/<call>`, `unknown-again/<call>`): what comes and goes tells nothing.
    """
    unknown = dict(story.below("unknown"))
    shared = story.given("may-share")["order_id"] if story.has("may-share") else None
    for call, foreign in story.below("foreign"):
        parameter = "order_id" if call == UNREADY else CALLS[call][1]
        if shared is not None and parameter != "order_id" and foreign.status != 404:
            yield _leak(call, str(shared), foreign, MAY_SHARE)
            continue
        if call in unknown and identifier_exists(unknown[call]):
            echoed = unknown[call].given[parameter].encode() in unknown[call].body
            yield _leak(call, "" if echoed else foreign.given[parameter], foreign, ANSWERED_TOO)
            continue
        known = call not in unknown or facts.problem(unknown[call]).reason == REASONS[parameter]
        findings = refused(foreign, 404, reason=REASONS[parameter])
        yield part(call, findings if known else findings[:1], on=foreign)  # how the unknown is refused is STATUS-4's
        if call in unknown and not foreign.succeeded:
            other = unknown[call]
            own, others = foreign.given[parameter], other.given[parameter]
            answers = [answers_about(story, kind, call) for kind in KINDS] + [
                answers_about(story, kind) for kind in KINDS
            ]
            compared = [*alike(foreign, other, own, others), *same_names(*answers), _names_no_foreign_id(other, own)]
            yield part("as-an-unknown-one", compared, on=(other, foreign))


def _names_no_foreign_id(unknown: Exchange, foreign: str) -> Finding:
    """Compare: the answer about an unknown identifier does not name the foreign one, which it resembles."""
    named = is_unmistakable(foreign) and foreign.encode() in unknown.body
    return fact(not named, "nothing of the other organization", f"it names {foreign}")


def identifier_exists(unknown: Exchange) -> bool:
    """Tell whether an invented identifier exists after all, as a short one may: served, unfinished, or not as csv."""
    reason = facts.problem(unknown).reason
    return unknown.succeeded or unknown.status == 409 or reason == "report-type-not-available"


def answers_about(story: Story, name: str, call: str | None = None) -> list[Exchange]:
    """Return the answers about what is `foreign` or `unknown`, including repeats, of one call or of all.

    An answer about an invented identifier that exists after all is left out: it is about nothing unknown.
    """
    answers = [*story.below(name), *story.below(f"{name}-again")]
    asked = [answer for other, answer in answers if call is None or other == call]
    return [answer for answer in asked if name == "foreign" or not identifier_exists(answer)]


def _leak(call: str, identifier: str, foreign: Exchange, otherwise: str) -> Part:
    """Judge an answer that cannot be compared: whether it names the other organization's identifier."""
    if not identifier or identifier.encode() not in foreign.body:
        return not_exercised(call, otherwise)
    return part(call, fact(False, "nothing of the other organization", f"it names {identifier}"), on=foreign)


FORBIDDEN = 403
WAYS = ("list", "post", "post-by-name")
"""Ways to reach for another organization's queue."""


@checker(
    "SEC-2",
    *WAYS,
    "unknown-list",
    "unknown-post",
    "nothing-acknowledged",
    "report-by-name",
    "as-an-unknown-one",
    operations={
        "listReports": ["list", "unknown-list"],
        "acknowledgeReports": ["post", "post-by-name", "unknown-post", "nothing-acknowledged", "report-by-name"],
    },
)
def keeps_queues_apart(story: Story) -> Iterator[Part]:
    """Judge calls for another organization's queue (`foreign/<way>`) and for an invented one's (`unknown/<way>`).

    A POST in the own organization (`by-name`) names the other's first report. The effect on the other's reports shows
    when the other names them itself: first the last of them (`theirs-before`), to see that naming works, and at the end
    the rest (`theirs`).
    """
    for way, asked in story.below("foreign"):
        yield part(way, refused(asked, 403, reason="organization-not-allowed"), on=asked)
    for way, asked in story.below("unknown"):
        yield part(f"unknown-{way}", refused(asked, 403, reason="organization-not-allowed"), on=asked)
    yield from _as_an_unknown_organization(story)
    for after in story.all("theirs-listed"):
        yield from _left_on_the_list(story, after)
    for acknowledged in story.all("theirs"):
        named, *rest, last = story.given("other")["report_ids"]
        if facts.acknowledgement(story.last("theirs-before")).acknowledged != (last,) or not acknowledged.succeeded:
            continue  # naming reports is BATCH-11's
        done = facts.acknowledgement(acknowledged).acknowledged or ()
        gone = [report_id for report_id in rest if report_id not in done]
        tries = [asked for _, asked in story.below("foreign")]
        spared = fact(
            not gone,
            "the other organization's reports left unacknowledged",
            f"acknowledged by this organization: {gone}",
        )
        yield part("nothing-acknowledged", spared, on=(*tries, acknowledged))
        spared = fact(
            named in done,
            "the other organization's report left unacknowledged, though named",
            "acknowledged by this organization",
        )
        yield part("report-by-name", spared, on=(*story.all("by-name"), acknowledged))


def _as_an_unknown_organization(story: Story) -> Iterator[Part]:
    """Compare the 403 for another organization with that for an unknown one: they are the same but for its name.

    Where names of headers or members differed, the calls were repeated, as for SEC-1.
    """
    unknown = dict(story.below("unknown"))
    for way, foreign in story.below("foreign"):
        other = unknown.get(way)
        if other is not None and foreign.status == other.status == FORBIDDEN:
            names = foreign.given.get("organizationId", " "), other.given.get("organizationId", " ")
            answers = [answers_about(story, kind, way) for kind in KINDS] + [
                answers_about(story, kind) for kind in KINDS
            ]
            compared = [*alike(foreign, other, *names), *same_names(*answers), _names_no_foreign_id(other, names[0])]
            yield part("as-an-unknown-one", compared, on=(other, foreign))


def _left_on_the_list(story: Story, after: Exchange) -> Iterator[Part]:
    """Judge by the other's listing, where no answer says what was acknowledged."""
    named, *rest, _ = story.given("other")["report_ids"]
    tries = [asked for _, asked in story.below("foreign")]
    yield part("nothing-acknowledged", lists_at_least(after, rest, "the other's reports"), on=(*tries, after))
    own = lists_at_least(after, [named], "the other's report, though named")
    yield part("report-by-name", own, on=(*story.all("by-name"), after))


@checker(
    "SEC-3",
    "status",
    "order-ids",
    "result",
    "listing",
    "other-order",
    operations={
        "getStatus": ["status"],
        "getOrderIds": ["order-ids"],
        "getResult": ["result"],
        "listReports": ["listing"],
    },
)
def keeps_shared_studies_apart(story: Story) -> Iterator[Part]:
    """Judge calls for a study that two organizations use, by each side: `<side>/<call>`, its orders noted under side.

    `own` is the order that must be named, `others` the one that must not be; `ready` whether one's own completed. Other
    clauses judge the rest: BATCH-1 that it is listed (judged here only after `theirs-amended`), RESULTS-7 what its
    report says, RESULTS-4 that no report comes too early. Each asks for the other's order by its id
    (`<side>-of-the-other/<call>`), and for its own report in other types (`<side>-in-type/<type>`): RESULTS-7 and
    RESULTS-10 compare what those state.
    """
    for side in ("mine", "theirs", "mine-waiting", "theirs-ready"):
        for call, asked in story.below(side):
            known = story.given(side)
            own, others = str(known["own"]), str(known["others"])
            findings = [fact(not _names(asked, others), "nothing of the other organization", "an order of it")]
            if call != "result" or known["ready"]:
                findings.append(served(asked))
            listed_once_amended = call == "listing" and story.has(LABEL_AMENDED)
            if asked.succeeded and (call in ("status", "order-ids") or listed_once_amended):
                findings.append(fact(_names(asked, own), f"an answer about {known['own']}", "an answer without it"))
            yield part(call, findings, on=asked)
        for _, asked in story.below(f"{side}-in-type"):
            named, own = report_headers(asked).order_id, str(story.given(side)["own"])
            is_own = fact(named in (own, None), f"the report of {own}", f"that of {named}")
            yield part("result", served(asked), is_own, on=asked)
        for _, asked in story.below(f"{side}-of-the-other"):
            yield part("other-order", refused(asked, 404, reason="order-not-found"), on=asked)


@checker("SEC-8", "own-orders", "others-left-out", "not-delayed", "not-served", "not-dated-by-others")
def keeps_shared_groups_apart(story: Story) -> Iterator[Part]:
    """Judge reports of a group's name that two organizations use: `mine/<type>`, `theirs/<type>`.

    Then, or in another such group, the caller's orders are finished and the other's are not: `finished`, and
    `unfinished` for the other side. In the same group (`theirs-joined`), the caller's report has no new event.
    """
    for side in ("mine", "theirs"):
        for _, asked in story.below(side):
            if says_type_not_offered(asked):
                continue
            known, document = story.given(side), read_group(type_of(asked), asked.body) if asked.succeeded else None
            some = document is None or any(document.names(order_id) for order_id in known["own"])
            yield part("own-orders", served(asked), fact(some, "one's own orders", "none of them"), on=asked)
            foreign = [] if document is None else list(filter(document.surely_lists, known["others"]))
            yield part("others-left-out", fact(not foreign, "no other's order", f"{foreign}"), on=asked)
    for asked in story.all("finished"):
        if not says_type_not_offered(asked):
            yield part("not-delayed", served(asked), on=asked)
        for before in story.all(f"mine/{type_of(asked)}") if story.has(LABEL_JOINED) else ():
            if None not in (_date(before), _date(asked)):
                dated = same(_date(asked), _date(before), "created_at")
                yield part("not-dated-by-others", dated, on=(before, asked))
    for asked in story.all("unfinished"):
        yield part("not-served", refused(asked, 409), on=asked)


def _date(asked: Exchange) -> Instant | None:
    """Return when the latest event in a group's json report happened; None where that is not said."""
    is_report = asked.succeeded and isinstance(asked.json, dict) and asked.says("GroupJsonReport", "created_at")
    return instant(asked.json.get("created_at")) if is_report else None


@checker("GROUP-2", "of-a-shared-name")
def names_the_callers_organization(story: Story) -> Iterator[Part]:
    """Judge the json report of a group's name that two organizations use (`mine/json`, `theirs/json`): whose it is."""
    for side in ("mine", "theirs"):
        for asked in story.all(f"{side}/json"):
            named = asked.json.get("organization_id") if asked.succeeded and isinstance(asked.json, dict) else None
            own = story.given(side).get("organization_id")
            if isinstance(named, str) and own is not None and asked.says("GroupJsonReport", "organization_id"):
                yield part("of-a-shared-name", same(named, own, "organization_id"), on=asked)


def _names(asked: Exchange, identifier: str) -> bool:
    """Tell whether an answer holds an identifier, and not only within a longer one, a time or a number.

    In a report, a short one may be a patient's sex, a side or a word: there it counts as a member alone.
    """
    if asked.operation == "getResult" and asked.succeeded and not is_unmistakable(identifier):
        return asked.json is not None and identifier in {text for _, text in facts.identifiers(asked.json)}
    if asked.json is None:
        return is_apart(identifier, asked.body.decode("utf-8", "replace"))
    return any(is_apart(identifier, text) for text in texts_in(asked.json) if instant(text) is None)
