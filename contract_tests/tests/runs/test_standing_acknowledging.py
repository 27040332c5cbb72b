"""Runs against a standing service: what is marked as received there, by which words, and saved before."""

import json
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contract_tests.tests.helpers import real_service
from contract_tests.tests.helpers.judged_run import judgement, parts, reasons
from contract_tests.tests.helpers.real_queue import Queue
from contract_tests.tests.helpers.real_service import BROKEN, answer
from pacsimile_contract.errors import UsageError
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.run.events import Acknowledging, Event
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.runner import run
from pacsimile_contract.target.model import Target

Start = Callable[[Callable[[str, str, bytes], Any]], Any]
BATCHES = ("BATCH-5", "BATCH-8", "BATCH-10", "BATCH-11")


def test_acknowledging_takes_both_words(serve: Start, tmp_path: Path) -> None:
    """With one of them, no POST leaves. The word for another organization is a mistake: nothing at all is asked."""
    word = {"acknowledge_allowed": True, "acknowledge_organization": "org-a"}
    cases: list[tuple[dict[str, Any], str | None]] = [(word, None), ({}, "org-a")]
    for more, allow in cases:
        server = serve(Queue().say)
        options = Options(requirements=BATCHES, allow_acknowledge=allow, report=tmp_path)
        done = run(server.target(listing_allowed=True, **more), options)
        assert not [path for method, path, _, _ in server.requests if method == "POST" and "token" not in path]
        assert "--allow-acknowledge" in reasons(done, "BATCH-5")
        vain = [
            one for one in done.notes if one.startswith(f"--allow-acknowledge {allow} has no effect: the target file ")
        ]
        assert len(vain) == (0 if allow is None else 1)
    assert not (tmp_path / "private").exists()
    server = serve(Queue().say)
    target = server.target(listing_allowed=True, **word)
    with pytest.raises(UsageError, match="org-b has no effect: the target file allows it only for org-a"):
        run(target, Options(requirements=BATCHES, allow_acknowledge="org-b"))
    assert not server.requests


def test_what_is_acknowledged_is_told_and_saved_before(serve: Start, tmp_path: Path) -> None:
    """Three reports at most, in a file of the owner's alone, before the POST arrives."""
    queue, told = Queue(), []
    server = serve(queue.say)
    queue.on_post = lambda: told.append(len(list((tmp_path / "private").glob("acknowledged-*.json"))))

    def listen(event: Event) -> None:
        if isinstance(event, Acknowledging):
            told.append((event.organization, event.count, event.file))

    target = server.target(listing_allowed=True, acknowledge_allowed=True, acknowledge_organization="org-a")
    done = run(target, Options(requirements=BATCHES, allow_acknowledge="org-a", report=tmp_path), [listen])
    assert [judgement(done, one).verdict for one in BATCHES] == [Verdict.PASS] * 4
    assert not [note for note in done.notes if "allow-acknowledge" in note]
    assert len(queue.left) == len(real_service.ORDERS) - 3
    assert told[:2] == [("org-a", 2, "private/acknowledged-1.json"), 1]
    saved = tmp_path / "private" / "acknowledged-1.json"
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    reports = json.loads(saved.read_text("utf-8"))["last_listing"]["reports"]
    assert [one["order_id"] for one in reports] == list(real_service.ORDERS)[:2]


def test_without_a_report_folder_nothing_is_acknowledged(serve: Start) -> None:
    """The listing could not be saved."""
    server = serve(Queue().say)
    target = server.target(listing_allowed=True, acknowledge_allowed=True, acknowledge_organization="org-a")
    done = run(target, Options(requirements=BATCHES, allow_acknowledge="org-a"))
    assert "needs --report DIR" in reasons(done, "BATCH-5")
    assert not [path for method, path, _, _ in server.requests if method == "POST" and "token" not in path]


