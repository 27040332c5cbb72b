r"""Text from outside, made fit to be shown: what a terminal, a page or a CI runner would obey is written as its escape.

Runners read commands from a job's output: GitHub's a line that begins with `::name`, its older form and Azure's
`##[name` and `##vso[name` anywhere in a line, TeamCity's `##teamcity[`. So the first colon becomes `\x3a`, the second
sign `\x23`, whoever wrote the line.
"""

import re
import unicodedata

_KEPT = frozenset("\n\t")
_ESCAPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories that are never shown: controls, directional marks, surrogates, private and unassigned characters,
and line separators that no terminal knows."""
_COMMAND = re.compile(r"^([^\S\n]*):(?=:\s*[A-Za-z])", re.MULTILINE)
_MARKED_COMMAND = re.compile(r"#(?=#[\w.-]*\[)")


def printable(text: str, *, kept: frozenset[str] = _KEPT) -> str:
    r"""Return a text with everything that is no visible sign as its escape (`\x1b`, `\u202e`), but for those `kept`.

    No line of it is a command to a CI runner.
    """
    if text.isprintable():
        return inert(text)
    return inert("".join(character if character in kept else _escape(character) for character in text))


def inert(text: str) -> str:
    """Return a text in which a CI runner takes no line for a command. Call it again on assembled lines."""
    if "::" not in text and "##" not in text:
        return text
    return _MARKED_COMMAND.sub(r"\\x23", _COMMAND.sub(r"\1\\x3a", text))


def inert_json(text: str) -> str:
    r"""Return JSON with what a terminal or a CI runner would obey in JSON's own escapes: the same document."""
    if text.isprintable() and "##" not in text:
        return text
    shown = "".join(
        character if character in _KEPT or character.isprintable() else _escape_json(character) for character in text
    )
    return shown.replace("##", "\\u0023\\u0023")


def one_line(text: str) -> str:
    """Return a text on one line: each run of white space becomes one space, and the rest is printable."""
    return printable(" ".join(text.split()))


def _escape(sign: str) -> str:
    if unicodedata.category(sign) not in _ESCAPED:
        return sign
    return sign.encode("unicode_escape").decode()


def _escape_json(sign: str) -> str:
    if unicodedata.category(sign) not in _ESCAPED:
        return sign
    units = sign.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
