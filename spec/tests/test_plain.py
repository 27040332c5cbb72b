"""What a terminal or a CI runner would obey is written as its escape, wherever a line begins."""

import json

import pytest

from pacsimile_spec.plain import inert_json, one_line, printable

COMMANDS = (
    "::error::x", "::error file=a,line=1::x", "::set-output name=a::b", "::add-mask::x", "::stop-commands::x",
    ":: error::x", "##[error]x", "##vso[task.setvariable variable=a]b", "##teamcity[buildStop]", "##[add-mask]x",
)  # fmt: skip


def obeyed(line: str) -> bool:
    """Whether a runner takes a line for a command: GitHub trims it, Azure looks anywhere in it."""
    shown = line.strip()
    return (shown.startswith("::") and shown[2:].strip()[:1].isalpha()) or any(
        mark in shown for mark in ("##[", "##vso[", "##teamcity[")
    )


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("before", ["", "  ", "\t", "ours\n", "ours\r", "ours\r\n  ", "\u2028", "\x1b[2K\r", "\u00a0"])
def test_no_line_is_a_command(command: str, before: str) -> None:
    """Whatever stands before it, in texts of several lines and of one."""
    assert obeyed(command)
    for shown in (printable(before + command), one_line(before + command), printable(command, kept=frozenset())):
        assert not [line for line in shown.splitlines() if obeyed(line)], shown
        assert "\r" not in shown and "\x1b" not in shown


@pytest.mark.parametrize("text", ["::1", "http://[::1]:80/", "a::b", "std::string", "## Heading", "#1 [x]", "a # [b]"])
def test_what_is_no_command_stays(text: str) -> None:
    """Addresses, headings and code."""
    assert printable(text) == one_line(text) == text


@pytest.mark.parametrize("text", [*COMMANDS, "\x1b[2J", "\u202e", "\u2028", "\x9b31m", "\U000e0041", "ä", "\ud800"])
def test_json_stays_the_same_document(text: str) -> None:
    """In JSON's own escapes."""
    shown = inert_json(json.dumps({"a": [text]}, ensure_ascii=False))
    assert json.loads(shown) == {"a": [text]}
    assert shown.isprintable() and "##" not in shown