def test_a_service_that_ignores_the_limit_keeps_its_reports(serve: Start, tmp_path: Path) -> None:
    """A POST would acknowledge all of them: BATCH-13's fault, nobody's loss."""

    def say(method: str, path: str, body: bytes) -> Any:
        return queue.say(method, path.replace("limit=2", "limit=9"), body)

    queue = Queue()
    target = serve(say).target(listing_allowed=True, acknowledge_allowed=True, acknowledge_organization="org-a")
    done = run(target, Options(requirements=("BATCH-5",), allow_acknowledge="org-a", report=tmp_path))
    assert "blocked by BATCH-13" in reasons(done, "BATCH-5")
    assert len(queue.left) == len(real_service.ORDERS)


@pytest.mark.parametrize("exclusive", [False, True])
def test_another_client_may_acknowledge_meanwhile(serve: Start, tmp_path: Path, exclusive: bool) -> None:
    """A report that vanishes from a standing organization is a FAIL only where nobody else acknowledges."""
    queue = Queue()
    queue.on_post = lambda: queue.left.remove(queue.left[-1])
    target = serve(queue.say).target(
        listing_allowed=True, acknowledge_allowed=True, acknowledge_organization="org-a", exclusive=exclusive
    )
    done = run(target, Options(requirements=("BATCH-5",), allow_acknowledge="org-a", report=tmp_path))
    verdict = parts(done, "BATCH-5")["last-listing-alone"].verdict
    assert verdict is (Verdict.FAIL if exclusive else Verdict.NOT_EXERCISED)


@pytest.mark.parametrize("done_", [True, False])
def test_an_acknowledgement_answered_500_may_be_done_or_not(serve: Start, tmp_path: Path, done_: bool) -> None:
    """Either way BATCH-5 is not broken by it; that it failed is PROTO-3's."""
    queue = Queue()

    def say(method: str, path: str, body: bytes) -> Any:
        if method == "POST" and path.startswith("/reports"):
            if done_:
                queue.say(method, path, body)
            return BROKEN
        return queue.say(method, path, body)

    target = serve(say).target(listing_allowed=True, acknowledge_allowed=True, acknowledge_organization="org-a")
    wanted = ("BATCH-5", "BATCH-14", "PROTO-3")
    done = run(target, Options(requirements=wanted, allow_acknowledge="org-a", report=tmp_path))
    assert judgement(done, "BATCH-5").verdict is Verdict.NOT_EXERCISED
    assert parts(done, "BATCH-14")["wholly-or-not"].verdict is Verdict.PASS
    assert judgement(done, "PROTO-3").verdict is Verdict.FAIL


def test_half_an_acknowledgement_is_a_failure(serve: Start, tmp_path: Path) -> None:
    """Answered 500, and one of two reports is gone."""
    queue = Queue()

    def say(method: str, path: str, body: bytes) -> Any:
        if method == "POST" and path.startswith("/reports"):
            queue.left = list(real_service.ORDERS)[1:]
            return BROKEN
        return queue.say(method, path, body)

    target = serve(say).target(listing_allowed=True, acknowledge_allowed=True, acknowledge_organization="org-a")
    options = Options(requirements=("BATCH-14",), allow_acknowledge="org-a", report=tmp_path)
    done = run(target, replace(options, requirements=("BATCH-5", "BATCH-14")))
    assert parts(done, "BATCH-14")["wholly-or-not"].verdict is Verdict.FAIL


def test_a_declared_lack_is_no_lack(serve: Start) -> None:
    """`acknowledge: {allowed: false}`: N/A with the reason, and the operation need not answer."""
    target: Target = serve(answer).target(listing_allowed=True, declared=frozenset({"acknowledge"}))
    done = run(target, Options(accept_not_exercised=("*",)))
    assert judgement(done, "BATCH-5").verdict is Verdict.NOT_APPLICABLE
    assert "acknowledge: {allowed: false}" in judgement(done, "BATCH-5").summary
    assert not [one for one in done.notes if one.startswith("never answered")]
