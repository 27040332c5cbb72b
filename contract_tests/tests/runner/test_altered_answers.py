"""Real identifiers that are by chance part of something else in a stored answer: nothing fails because of that."""

import json
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pacsimile_contract.evidence.exchange import Answer, Exchange, Request
from pacsimile_contract.findings.part import Finding, Part, fact, part
from pacsimile_contract.findings.reasons import open_because
from pacsimile_contract.findings.registry import Checker
from pacsimile_contract.findings.story import Step, Story
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.redacted import REDACTED, EvaluatorOfStored
from pacsimile_contract.redaction.redactor import Redactor
from pacsimile_contract.reporting.history_file import records
from pacsimile_contract.run.events import RunFinished
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.replay import replay
from pacsimile_contract.runner.runner import run
from pacsimile_contract.runner.stored_run import Stored, load_run
from pacsimile_contract.transcript.alteration import alters_exchange, alters_story

JUDGED = ("GROUP-1", "RESULTS-1", "BATCH-1", "PROTO-1")
WRONG = (Verdict.WARN, Verdict.ERROR, Verdict.FAIL)
Store = Callable[..., tuple[Stored, list[dict[str, Any]]]]


@pytest.fixture(scope="module")
def done(small_target: Any) -> RunFinished:
    """Return a run against a right service that marks its documents as synthetic."""
    finished = run(small_target, Options(level="smoke", requirements=JUDGED))
    assert not _wrong(finished)
    return finished


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Return a function that stores a run which knew some patients' identifiers, and gives it as it is read again."""
    file = tmp_path_factory.mktemp("stored") / "history.jsonl"

    def stored(done: RunFinished, *patients: str) -> tuple[Stored, list[dict[str, Any]]]:
        redactor = Redactor("salt")
        redactor.add_identifiers([("group", text) for text in patients], harmless=False)
        written = list(records(replace(done, redactor=redactor)))
        file.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in written), "utf-8")
        return load_run(file), written

    return stored


def _wrong(done: RunFinished) -> set[str]:
    return {part.check for judged in done.judgements for part in judged.parts if part.verdict in WRONG}


@pytest.fixture(scope="module")
def texts(done: RunFinished) -> list[str]:
    """Return bodies, and names and values of headers, of the answers that carry the synthetic mark."""
    marked = [exchange.answer for exchange in done.exchanges if exchange.is_synthetic and exchange.answer]
    bodies = {answer.body.decode() for answer in marked if answer.body.isascii()}
    return sorted({*bodies, *(text for answer in marked for pair in answer.headers for text in pair if len(text) > 3)})


def test_a_right_run_is_right_again_whatever_an_identifier_is_a_part_of(
    done: RunFinished, store: Store, texts: list[str]
) -> None:
    """Any few characters of an answer: of a UID, a time, a number, a status, a member's name, a media type."""
    draw = random.Random(7)
    for text in draw.choices(texts, k=20):
        start = draw.randint(0, len(text) - 4)
        patient = text[start : start + draw.randint(4, 9)]
        assert not _wrong(replay(store(done, patient)[0])), patient


@pytest.mark.parametrize("place", ["uid", "time", "status", "member", "media type", "mark"])
def test_a_part_of_anything_stays_hidden(done: RunFinished, store: Store, place: str) -> None:
    """What an identifier is a part of is stored without it, and marked; what cannot be judged for it is named."""
    report = next(
        exchange.json for exchange in done.exchanges if exchange.operation == "getGroupReport" and exchange.json
    )
    parts = {
        "uid": report["orders"][0]["study_uid"][-13:-6], "time": report["created_at"][2:9], "status": "MPLETE",
        "member": "tudy_ui", "media type": "icatio", "mark": "NTHETI",
    }  # fmt: skip
    stored, written = store(done, parts[place])
    altered = [record for record in written if record.get("altered") and record.get("operation") == "getGroupReport"]
    assert altered
    assert not [record for record in altered if parts[place] in json.dumps([record["body"], record["headers"]])]
    again = replay(stored)
    assert not _wrong(again)
    if place == "uid":
        assert any("because identifiers are redacted" in note and "PROTO-1/" in note for note in again.notes)


