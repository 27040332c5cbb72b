"""What all answers of a run may take together: memory, identifiers, bodies that are written, time to judge them."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pacsimile_contract.client.pacing import Pace
from pacsimile_contract.client.transport import Transport
from pacsimile_contract.errors import BudgetSpent, OutOfTime
from pacsimile_contract.evidence import bounds, exchange, history
from pacsimile_contract.evidence.exchange import Answer, Exchange, Request
from pacsimile_contract.evidence.history import History
from pacsimile_contract.redaction.redactor import Redactor
from pacsimile_contract.reporting.html.exchange_view import Context, exchange_view
from pacsimile_contract.run import run as run_module
from pacsimile_contract.run.run import Run
from pacsimile_contract.runner import stored_run, watchdog
from pacsimile_contract.runner.watchdog import Watchdog
from pacsimile_contract.target.model import Client, Limits, Target
from pacsimile_contract.transcript.recorded import recorded

JSON = (("Content-Type", "application/json"),)
TARGET = Target("http://127.0.0.1:1", "http://127.0.0.1:1/oauth2", {"primary": Client("primary", "client-1", "s3cr3t")})


def answered(body: bytes) -> Exchange:
    """Return an exchange that was answered with this JSON."""
    request = Request("GET", "http://127.0.0.1:1/reports", operation="listReports")
    return Exchange(0, request, Answer(200, JSON, body, body))


def listing(count: int, first: int = 0) -> Exchange:
    """Return an exchange whose answer names so many orders and bears the synthetic mark."""
    named = [f"O-{number:07}" for number in range(first, first + count)]
    return answered(json.dumps({"synthetic": True, "order_ids": named}).encode())


def test_what_the_reports_store_of_a_run_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """A body beyond it is a digest, in `history.jsonl` as on the page; what comes later and fits is stored still."""
    kept, redactor = History(), Redactor(all_synthetic=True)
    small, large = answered(b'{"a": 1}'), listing(2_000)
    monkeypatch.setattr(kept, "_left_to_store", 3 * bounds.cost_of_writing(large.body) // 2)
    asked = [replace(large, request=large.request), replace(large, request=large.request), small]
    for one in asked:
        kept.append(one)
    assert [one.may_store_body for one in asked] == [True, False, True]
    for one in asked:
        body = recorded(one, redactor)["body"]
        page = str(exchange_view(one, Context(redactor, {}), decisive=True))
        assert ("text" in body) is one.may_store_body
        assert ("The body is not stored" in page) is not one.may_store_body
        assert stored_run._exchange(recorded(one, redactor), stored_run.Stored()).body_was_stored is one.may_store_body


def test_a_long_body_is_not_stored() -> None:
    """However much of the run's bound is left."""
    asked = answered(b" " * (bounds.LONGEST_STORED + 1))
    History().append(asked)
    assert not asked.may_store_body


def test_many_values_cost_more_than_their_bytes() -> None:
    """To write a million short numbers takes ten times as long as one text of two mebibytes."""
    assert bounds.cost_of_writing(b"1," * 1000) > 5 * bounds.cost_of_writing(b"x" * 2000)


def test_what_is_not_stored_is_not_read_again_for_the_reports(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither for its bounds, nor for its mark, nor for each of its headers: nothing could stop that any more."""
    monkeypatch.setattr(history, "LONGEST_STORED", 100)
    run = Run(TARGET)
    asked = listing(1_000)
    assert asked.exceeded_bound is None
    run.history.append(asked)
    run.supply(["another"])
    del vars(asked)["json"]

    def never(*words: Any, **named: Any) -> None:
        raise AssertionError("it is read again")

    monkeypatch.setattr(exchange, "read_json", never)
    monkeypatch.setattr(exchange, "estimate_memory", never)
    assert recorded(asked, run.redactor)["body"].keys() == {"sha256_salted", "length"}
    assert recorded(asked, run.redactor)["headers"] == [["Content-Type", "application/json"]]


def test_an_answer_that_names_too_many_identifiers_passes_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """It loses its body, and none of them is known."""
    monkeypatch.setattr(run_module, "MOST_IDENTIFIERS", 10)
    run = Run(TARGET)
    asked = listing(11)
    run.history.append(asked)
    assert (asked.exceeded_bound, asked.json, asked.body) == ("more than 10 identifiers", None, b"")
    assert not run.named


def test_a_run_whose_answers_name_too_many_identifiers_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each answer is lawful, and all together are too much to be known: nothing is asked any more."""
    monkeypatch.setattr("pacsimile_contract.client.transport.MOST_IDENTIFIERS", 10)
    run = Run(TARGET)
    for first in (0, 10):
        run.history.append(listing(10, first))
    transport: Transport = run.transport
    with pytest.raises(BudgetSpent, match="not reached: the answers of the run name more than 10 identifiers"):
        transport.send(Request("GET", "http://127.0.0.1:1/reports", operation="listReports"))


def test_what_is_asked_counts_as_what_is_answered() -> None:
    """A long token goes with each call, and each call is kept."""
    kept = History()
    kept.append(Exchange(0, Request("GET", "http://127.0.0.1:1/", (("Authorization", "x" * 60_000),)), Answer(200, ())))
    assert kept.size > 60_000


MEMORY = """
import resource
from contract_tests.tests.runner.test_bounds_of_a_run import TARGET, listing
from pacsimile_contract.run.run import Run
run = Run(TARGET)
run.history.append(listing(60_000))
taken = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (taken + (110 << 20),) * 2)
for _ in range(24):
    run.history.append(listing(60_000))
print(len(run.named))
"""


def test_the_same_identifiers_are_in_memory_once() -> None:
    """A queue that is listed often names the same reports each time: an answer adds its bytes, and little beside.

    What is read of them has a bound of its own (48 MiB), and 24 answers are enough to pass the sum if each added more.
    """
    done = subprocess.run(
        [sys.executable, "-c", MEMORY],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=Path(__file__).parents[3],
    )
    assert (done.returncode, done.stdout) == (0, "60000\n"), done.stderr[-500:]


def _over(dog: Watchdog, work: Callable[[], object]) -> bool:
    try:
        dog.watch(work, 0.05)
    except OutOfTime:
        return True
    return False


def test_all_work_beyond_the_runs_time_shares_one_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each piece may end by itself, and a dozen of them do not take a dozen times as long: the last are not begun."""
    for name, value in (("POLL_INTERVAL", 0.01), ("STOP_TIMEOUT", 0.05), ("GRACE_OF_ALL", 0.3)):
        monkeypatch.setattr(watchdog, name, value)
    dog = Watchdog(Pace(Limits(max_time=60.0), iter([0.0, *[1000.0] * 10_000]).__next__), lambda: None)
    assert not _over(dog, lambda: None)
    waiting, begun = threading.Event(), []
    ends = [_over(dog, lambda: begun.append(1) or waiting.wait(20)) for _ in range(50)]  # type: ignore[func-returns-value]
    waiting.set()
    assert all(ends)
    assert 0 < len(begun) < 10
