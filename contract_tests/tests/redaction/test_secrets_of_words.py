"""A secret that is one of our own words: what the wire says of it is hidden, our words stay, and nothing tells it."""

import io
import os
import random
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

import pytest

from contract_tests.tests.helpers import real_service
from pacsimile_contract.client.requests import basic
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.registry import checkers
from pacsimile_contract.findings.story import Step, Story
from pacsimile_contract.judging.bench import Bench
from pacsimile_contract.reporting.console import Console
from pacsimile_contract.reporting.folder import ReportFolder
from pacsimile_contract.reporting.terminal import Terminal
from pacsimile_contract.run.events import RequirementJudged, RunFinished, RunStarted
from pacsimile_contract.run.options import Options
from pacsimile_contract.run.run import Run
from pacsimile_contract.runner.replay import with_attempts
from pacsimile_contract.runner.runner import run
from pacsimile_contract.target.model import Client, Limits
from pacsimile_spec import requirements

Start = Callable[[Callable[[str, str, bytes], Any]], Any]
WORD = "s3kr7kq0ad"
"""What stands in the place of the secret while the run is made."""
FILES = {"report.html", "report.json", "junit.xml", "summary.md", "history.jsonl", "private", "pacsimile", "curl"}


def around(word: str) -> str:
    """Return a secret as only the wire says it."""
    return f"zq{word}qz"


def repeating(method: str, path: str, body: bytes) -> Any:
    """Answer as the real service does, with the secret in ids, states, types, titles, headers, media types."""
    reply = real_service.answer(method, path, body)
    if reply is None:
        return reply
    status, headers, content = reply
    if "/token" in path:
        return status, headers, content.replace(b'"all"', b'"status.read reports.read reports.ack"')
    secret = around(WORD)
    for old in ("ZK-2024", "urn:pacsimile:problem:", "final", "Wojciechowska", "2024-05-02T09"):
        content = content.replace(old.encode(), secret.encode())
    if "synthetic" in path or len(path) % 2:
        content = content.replace(b"{", b'{"synthetic": true, ', 1)
    headers = {**headers, "X-Order-Id": f"{secret}-1", "Allow": secret, "WWW-Authenticate": secret}
    if len(path) % 3 == 0:
        headers["Content-Type"] = f"application/{secret}"
    return status, headers, content


@pytest.fixture
def made(serve: Start) -> RunFinished:
    """Return a run against the service that repeats the secret."""
    client = Client("primary", "client-1", WORD, "org-a")
    target = serve(repeating).target(listing_allowed=True, limits=Limits(timeout=10.0), hostile_input=True)
    return run(replace(target, clients={"primary": client}), Options(level="smoke", seed=3))


def with_secret(done: RunFinished, word: str) -> dict[str, str]:
    """Return all that is written of the same run, had the secret been another."""
    target = replace(done.target, clients={"primary": Client("primary", "client-1", word, "org-a")})
    exchanges = {one.number: _said(one, word) for one in done.exchanges}
    told = [(_told(story, exchanges, word), judged_by) for story, judged_by in done.stories]
    bench, known = Bench("strict"), checkers()
    for stories, judged_by in with_attempts(told):
        bench.add_stories([known[one] for one in judged_by], stories, "strict")
    bench.add_whole_run(tuple(exchanges.values()), requirements(), None, Story())
    with mock.patch.dict(os.environ, {"PACSIMILE_SALT": "salt"}):
        known_run = Run(target, done.options)
    for one in exchanges.values():
        known_run._learn(one)
    finished = replace(
        done, target=target, redactor=known_run.redactor, judgements=bench.judgements(requirements()),
        exchanges=tuple(exchanges.values()), stories=told,
    )  # fmt: skip
    return _written(finished)


def _written(done: RunFinished) -> dict[str, str]:
    out = io.StringIO()
    with TemporaryDirectory() as folder:
        listeners = [
            ReportFolder(Path(folder)),
            Terminal(Console(out, colour=False), report=Path("a-report-of-words"), verbose=True),
        ]
        for listener in listeners:
            listener(RunStarted(done.target, done.options, "strict", done.run_id, (), done.redactor))
            for one in done.judgements:
                listener(RequirementJudged(one))
            listener(done)
        files = {str(one.relative_to(folder)): one.read_text("utf-8") for one in Path(folder).rglob("*.*")}
    return {name: _comparable(text) for name, text in {**files, "terminal": out.getvalue()}.items()}