def test_a_parameter_or_a_label_that_reads_as_an_identifier_is_altered() -> None:
    """A group may be named as a limit reads; a parameter that names a group may say so."""
    redactor = Redactor("salt")
    redactor.add_identifiers([("group", "1000")], harmless=False)
    for name, altered in (("limit", True), ("study_group", False)):
        asked = Exchange(1, Request("GET", f"http://127.0.0.1/report?{name}=1000", given={name: "1000"}))
        assert alters_exchange(asked, {}, redactor, is_token=False) is altered
    for label, altered in (("limit/1000", True), ("limit/10", False)):
        assert alters_story(Story(steps=[Step(label, asked)]), redactor) is altered


def test_what_was_wrong_beside_it_is_wrong_again(done: RunFinished, store: Store) -> None:
    """A fault elsewhere in the very answer that has an identifier as a part of a UID."""
    faulty, _ = store(done)
    answered = next(
        exchange for exchange in faulty.exchanges.values() if exchange.operation == "getGroupReport" and exchange.json
    )
    assert answered.answer is not None
    uid, body = answered.json["orders"][0]["study_uid"], answered.body.replace(b'"COMPLETED"', b'"FINISHED"')
    answered.answer = replace(answered.answer, body=body, raw=body)
    del answered.json
    answered.is_synthetic = True
    judged = replay(faulty)
    assert "PROTO-1/getGroupReport" in _wrong(judged)
    stored, written = store(judged, uid[-13:-6])
    assert [record for record in written if record.get("altered") and record["number"] == answered.number]
    assert _wrong(replay(stored)) == _wrong(judged)


def _said(verdict: str | None, *findings: Finding, altered: bool = True, beside: bool = False) -> Part:
    """Return what is said of a check that had a verdict, of an exchange beside another one that may be altered."""
    asked, other = _exchange(altered=altered and not beside), _exchange(altered=altered and beside)
    checker = Checker("PROTO-1", "fits", ("part",), lambda _: [part("part", *findings, on=asked)])
    verdicts = {} if verdict is None else {"PROTO-1/part": verdict}
    story = Story(steps=[Step("asked", asked), Step("other", other)])
    (only,) = EvaluatorOfStored(verdicts)(checker, story)
    return only


def _exchange(*, altered: bool) -> Exchange:
    answer = Answer(200, (), b"{}", b"{}")
    return Exchange(1, Request("GET", "http://127.0.0.1/status"), answer, altered=altered)


def test_what_does_not_hold_is_left_open_only_where_redaction_may_be_why() -> None:
    """Where the run found nothing wrong; of a check that it did not have, where the answer itself is altered."""
    right, wrong = fact(True, "a UID", "a UID"), fact(False, "a UID", "7group:1")
    assert _said("PASS", right, wrong).findings == (right,)
    assert _said("PASS", wrong) == replace(_said("PASS", wrong), findings=(), unjudged=open_because(REDACTED))
    assert _said("PASS", wrong, beside=True).unjudged == open_because(REDACTED)
    assert _said(None, wrong).unjudged == open_because(REDACTED)
    assert _said("FAIL", right, wrong).findings == (right, wrong)
    assert _said("PASS", wrong, altered=False).findings == (wrong,)
    assert _said(None, wrong, beside=True).findings == (wrong,)


def test_a_checker_that_fails_by_what_was_redacted_is_no_error() -> None:
    """Whether the run had the check or not; without anything altered it is one."""

    def crashes(_: Story) -> list[Part]:
        raise KeyError

    checker, verdicts = Checker("PROTO-1", "crashes", ("part",), crashes), {"PROTO-1/part": "NOT-EXERCISED"}
    for altered, why in ((True, open_because(REDACTED)), (False, None)):
        for known in (verdicts, {}):
            (said,) = EvaluatorOfStored(known)(checker, Story(altered=altered))
            assert said.unjudged is not None
            assert said.unjudged == why or (why is None and said.unjudged.verdict is Verdict.ERROR)
