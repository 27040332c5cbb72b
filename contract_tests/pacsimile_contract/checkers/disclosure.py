"""What no answer of a run may disclose: secrets, stack traces, unescaped parameters."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from urllib.parse import parse_qsl, unquote, unquote_plus, urlsplit

from pacsimile_contract import facts
from pacsimile_contract.checkers.common import texts_in
from pacsimile_contract.evidence import authorization
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.part import Part, fact, part
from pacsimile_contract.findings.registry import checker, whole_run
from pacsimile_contract.findings.story import Story
from pacsimile_contract.redaction.echoed_secrets import SHORTEST_SECRET, carried_secrets

INJECTED = "X-Pacsimile-Injected"
"""The header that a value with line breaks tries to add."""

_TRACES = re.compile(
    r"Traceback \(most recent call last\)"
    r"|^[ \t]+File \"[^\"\n]+\", line \d+"
    r"|^[ \t]*at [\w.$<>/ ]+\([^()\n]*:\d+(?::\d+)?\)"
    r"|^[ \t]*at [^\n()]+\([^()\n]*\) in [^\n]+:line \d+"
    r"|\bgoroutine \d+ \[|^[ \t]+[^\s:]+\.go:\d+"
    r"|\b[a-z]\w*\.[A-Z]\w*(?:Exception|Error): "
    r"|^#\d+ [^\n]+\.php\(\d+\)|\bin /[^\s:]+\.php(?: on line |:)\d+"
    r"|^[ \t]+from [^\s:]+\.rb:\d+:in ",
    re.MULTILINE,
)
"""Lines of stack traces as Python, the JVM and JavaScript, .NET, Go, PHP and Ruby print them."""

_HARMLESS = re.compile(r"[A-Za-z0-9._~:/@+=% -]*")
_TYPES_THAT_BROWSERS_RENDER = ("text/html", "application/xhtml+xml", "image/svg+xml", "text/xml", "application/xml", "")


@whole_run
@checker("SEC-5", "credentials", "instance", "markup", "header", "stack-trace")
def gives_nothing_away(story: Story) -> Iterator[Part]:
    """Judge every answer of a run by what its request carried."""
    for answered in story.exchanges:
        if answered.answer is None:
            continue
        yield from _credentials(answered)
        yield from _instance(answered)
        yield from _parameters(answered)
        if answered.status is not None and answered.status >= 400:
            trace = any(_TRACES.search(text) for text in texts_in(answered.json)) or _TRACES.search(_text(answered))
            yield part("stack-trace", fact(not trace, "no stack trace", "a stack trace"), on=answered)


def _credentials(answered: Exchange) -> Iterator[Part]:
    known = carried_secrets(answered) if answered.carried_secrets is None else answered.carried_secrets
    for what, repeated in known:
        good = fact(not repeated, f"an answer without the {what}", f"repeats the {what}")
        yield Part("credentials", (good,), (answered,))  # known also where the body was not stored


def _instance(answered: Exchange) -> Iterator[Part]:
    instance, query = facts.problem(answered).instance, urlsplit(answered.sent.url).query
    if instance is not None and query and answered.status is not None and answered.status >= 400:
        plain = unquote_plus(instance)
        has_query = query in instance or unquote_plus(query) in plain
        yield part(
            "instance", fact(not has_query, "an instance without the query", "an instance with the query"), on=answered
        )


def _parameters(answered: Exchange) -> Iterator[Part]:
    """Judge parameters that mean something to a browser or to HTTP: as text of a page, and in headers."""
    values = [value for pair in _asked(answered).items() for value in pair]
    elsewhere = [*map(unquote, urlsplit(answered.request.url).path.split("/")), *_of_body(answered)]
    headers = answered.received.headers if answered.received else ()
    for value in (*values, *elsewhere):
        if "<" in value and ">" in value:
            rendered = answered.media_type_received in _TYPES_THAT_BROWSERS_RENDER and value in _text(answered)
            yield part(
                "markup", fact(not rendered, "the parameter escaped in a page", "the parameter unescaped"), on=answered
            )
    for value in values:
        if len(value) >= SHORTEST_SECRET and not _HARMLESS.fullmatch(value):
            raw = any(name.lower() == INJECTED.lower() or value in text for name, text in headers)
            yield part("header", fact(not raw, "no parameter raw in a header", "a raw parameter"), on=answered)


def _asked(answered: Exchange) -> Mapping[str, str]:
    query = parse_qsl(urlsplit(answered.request.url).query, keep_blank_values=True, errors="replace")
    return {**answered.given, **dict(query)}


def _of_body(answered: Exchange) -> Iterator[str]:
    """Yield the names and values of a form, and the texts of JSON, that a request of moderate size had."""
    content = (answered.request.body or b"")[: 1 << 16].decode("utf-8", "replace")
    if content.lstrip().startswith(("{", "[")):
        with suppress(ValueError, RecursionError):
            yield from texts_in(json.loads(content))
    else:
        yield from (text for pair in parse_qsl(content, errors="replace") for text in pair)


def _text(answered: Exchange) -> str:
    return (answered.received.body if answered.received else b"")[: 1 << 20].decode("utf-8", "replace")


@checker("SEC-5", "malformed-basic")
def quotes_no_malformed_credentials(story: Story) -> Iterator[Part]:
    """Judge the refusals of HTTP Basic without a colon (`malformed-basic/…`): what it held may be the secret alone."""
    for _, asked in story.below("malformed-basic"):
        sent = authorization.read(asked.request.header("Authorization") or "").basic
        if sent is not None and not sent.exact and len(sent.client_id) >= SHORTEST_SECRET and asked.answer is not None:
            repeated = sent.client_id in _text(asked)
            finding = fact(not repeated, "an answer without what HTTP Basic held", "repeats what HTTP Basic held")
            yield part("malformed-basic", finding, on=asked)
