"""The plugin of pytest, asked for all that pytest can show: nothing planted and no value of an error is in it."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from contract_tests.tests.helpers.planting_service import leaks, planting
from mock.tests.helpers.fork_server import prepared

ROOT = Path(__file__).parents[3]
ALL_SHOWN = (
    "-vv", "-rA", "-l", "--tb=long", "--full-trace", "-W", "default", "--log-level=DEBUG", "-o", "log_cli=true",
    "-o", "junit_logging=all",
)  # fmt: skip
SECRETS = {"T_ID": "client-1", "T_SECRET": "the-secret-of-client-1", "T_STATES": "states-token-of-ours"}
OVERTHROWN = """
import pacsimile_contract.pytest_plugin as plugin

def fails(exchange, redactor):
    raise {error}(exchange.body)

plugin.answer = fails
"""
"""A fault of ours, or Ctrl-C, where what a service answered is an argument and in the error's words."""


def shown(mode: str, folder: Path, *words: str, **more: str) -> tuple[int, dict[str, str]]:
    """Judge the planting service by `pytest --target`, with more variables in the environment.

    Returns:
        The exit status, and all that was written, by name.
    """
    with planting(mode) as target:
        given = {
            "base_url": target.base_url, "oauth2_endpoint": target.oauth2_endpoint, "organization_id": "org-a",
            "profile": "strict", "clients": {"primary": {"id": "T_ID", "secret": "T_SECRET"}},
            "states": {"url": target.states.url, "token": "T_STATES"} if target.states.url
            else {"fixtures": dict(target.states.fixtures)},
            "listing": {"allowed": True}, "probes": {"hostile_input": True},
            "limits": {"max_time": 25, "timeout": "5s", "max_requests": 400},
        }  # fmt: skip
        (folder / "target.json").write_text(json.dumps(given), "utf-8")
        command = [*prepared("pytest"), "-p", "no:cacheprovider", "contract_tests", *ALL_SHOWN, *words]
        done = subprocess.run(
            [*command, "--target", str(folder / "target.json"), "--junitxml", str(folder / "junit.xml")],
            cwd=ROOT,
            env={**os.environ, **SECRETS, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **more},
            capture_output=True,
            text=True,
            timeout=300,
        )
    return done.returncode, {
        "terminal": done.stdout + done.stderr,
        "junit.xml": (folder / "junit.xml").read_text("utf-8"),
    }


def seen(texts: dict[str, str]) -> list[tuple[str, str]]:
    """Return what is planted or secret in a text: the text's name, and what stands there."""
    secret = [
        (name, one) for name, text in texts.items() for one in SECRETS.values() if one in text and one != "client-1"
    ]
    return [*secret, *((name, spelt) for name, text in texts.items() for _, spelt in leaks(text))]


@pytest.mark.parametrize("mode", ["tokenless", "states"])
def test_nothing_planted_is_shown(mode: str, tmp_path: Path) -> None:
    """With tracebacks, variables, logs and warnings, on the terminal and in pytest's own JUnit report.

    With `states` a fifth of the calls and a quarter of the tokens are refused; `test_planted_words.py` has each mode.
    """
    status, texts = shown(mode, tmp_path)
    assert status == 1, texts["terminal"][-2000:]
    assert "FAIL PROTO-" in texts["terminal"] or "FAIL AUTH-" in texts["terminal"]
    assert seen(texts) == []


@pytest.mark.parametrize(("error", "status"), [("ValueError", 4), ("KeyboardInterrupt", 2)])
def test_what_ends_a_test_shows_no_values(error: str, status: int, tmp_path: Path) -> None:
    """Neither the words of a fault of ours nor the arguments and variables of a function that Ctrl-C ends."""
    (tmp_path / "overthrown.py").write_text(OVERTHROWN.format(error=error), "utf-8")
    words = ("-p", "overthrown", "--pacsimile-requirement", "STATUS-1")
    ended, texts = shown("answering", tmp_path, *words, PYTHONPATH=str(tmp_path))
    assert ended == status, texts["terminal"][-2000:]
    assert seen(texts) == []
