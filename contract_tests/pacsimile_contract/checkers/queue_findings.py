"""Comparisons of listings and acknowledgements that the checkers of the queue share."""

from collections.abc import Collection, Iterable, Sequence

from pacsimile_contract import facts
from pacsimile_contract.checkers.common import quote_value, same, served
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.part import Finding, fact

FEW = 5
"""How many missing or surplus identifiers are shown."""


def listed(exchange: Exchange) -> list[str]:
    """Return the report ids that a listing names, in order."""
    return [report_id for report_id in facts.listing(exchange).report_ids if report_id is not None]


def lists_at_least(exchange: Exchange, wanted: Iterable[str], what: str) -> list[Finding]:
    """Compare: the listing is served and holds each report of `wanted`, which `what` describes."""
    got = set(listed(exchange))
    missing = [report_id for report_id in wanted if report_id not in got]
    return [served(exchange), fact(not missing, f"a listing with {what}", _amount("without", missing))]


def lists_none(exchange: Exchange, unwanted: Collection[str], what: str) -> Finding:
    """Compare: the listing holds no report of `unwanted`, which `what` describes."""
    held = [report_id for report_id in listed(exchange) if report_id in unwanted]
    return fact(not held, f"a listing without {what}", _amount("with", held))


def lists_exactly(exchange: Exchange, wanted: Collection[str], what: str) -> list[Finding]:
    """Compare: the listing is served and holds `wanted` and nothing else, in any order."""
    got = listed(exchange)
    surplus = [report_id for report_id in got if report_id not in wanted]
    return [
        *lists_at_least(exchange, wanted, what),
        fact(not surplus, f"a listing with nothing but {what}", _amount("with", surplus)),
    ]


def acknowledges_exactly(post: Exchange, wanted: Collection[str]) -> list[Finding]:
    """Compare: the acknowledgement is served and names `wanted` as newly marked, each once.

    Of an answer that says nothing, the next listing judges that.
    """
    acknowledgement = facts.acknowledgement(post)
    if not says_what_was_done(post):
        return [served(post)]
    return [served(post), same(sorted(acknowledgement.acknowledged or ()), sorted(wanted), "acknowledged")]


def acknowledges_nothing(post: Exchange) -> list[Finding]:
    """Compare: the acknowledgement is served, counts 0 and names nothing."""
    acknowledgement = facts.acknowledgement(post)
    findings = [served(post)]
    if post.says("Acknowledgement", "count"):
        findings.append(same(acknowledgement.count, 0, "count"))
    if says_what_was_done(post):
        findings.append(same(list(acknowledgement.acknowledged or ()), [], "acknowledged"))
    return findings


def acknowledges_none_but(post: Exchange, wanted: Collection[str]) -> list[Finding]:
    """Compare: the acknowledgement is served, and names no report but `wanted`, neither as marked nor as not found."""
    acknowledgement = facts.acknowledgement(post)
    named = {"acknowledged": acknowledgement.acknowledged, "not_found": acknowledgement.not_found}
    others = {what: [report for report in names or () if report not in wanted] for what, names in named.items()}
    compared = [fact(not names, f"no other report in {what}", quote_value(names)) for what, names in others.items()]
    return [served(post), *(compared if post.succeeded else ())]


def acknowledges_each(post: Exchange, wanted: Collection[str]) -> list[Finding]:
    """Compare: the acknowledgement, if served, names each of `wanted` once as newly marked, and none as not found."""
    if not post.succeeded:
        return []
    acknowledgement = facts.acknowledgement(post)
    done, missed = (
        sorted(report for report in names or () if report in wanted)
        for names in (acknowledgement.acknowledged, acknowledgement.not_found)
    )
    findings = [served(post), fact(not missed, "found", f"{quote_value(missed)} in not_found")]
    return [*findings, same(done, sorted(wanted), "acknowledged")] if says_what_was_done(post) else findings


def says_what_was_done(post: Exchange) -> bool:
    """Tell whether an answer to an acknowledgement names what it marked: a dialect may leave that out."""
    return post.says("Acknowledgement", "acknowledged")


def finds_all(post: Exchange) -> list[Finding]:
    """Compare: the acknowledgement names no report that it did not find, where it says so at all."""
    if not post.says("Acknowledgement", "not_found"):
        return []
    return [same(list(facts.acknowledgement(post).not_found or ()), [], "not_found")]


def _amount(word: str, report_ids: Sequence[str]) -> str:
    if not report_ids:
        return "so it is"
    more = f" and {len(report_ids) - FEW} more" if len(report_ids) > FEW else ""
    return f"one {word} {quote_value(', '.join(report_ids[:FEW]))}{more}"
