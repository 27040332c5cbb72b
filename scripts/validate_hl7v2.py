"""Check messages of the `hl7v2` type with hl7apy, with a second parser, and with our own rules.

    python scripts/validate_hl7v2.py            50 messages that it generates
    python scripts/validate_hl7v2.py FOLDER     the *.hl7 files in a folder

hl7apy parses them (tolerant, finding groups) and validates structure, cardinalities, data types, tables, lengths. `hl7`
must read the same segments. hl7v2_rules.py has the rest. Exit status 1: an error, or a warning that is not in
EXPLAINED. At the end, damaged messages show that each validator works.
"""

import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import hl7
import hl7v2_rules
import sample_reports
from hl7apy.consts import VALIDATION_LEVEL
from hl7apy.exceptions import HL7apyException
from hl7apy.parser import parse_message

from pacsimile_fixtures import reports

EXPLAINED = {
    "Warning: Value SCT not in table HL70396 in element OBX_3.CE_3",
    "Warning: Value SCT not in table HL70396 in element OBR_45.CE_3",
    "Warning: Value UCUM not in table HL70396 in element OBX_6.CE_3",
}
"""Wrong or unimportant remarks of hl7apy. docs/formats/hl7v2.md explains each."""

Validator = Callable[[bytes], list[str]]


def by_hl7apy(message: bytes) -> list[str]:
    """Return errors and warnings of hl7apy, and a group that it did not find."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report"
        report.touch()
        try:
            parsed = parse_message(message.decode(), validation_level=VALIDATION_LEVEL.TOLERANT, find_groups=True)
            groups = [group.name for group in parsed.children if group.name != "MSH"]
            parsed.validate(report_file=str(report))
        except (HL7apyException, UnicodeDecodeError, AttributeError) as error:  # the last one, if MSH-9 names nothing
            return report.read_text().splitlines() or [f"Error: {error}"]
        problems = [] if groups == ["ORU_R01_PATIENT_RESULT"] else [f"Error: groups are {groups}"]
        return problems + report.read_text().splitlines()


def by_hl7(message: bytes) -> list[str]:
    """Return differences between what the parser `hl7` reads and writes, and a header that it cannot find."""
    try:
        parsed = hl7.parse(message, encoding="utf-8")
        title = str(parsed.extract_field("MSH", 1, 9, 1, 3))
    except (hl7.HL7Exception, LookupError, UnicodeDecodeError) as error:
        return [f"Error: {error!r}"]
    same = str(parsed).encode() == message
    return [f"Error: the message is a {title}"] * (title != "ORU_R01") + ["Error: read and written differ"] * (not same)


VALIDATORS: dict[str, Validator] = {"hl7apy": by_hl7apy, "hl7": by_hl7, "rules": hl7v2_rules.problems}

DAMAGES: tuple[tuple[str, bytes, bytes], ...] = (
    ("hl7apy", b"\rOBR|", b"\rOBX|"),
    ("hl7apy", b"\rPV1|1|U|", b"\rPV1|1|Q|"),
    ("hl7apy", b"|T|2.5.1|", b"||2.5.1|"),
    ("hl7apy", b"||ORU^R01^ORU_R01|", b"|||"),
    ("hl7", b"^ORU_R01|", b"^ORU_R30|"),
    ("hl7", b"MSH|", b"MSG|"),
    ("rules", b"|T|2.5.1|", b"|P|2.5.1|"),
    ("rules", b"UNICODE UTF-8", b"8859/1"),
    ("rules", b"||RAD|", b"||XXX|"),
    ("rules", b"^^UCUM", b""),
    ("rules", b"|NM|", b"|TX|"),
    ("rules", b"^Base64^JVBER", b"^Base64^AAAAA"),
    ("rules", b"\rOBX|2|", b"\rOBX|3|"),
    ("rules", b"\rORC|RE|ORD", b"\rORC|RE|XRD"),
    ("rules", b"SYNTHETIC", b"\\.br\\"),
    ("rules", b"SYNTHETIC", b"\xff"),
)
"""A validator, and a replacement in a message that the validator must notice."""


def main() -> int:
    """Check the messages, and print a line for each problem. Return 2 for a folder without messages."""
    if len(sys.argv) > 1:
        messages = {file.name: file.read_bytes() for file in sorted(Path(sys.argv[1]).glob("*.hl7"))}
    else:
        contents = enumerate(sample_reports.contents(), start=1)
        messages = {f"{number:03d}.hl7": reports.render(each, "hl7v2") for number, each in contents}
    if not messages:
        print(f"validate_hl7v2: no *.hl7 in {sys.argv[1]}", file=sys.stderr)
        return 2
    failures = judge(messages) + overlooked(reports.render(next(sample_reports.contents(1)), "hl7v2"))
    return 1 if failures else 0


def judge(messages: dict[str, bytes]) -> int:
    """Print the problems of all messages. Return their number."""
    problems = [
        (name, validator, problem)
        for name, message in messages.items()
        for validator, validate in VALIDATORS.items()
        for problem in validate(message)
    ]
    failures = [each for each in problems if each[2] not in EXPLAINED]
    for name, validator, problem in failures:
        print(f"{name}: {validator}: {problem}")
    print(f"{len(messages)} messages: {len(failures)} problems found by {', '.join(VALIDATORS)}")
    for problem, times in sorted(Counter(each[2] for each in problems if each[2] in EXPLAINED).items()):
        print(f"explained: hl7apy: {problem} ({times} times)")
    return len(failures)


def overlooked(message: bytes) -> int:
    """Print the damages of a message that were not noticed. Return their number."""
    unseen = [
        (validator, old, new)
        for validator, old, new in DAMAGES
        if not set(VALIDATORS[validator](message.replace(old, new, 1))) - EXPLAINED
    ]
    for validator, old, new in unseen:
        print(f"{validator} does not see {new!r} in place of {old!r}")
    print(f"{len(DAMAGES)} damaged messages shown to the validators")
    return len(unseen)


if __name__ == "__main__":
    sys.exit(main())
