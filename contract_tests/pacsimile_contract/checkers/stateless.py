"""No state between calls: no cookies, no methods in headers, the same answer on any connection."""

from collections.abc import Iterator
from urllib.parse import parse_qsl, unquote_plus, urlsplit

from pacsimile_contract import facts
from pacsimile_contract.checkers.common import describe_answer, quote_value, same
from pacsimile_contract.checkers.description_match import described_content
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.part import Finding, Part, fact, form, not_exercised, part
from pacsimile_contract.findings.registry import checker, whole_run
from pacsimile_contract.findings.story import Story
from pacsimile_spec import operations
from pacsimile_spec.operation_ids import API_OPERATIONS

BAD_REQUEST = 400

METHOD_OVERRIDES = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")
"""Headers by which some frameworks let a call name another method than it has."""


@whole_run
@checker("SEC-7", "no-cookies")
def sets_no_cookies(story: Story) -> Iterator[Part]:
    """Judge every answer of a run."""
    for answered in story.exchanges:
        if answered.answer is not None:
            cookies = [value.partition("=")[0] for value in answered.headers("Set-Cookie")]
            yield part("no-cookies", form(not cookies, "no Set-Cookie", f"one of {quote_value(cookies)}"), on=answered)


@checker(
    "SEC-7",
    "get-stays-get",
    "post-stays-post",
    operations={"listReports": ["get-stays-get", "post-stays-post"], "acknowledgeReports": ["post-stays-post"]},
)
def keeps_its_method(story: Story) -> Iterator[Part]:
    """Judge listings that say POST in a header (`get/<header>`) by the listing `after`, and a POST that says GET."""
    for label, asked in story.below("get"):
        after = story.last("after")
        findings = (_as_before(asked, after, f"a listing, in spite of {label}"),)
        yield part("get-stays-get", *findings, on=(after, asked))
    for label, asked in story.below("post"):
        got = asked.json if isinstance(asked.json, dict) else {}
        silent = not asked.says("Acknowledgement", "acknowledged") and asked.succeeded and "reports" not in got
        words = f"an acknowledgement, in spite of {label}"
        acknowledges = fact("acknowledged" in got or silent, words, describe_answer(asked))
        yield part("post-stays-post", acknowledges, on=asked)


CALLS = ("status", "order-ids", "result")
"""Calls that are made twice, under conditions that must not matter."""


@checker("PROTO-5", "cookie", "connection", "unrelated-calls", "refusals")
def answers_alike(story: Story) -> Iterator[Part]:
    """Judge calls (`plain/<call>`) made again: with cookies, on another connection, after unrelated calls.

    A call that is refused (`refused/before`) is refused alike (`refused/again`), whatever was refused between.
    """
    for again in story.all("refused/again"):
        before = story.last("refused/before")
        yield part("refusals", same(_faults(again), _faults(before), "refused as before, for"), on=(before, again))
    plain, later = dict(story.below("plain")), dict(story.below("plain-again"))
    moved = {call for call, answer in plain.items() if call in later and not _as_before(later[call], answer, "").holds}
    for name in ("cookie", "connection", "unrelated-calls"):
        for call, again in story.below(name):
            if call in moved:
                yield not_exercised(name, "what was asked for changed meanwhile")
            elif call in plain:
                yield part(name, _as_before(again, plain[call], "the same answer"), on=(plain[call], again))


def _faults(refused: Exchange) -> list[str | int | None]:
    """Return a refusal's status and reason, and the parameters that its errors name, each as often as they do."""
    problem = facts.problem(refused)
    return [refused.status, problem.reason, *sorted(str(name) for name, _ in problem.errors)]


@whole_run
@checker("PROTO-5", "own-errors")
def names_its_own_errors(story: Story) -> Iterator[Part]:
    """Judge the errors of every refusal with 400: none names a parameter that earlier calls alone have sent.

    Which of its own parameters a refusal names, and how it spells them, is left open; so are the names of a dialect.
    """
    earlier: dict[str, Exchange] = {}
    for asked in story.exchanges:
        sent = unquote_plus(asked.request.url).casefold()
        if asked.operation in API_OPERATIONS and asked.dialect is None:
            if asked.status == BAD_REQUEST and (errors := facts.problem(asked).errors):
                known = {parameter.name.casefold() for parameter in operations()[asked.operation].parameters}
                names = [name for name, _ in errors if name and name.casefold() not in known]
                carried = [name for name in names if name in earlier and name.casefold() not in sent + _body(asked)]
                finding = form(not carried, "errors of this call alone", f"{quote_value(carried)} of a former call")
                yield part("own-errors", finding, on=(*(earlier[name] for name in carried[:1]), asked))
            for name, _ in parse_qsl(urlsplit(asked.request.url).query, keep_blank_values=True):
                earlier.setdefault(name, asked)


def _body(asked: Exchange) -> str:
    return (asked.request.body or b"").decode("utf-8", "replace").casefold()


def are_alike(again: Exchange, before: Exchange) -> bool:
    """Tell whether both answers have the same status and the same described content."""
    return again.status == before.status and described_content(again) == described_content(before)


def _as_before(again: Exchange, before: Exchange, what: str) -> Finding:
    """Compare the described content of both answers; further members, such as a trace's name, may differ."""
    return fact(
        are_alike(again, before),
        f"{what}: {describe_answer(before)}",
        "another answer" if again.status == before.status else describe_answer(again),
    )