def _comparable(text: str) -> str:
    """Return a text without hashes, which differ with what they are of, without times, and without its folds.

    A client's variable in braces is the same without.
    """
    text = re.sub(r"\$\{(CLIENT_[0-9]+)\}", r"$\1", text)
    text = re.sub(r"\b[0-9a-f]{12}\b|\b[0-9a-f]+…|\d+-\d+-\d+[T ]\d+:\d+(:\d+[+:0-9]+| UTC)", "#", text)
    return " ".join(text.split())


def _said(one: Exchange, word: str) -> Exchange:
    """Return an exchange with the other secret in the place of the first, in the request and in the answer."""
    request, answer = one.request, one.answer
    headers = tuple((name, basic("client-1", word) if value == basic("client-1", WORD) else _in(value, word))
                    for name, value in request.headers)  # fmt: skip
    asked = {_in(name, word): _in(value, word) for name, value in request.given.items()}
    body = None if request.body is None else request.body.replace(WORD.encode(), word.encode())
    if answer is not None:
        shown = tuple((_in(name, word), _in(value, word)) for name, value in answer.headers)
        answer = replace(answer, headers=shown, body=answer.body.replace(WORD.encode(), word.encode()))
    request = replace(request, url=_in(request.url, word), headers=headers, given=asked, body=body)
    return Exchange(one.number, request, answer, one.failure, one.started, one.ended, one.jwt)


def _told(story: Story, exchanges: dict[int, Exchange], word: str) -> Story:
    steps = [Step(_in(step.label, word), exchanges[step.exchange.number]) for step in story.steps]
    stopped = replace(story.stopped, text=_in(story.stopped.text, word)) if story.stopped else None
    return replace(story, steps=steps, values=_deep(story.values, word), stopped=stopped)


def _in(text: str, word: str) -> str:
    return text.replace(WORD, word)


def _deep(value: Any, word: str) -> Any:
    match value:
        case str():
            return _in(value, word)
        case dict():
            return {_in(name, word): _deep(member, word) for name, member in value.items()}
        case list() | tuple():
            return type(value)(_deep(one, word) for one in value)
    return value


@cache
def vocabulary() -> list[str]:
    """Return what we say: ids of requirements, names of parts, words of their sentences, names of files."""
    rows = requirements().values()
    words = {word for row in rows for word in re.findall(r"[A-Za-z_]{4,}", row.words)}
    parts = {part for checker in checkers().values() for part in checker.parts if len(part) > 3}
    notes = {
        "expected",
        "wrong",
        "exercised",
        "answer",
        "refusal",
        "report",
        "status",
        "needs",
        "media",
        "none",
        "with",
    }
    return sorted(words | parts | notes | {row.id for row in rows} | FILES)


def strong(word: str) -> str:
    """Return a secret of the same length and signs that nobody says."""
    return re.sub("[A-Za-z0-9]", lambda one: "k7q0v9x4z8w3j6"[one.start() % 14], word)


def test_our_words_stay_and_those_of_the_wire_do_not(made: RunFinished) -> None:
    """Whatever word of ours the secret is: reports read as they do with a strong one, and hide it where it was said."""
    words = random.Random("words of ours").sample([word for word in vocabulary() if not _is_sent(made, word)], 3)
    for word in ("report", "wrong", "AUTH-4", *words):
        _holds(made, word)


def _holds(made: RunFinished, word: str) -> None:
    found, usual = with_secret(made, word), with_secret(made, strong(word))
    outputs = {name for name in found if not name.startswith("private/")}
    assert len(outputs) == 6
    assert [name for name in outputs if around(word) in found[name] or around(strong(word)) in usual[name]] == []
    for name in outputs - {"history.jsonl", "report.html"}:  # these hold what was answered, in its own words
        assert _named(found[name], word) == _named(usual[name], word), name
        if not _may_be_said(made, word):
            assert found[name] == usual[name], name


def _named(text: str, word: str) -> str:
    return text.replace("$SECRET", word)


def _is_sent(done: RunFinished, word: str) -> bool:
    """Whether requests have the word, where it is quoted as a variable, which reads otherwise."""
    return any(word in one.request.url or word.encode() in (one.request.body or b"") for one in done.exchanges)


def _may_be_said(done: RunFinished, word: str) -> bool:
    """Whether answers have the word beside where they repeat the secret."""
    return any(word.encode() in (one.body + repr(one.answer and one.answer.headers).encode()) for one in done.exchanges)
