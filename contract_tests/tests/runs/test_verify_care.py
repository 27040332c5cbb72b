"""What `pacsimile verify` does before it changes or writes anything, and what it asks on a terminal."""

import os
import pty
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contract_tests.tests.helpers.command import COMMAND, environment, target_file, verify
from contract_tests.tests.helpers.real_queue import Queue
from contract_tests.tests.helpers.real_service import HIDDEN, answer, leaks

Start = Callable[..., Any]
WORDS = "listing: {allowed: true}\nacknowledge: {allowed: true, organization_id: org-a}\n"
BATCHES = ("--requirement", "BATCH-5", "--requirement", "BATCH-8")


def test_acknowledging_is_announced_and_saved_first(serve: Start, tmp_path: Path) -> None:
    """`--allow-acknowledge` with the target file's word: told, saved for its owner alone, and shown nowhere else."""
    queue, folder = Queue(), tmp_path / "report"
    saved: list[int] = []
    queue.on_post = lambda: saved.append(len(list(folder.glob("private/acknowledged-*.json"))))
    file = target_file(tmp_path, serve(queue.say).url, WORDS)
    done = verify("--target", file, *BATCHES, "-v", "--allow-acknowledge", "org-a", "--report", str(folder))
    assert done.returncode in (0, 3), done.stdout
    first = "acknowledging at most 2 reports of "
    assert done.stdout.index(first) < done.stdout.index("PASS BATCH-5")
    assert "this cannot be undone; saved first in private/acknowledged-1.json" in " ".join(done.stdout.split())
    assert saved
    assert saved[0] == 1
    written = [path.read_text("utf-8") for path in folder.iterdir() if path.is_file()]
    assert [leaks(text) for text in [*written, done.stdout.replace(f"{first}org-a", "")]] == [[]] * (len(written) + 1)


@pytest.mark.parametrize(("words", "status"), [((), 3), (("--allow-acknowledge", "org-b"), 2)])
def test_one_word_is_not_enough(serve: Start, tmp_path: Path, words: tuple[str, ...], status: int) -> None:
    """Nothing is acknowledged by the target file alone; another organization is a mistake of whoever types."""
    server = serve(Queue().say)
    done = verify("--target", target_file(tmp_path, server.url, WORDS), *BATCHES, *words, "--report", str(tmp_path))
    assert done.returncode == status
    assert not [path for method, path, _, _ in server.requests if method == "POST" and "token" not in path]


def on_a_terminal(url: str, said: bytes) -> tuple[str, str]:
    """Run `--init` with a terminal for questions, and say this; return what went to standard output, and the rest."""
    ours, theirs = pty.openpty()
    os.write(ours, said)
    with subprocess.Popen(
        [*COMMAND, "--init", url], stdin=theirs, stdout=subprocess.PIPE, stderr=theirs, text=True, env=environment()
    ) as process:
        out, _ = process.communicate(timeout=60)
    os.close(theirs)
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    return out, shown


@pytest.mark.parametrize(
    ("said", "line", "words"),
    [
        (b"y\n", "# listing: {allowed: true}     # once it is your own", "Then get one of your own for these tests"),
        (b"n\n", "\nlisting: {allowed: true}\n", "Does another program use the client"),
    ],
)
def test_who_else_uses_the_client_is_asked(serve: Start, said: bytes, line: str, words: str) -> None:
    """`--init` on a terminal: listing is only allowed by whoever says that nobody else lists by this client."""
    out, shown = on_a_terminal(serve(answer).url, said)
    assert line in out
    assert words in shown


def test_a_job_of_github_gets_the_summary(serve: Start, tmp_path: Path) -> None:
    """Where `GITHUB_STEP_SUMMARY` names a file, also without a report folder; nothing in it must be hidden."""
    summary = tmp_path / "step.md"
    verify(
        "--target", target_file(tmp_path, serve(answer).url, WORDS), "--level", "smoke",
        GITHUB_STEP_SUMMARY=str(summary),
    )  # fmt: skip
    text = summary.read_text("utf-8")
    assert "exit status" in text
    assert leaks(text) == []


def test_the_name_of_a_request_stays_clear(serve: Start, tmp_path: Path) -> None:
    """`X-Request-Id`: whoever runs the service asks for it."""

    def say(method: str, path: str, body: bytes) -> Any:
        found = answer(method, path, body)
        return (500, {**found[1], "X-Request-Id": "req-7f3a-500"}, found[2]) if found and "/orderId" in path else found

    folder = tmp_path / "report"
    verify("--target", target_file(tmp_path, serve(say).url, WORDS), "-k", "ORDERID-3", "--report", str(folder))
    for name in ("report.html", "history.jsonl"):
        assert "req-7f3a-500" in (folder / name).read_text("utf-8")


def test_nothing_hidden_is_known_by_chance() -> None:
    """What the tests above look for is long enough to be told from other words."""
    assert min(len(one) for one in HIDDEN if one != "F") >= 5
