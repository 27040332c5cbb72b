"""Scopes: which are granted, and which calls each allows."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from pacsimile_contract import facts
from pacsimile_contract.checkers.common import by_operation, describe_answer, gives_no_token, quote_value, served
from pacsimile_contract.dialects.vocabulary import scopes_meant
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.part import Finding, Part, fact, form, not_exercised_while_broken, part
from pacsimile_contract.findings.registry import checker, whole_run
from pacsimile_contract.findings.story import Story
from pacsimile_spec import operations
from pacsimile_spec.operation_ids import API_OPERATIONS, TOKEN_OPERATIONS
from pacsimile_spec.scopes import SCOPES


def _echoed(asked: Exchange, narrowed: str) -> list[Finding]:
    expected = scopes_meant(asked.dialect, [narrowed])
    scopes = facts.token(asked).scopes
    words = f"scope {' '.join(sorted(expected))}"
    scope_text = quote_value(None if scopes is None else " ".join(sorted(scopes)))
    return [
        fact(scopes is None or scopes <= expected, f"no more than {words}", scope_text),
        form(scopes == expected, words, scope_text),
    ]


@checker("AUTH-6", "unknown", "beyond-the-client", "narrower", "narrower-opens-no-more", "default")
def grants_what_is_the_clients(story: Story) -> Iterator[Part]:
    """Judge requests for scopes of a client that has those of `limited`: `unknown`, `beyond`, `narrower`, `default`.

    Those of `standard` name a scope that other services know, and this one may grant.
    The token of `narrower` is then used for what it names (`own`) and for what it left out (`left-out`).
    """
    for name, label in (("unknown", "unknown"), ("beyond-the-client", "beyond")):
        for asked in story.all(label):
            yield part(name, gives_no_token(asked, (400,), "invalid_scope"), on=asked)
    for label, asked in story.below("standard"):
        granted = facts.token(asked).scopes
        name = story.given(f"standard/{label}")["value"]
        if granted is None or name not in granted:  # a service may know such a scope as its own
            yield part("unknown", gives_no_token(asked, (400,), "invalid_scope"), on=asked)
    for asked in story.all("narrower"):
        yield part("narrower", served(asked), _echoed(asked, story.given("narrowed")["value"]), on=asked)
    for asked in story.all("default"):
        yield part("default", _default(asked, scopes_meant(asked.dialect, story.given("limited")["scopes"])), on=asked)
    yield from _use(story)


def _echoes_more(asked: Exchange, narrowed: str) -> bool:
    return facts.token(asked).scopes != scopes_meant(asked.dialect, [narrowed])


def _default(asked: Exchange, most: frozenset[str]) -> list[Finding]:
    scopes = facts.token(asked).scopes
    scope_text = quote_value(None if scopes is None else " ".join(sorted(scopes)))
    return [
        served(asked),
        fact(scopes is None or scopes <= most, f"scopes among {quote_value(' '.join(sorted(most)))}", scope_text),
        form(bool(scopes), "the default scopes in the answer", scope_text),
    ]


def _use(story: Story) -> Iterator[Part]:
    """Judge the narrowed token, unless the service looks at no scope at all (`control`): AUTH-14 judges that."""
    for opened in story.all("own"):
        let_in = fact(opened.status not in (401, 403), "the scope that it names opens", describe_answer(opened))
        yield part("narrower", let_in, on=opened)
    for left_out in story.all("left-out"):
        if left_out.succeeded and story.last("control").succeeded:
            yield not_exercised_while_broken("narrower-opens-no-more", "AUTH-14")
        elif not _echoes_more(story.last("narrower"), story.given("narrowed")["value"]):
            refusal = fact(not left_out.succeeded, "a refusal", describe_answer(left_out))
            yield part("narrower-opens-no-more", refusal, on=(story.last("narrower"), left_out))


@whole_run
@checker("AUTH-6", "every-token")
def grants_what_is_asked(story: Story) -> Iterator[Part]:
    """Judge every answer of a run that hands out a token for scopes that were asked for: those, and no more."""
    for asked in story.exchanges:
        named = asked.given.get("scope", "").split()
        if named and asked.operation in TOKEN_OPERATIONS and facts.gives_token(asked) and set(SCOPES).issuperset(named):
            scopes, wanted = facts.token(asked).scopes, scopes_meant(asked.dialect, named)
            words, scope_text = f"scope {' '.join(sorted(wanted))}", quote_value(" ".join(sorted(scopes or ())))
            if scopes is not None:
                surplus = fact(scopes <= wanted, f"no more than {words}", scope_text)
                yield part("every-token", surplus, form(scopes == wanted, words, scope_text), on=asked)


@whole_run
@checker("AUTH-6", "one-default")
def grants_one_default(story: Story) -> Iterator[Part]:
    """Judge every token of a run that was asked for without a scope: a client gets the same scopes each time."""
    first_of: dict[str, Exchange] = {}
    for asked in story.exchanges:
        if asked.operation not in TOKEN_OPERATIONS or asked.request.client is None or _names_scopes(asked):
            continue
        scopes = facts.token(asked).scopes
        if facts.gives_token(asked) and scopes is not None:
            first = first_of.setdefault(asked.request.client, asked)
            default = facts.token(first).scopes or frozenset()
            expected = f"scope {' '.join(sorted(default))}, as before"
            yield part("one-default", fact(scopes <= default, expected, _joined(scopes)),
                       form(scopes == default, expected, _joined(scopes)), on=(first, asked))  # fmt: skip


def _names_scopes(asked: Exchange) -> bool:
    """Tell whether a token request names scopes. An empty `scope` names none (RFC 6749 section 3.2)."""
    sent = (asked.request.body or b"") + urlsplit(asked.request.url).query.encode()
    return bool(asked.given.get("scope", "") if "scope" in asked.given else b"scope" in sent)


def _joined(scopes: frozenset[str]) -> str:
    return quote_value(" ".join(sorted(scopes)))


@checker("AUTH-14", *API_OPERATIONS, "whole-names")
def needs_the_scope(story: Story) -> Iterator[Part]:
    """Judge calls without the operation's scope.

    The token of `cold/<op>` opened nothing yet, that of `warm/<op>` just opened another operation, and that of
    `whole/<op>` carries scopes that only resemble the operation's.
    """
    for operation, asked in by_operation(story, "cold", "warm"):
        yield part(operation, _lacking(asked), on=asked)
    for _, asked in story.below("whole"):
        yield part("whole-names", _lacking(asked), on=asked)


def _lacking(asked: Exchange) -> list[Finding]:
    findings = [
        fact(not asked.succeeded, "a refusal", describe_answer(asked)),
        form(asked.status == 403, "403", describe_answer(asked)),
    ]
    if asked.status != 403 or not asked.says_header("WWW-Authenticate"):
        return findings
    errors = [parameters.get("error") for name, parameters in facts.challenges(asked) if name == "bearer"]
    wanted = 'WWW-Authenticate: Bearer with error="insufficient_scope"'
    challenged = form("insufficient_scope" in errors, wanted, quote_value(errors) if errors else "no challenge")
    return [*findings, challenged, *_scopes_named(asked)]


def _scopes_named(asked: Exchange) -> list[Finding]:
    """Compare the scopes that a challenge names, if any: the operation's own is among them (RFC 6750 section 3).

    In a dialect they are not compared, since it has its own names for scopes.
    """
    needed = operations()[str(asked.operation)].scope
    if asked.dialect is not None or needed is None:
        return []
    challenges = [parameters for name, parameters in facts.challenges(asked) if name == "bearer"]
    return [
        form(needed in parameters["scope"].split(), f"the needed scope, {needed}", quote_value(parameters["scope"]))
        for parameters in challenges
        if parameters.get("error") == "insufficient_scope" and "scope" in parameters
    ]


@checker("AUTH-16", *API_OPERATIONS)
def ingestion_opens_nothing(story: Story) -> Iterator[Part]:
    """Judge calls with a token that carries `ingest.write` alone (`ingest/<op>`)."""
    for operation, asked in by_operation(story, "ingest"):
        refusal = fact(not asked.succeeded, "a refusal", describe_answer(asked))
        yield part(operation, refusal, form(asked.status in (401, 403), "403 or 401", describe_answer(asked)), on=asked)
