"""Identifiers match exactly, by code point. A text that only resembles one names something else."""

from collections.abc import Iterator

from pacsimile_contract import facts
from pacsimile_contract.checkers.common import describe_answer, quote_value, says_type_not_offered
from pacsimile_contract.checkers.gateways import may_be_from_gateway
from pacsimile_contract.checkers.selectors import BROKEN
from pacsimile_contract.documents import read_group
from pacsimile_contract.documents.headers import report_headers
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.part import Finding, Part, fact, form, not_applicable, not_exercised, part
from pacsimile_contract.findings.registry import checker
from pacsimile_contract.findings.story import Story

LOOKS = (
    "prefix", "suffix", "longer", "case", "space", "padding", "unicode-form", "wildcard", "encoded-twice",
    "last-character", "number", "another-kind",
)  # fmt: skip
"""How a text resembles an identifier."""

REFUSAL_STATUSES = {"getGroupReport": (404,), "listReports": (403, 400), "acknowledgeReports": (403, 400)}
"""Statuses that refuse an unknown name, for operations where they are not 404 or 400."""
OF_ORGANIZATIONS = ("listReports", "acknowledgeReports")
"""Operations that serve an organization's own clients alone: what only resembles its name is never theirs."""


@checker("STATUS-8", *LOOKS, "report-ids", operations={"acknowledgeReports": ["report-ids"]})
def matches_whole(story: Story) -> Iterator[Part]:
    """Judge calls for texts that resemble a known identifier (steps `<part>/<operation>/...`)."""
    for name in LOOKS:
        for _, asked in story.below(name):
            if asked.answer is None and asked.request.hostile:
                continue  # closing the connection is a refusal
            if (asked.status or 0) >= 500:
                yield not_exercised(name, BROKEN)
            else:
                ours = set(story.given("ours")["order_ids"])
                malformed = not asked.given.get("study_group", "").isprintable()
                yield part(name, _names_something_else(asked, ours, malformed=malformed or name == "padding"), on=asked)
    for post in story.all("report-ids"):
        told = facts.acknowledgement(post)
        taken = told.acknowledged if post.succeeded else ()
        yield part("report-ids", fact(not taken, "nothing acknowledged", quote_value(taken)), on=post)
        if post.succeeded and told.not_found is not None and story.has("report-ids"):
            lost = sorted(set(story.given("report-ids")["report_ids"]) - set(told.not_found))
            yield part("report-ids", fact(not lost, "each in not_found", f"without {quote_value(lost)}"), on=post)
        for after in story.all("after-report-ids"):
            kept = facts.listing(after).report_ids
            held = fact(len(kept) > 0 or not after.succeeded, "the report still listed", "an empty listing")
            yield part("report-ids", held, on=(post, after))


def _names_something_else(asked: Exchange, known_orders: set[str], *, malformed: bool = False) -> Iterator[Finding]:
    """Compare: the call is refused, or answered for something else that has exactly this name."""
    statuses = REFUSAL_STATUSES.get(str(asked.operation), (404, 400))
    statuses = (*statuses, 400) if malformed and 400 not in statuses else statuses
    words = " or ".join(map(str, statuses))
    if not asked.succeeded:
        unfinished = asked.status == 409 and asked.operation == "getResult"  # of an order that has just this name
        as_attack = asked.request.hostile and may_be_from_gateway(asked)
        yield form(asked.status in statuses or unfinished or as_attack, words, describe_answer(asked))
        return
    if asked.operation in OF_ORGANIZATIONS:
        yield fact(False, f"{words}, as any other organization", describe_answer(asked))
    named = {text for kind, text in facts.identifiers(asked.json) if kind == "order"} | {asked.header("X-Order-Id")}
    named &= known_orders
    yield fact(
        not named, f"{words}, or something with exactly this name", f"{asked.status} with {quote_value(sorted(named))}"
    )


NEAR = {"group": "near-groups", "study": "near-studies"}
"""By what has a name, the part of two of them whose names nearly agree."""


@checker("STATUS-8", *NEAR.values(), operations={"getGroupReport": ["near-groups"]})
def tells_near_names_apart(story: Story) -> Iterator[Part]:
    """Judge calls for names that nearly agree, of which each has an order (steps `near/<kind>-<which>[.<call>]`)."""
    for label, asked in story.below("near"):
        name = label.partition(".")[0]
        if asked.status == 404 and says_type_not_offered(asked):
            yield not_applicable(NEAR[name.partition("-")[0]], "a report of the type is not offered")
            continue
        own, other = (str(story.given(name)[which]) for which in ("own", "other"))
        named = _orders_named(asked)
        if named is not None:
            got = quote_value(sorted(named & {own, other})) if asked.succeeded else describe_answer(asked)
            holds = own in named and other not in named
            yield part(NEAR[name.partition("-")[0]], fact(holds, f"{own}, and not {other}", got), on=asked)


def _orders_named(asked: Exchange) -> set[str] | None:
    """Return the orders that an answer names; None where a report does not tell."""
    if asked.operation == "getGroupReport" and asked.succeeded:
        document = read_group(asked.given["report_type"], asked.body)
        return None if document is None or document.order_ids is None else set(document.order_ids)
    if asked.operation == "getResult" and asked.succeeded:
        named = report_headers(asked).order_id
        return None if named is None else {named}
    return {text for kind, text in facts.identifiers(asked.json) if kind == "order"}
