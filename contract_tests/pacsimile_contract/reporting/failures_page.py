"""What fails, at the top of a page: each failure in four lines, with a link to its evidence."""

from pacsimile_contract.reporting.failure import Failure, failure
from pacsimile_contract.reporting.grounds import Grounds
from pacsimile_contract.reporting.html.markup import Markup, element
from pacsimile_contract.reporting.html.page import section
from pacsimile_contract.reporting.html.requirement_page import badge, slug
from pacsimile_contract.reporting.words import most_harmful_first
from pacsimile_contract.run.events import RunFinished


def failures_section(done: RunFinished) -> Markup | None:
    """Return the section of what is broken or could not be judged, the most harmful first; None where nothing is."""
    broken = most_harmful_first(done.judgements)
    if not broken:
        return None
    grounds = Grounds(done)
    items = (_item(failure(one, done, grounds)) for one in broken)
    return section("failures", "What fails, the most harmful first", element("ol", *items, class_="failures"))


def _item(told: Failure) -> Markup:
    row = told.judgement.requirement
    head = element(
        "p", badge(told.judgement.verdict), " ", element("a", row.named, href=f"#{row.id}"), class_="failure-title"
    )  # fmt: skip
    got = told.got + (f" (part {told.part}{f', and {told.others} more' if told.others else ''})" if told.part else "")
    rows = (("asked", told.asked), ("expected", told.expected), ("got", got))
    pairs = [one for name, text in rows if text for one in (element("dt", name), element("dd", text))]
    return element(
        "li", head, element("dl", *pairs, class_="compared"), class_=f"failure {slug(told.judgement.verdict)}"
    )
