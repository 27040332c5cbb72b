"""Patterns that are sought in what a target sent take a time that grows with its length, and not with its square.

A match in C holds the interpreter: nothing could end it from outside.
"""

import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from pacsimile_contract.checkers import disclosure
from pacsimile_contract.documents import csv_report, fhir, text_measurements
from pacsimile_contract.documents.statement import amount
from pacsimile_contract.evidence.exchange import Answer, Exchange, Request
from pacsimile_contract.facts import challenges
from pacsimile_contract.redaction.redactor import Redactor
from pacsimile_contract.rules import csv_rules

LONG = 1_000_000
NARROW = Redactor(all_synthetic=True)


def challenged(value: str) -> object:
    """Read a challenge."""
    return challenges(Exchange(1, Request("GET", "http://127.0.0.1/"), Answer(401, (("WWW-Authenticate", value),))))


SOUGHT: dict[str, Callable[[], object]] = {
    "tokens": lambda: NARROW.redact_wire_text("eyJaaaaaaaa" * (LONG // 11)),
    "tokens with a dot": lambda: NARROW.redact_wire_text("eyJaaaaaaaa" * (LONG // 11) + "."),
    "tokens of a shell": lambda: NARROW.shell_word("eyJaaaaaaaa" * (LONG // 11)),
    "challenges": lambda: challenged("a" * LONG + "\x01"),
    "challenges that do not end": lambda: challenged('a="' + '\\"' * LONG),
    "tags": lambda: list(fhir._texts({"div": "<" * LONG})),
    "quoted fields": lambda: list(csv_rules._breaches(b'"' + b'""' * LONG)),
    "rows": lambda: csv_report._group(b'"' * LONG),
    "blank lines of a trace": lambda: disclosure._TRACES.search("\n" * LONG),
    "spaces of a trace": lambda: disclosure._TRACES.search(" \n" * LONG + "at "),
    "dots of a trace": lambda: disclosure._TRACES.search("a." * LONG),
    "capitals of a trace": lambda: disclosure._TRACES.search("a.A" * LONG),
    "spaces before a number": lambda: list(
        text_measurements.text_measurements(("Nodule" + " " * LONG + "x",), "Nodule")
    ),
    "spaces behind a number": lambda: list(
        text_measurements.text_measurements(("Nodule 8" + " " * LONG + "(",), "Nodule")
    ),
}
"""What is sought in what, each in a way that would not end before long."""
PATIENCE = 60


@pytest.mark.parametrize(
    "group", [list(SOUGHT)[:5], list(SOUGHT)[5:8], list(SOUGHT)[8:]], ids=["heads", "bodies", "texts"]
)
def test_no_pattern_takes_for_ever(group: list[str]) -> None:
    """In a process of its own, which can be ended."""
    calls = f"for name in {group!r}: SOUGHT[name](); print(name, flush=True)"
    script = f"from contract_tests.tests.test_patterns import SOUGHT\n{calls}"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.stdout.splitlines() == group, done.stderr


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Bearer eyJabcdefgh.abc.def", "Bearer $TOKEN"), ("xeyJabcdefgh.abc.def", "x$TOKEN"),
        ("eyJa.eyJabcdefgh.abc.def,eyJabcdefgh.abc.", "eyJa.$TOKEN,$TOKEN"), ("eyJabcdefgh.abc", "eyJabcdefgh.abc"),
        ("eyJeyJabcdefgh.a.b", "$TOKEN"), ("a-eyJa-eyJabcdefgh..", "a-$TOKEN"),
    ],
)  # fmt: skip
def test_a_token_is_found_wherever_it_begins(text: str, shown: str) -> None:
    """Within a word, and behind what only begins as one."""
    assert NARROW.redact_wire_text(text) == shown
    assert NARROW.redact_own_text(text) == shown


@pytest.mark.parametrize(
    "line",
    [
        "Traceback (most recent call last)", '  File "/srv/a.py", line 7', "   at com.x.Y(Z.java:7)",
        "java.lang.IllegalStateException: x", "  /srv/a.go:7", "  from /srv/a.rb:7:in x", "x.y.Z.b.CError: x",
    ],
)  # fmt: skip
def test_a_trace_is_found(line: str) -> None:
    """In any line."""
    assert disclosure._TRACES.search(f"\n\n{line}\n")


@pytest.mark.parametrize(
    "text", ["1e999999999", "-1e401", "1e-999999999", "NaN", "sNaN", "Infinity", "", "x", "9" * 101]
)
def test_a_number_with_which_nobody_can_calculate_is_no_amount(text: str) -> None:
    """As a measurement of HL7, DICOM or FHIR may write it."""
    assert amount(text) is None
    assert amount("-1.50") == Decimal("-1.50")
