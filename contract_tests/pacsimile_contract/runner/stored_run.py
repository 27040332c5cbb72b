"""A stored run, read from `history.jsonl`: whole and checked, before anything is judged by it."""

import base64
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path
from types import NoneType
from typing import Any

from pacsimile_contract.dialects.answers import AnswerReader
from pacsimile_contract.errors import UsageError
from pacsimile_contract.evidence.exchange import Answer, Exchange, Headers, Request, Respelled
from pacsimile_contract.facts.identifier_members import IDENTIFIER_KINDS
from pacsimile_contract.findings.reasons import unjudged_of_stored
from pacsimile_contract.findings.registry import LEVELS
from pacsimile_contract.findings.story import Step, Story
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.runner.scenario_player import PlayedStories
from pacsimile_contract.target.dialects import stored_dialect
from pacsimile_contract.target.model import GivenDialect
from pacsimile_spec import given_files, requirements
from pacsimile_spec.dialects import DialectError
from pacsimile_spec.given_files import MIB, UnusableFile

MOST_BYTES, MOST_OF_A_LINE = 4096 * MIB, 64 * MIB
"""Of a stored run, and of one record: a body of 16 MiB in base64 and escapes fits."""
_EXPECTED = "expected the history.jsonl of `pacsimile verify --report DIR`"
_NUMBER = (int, float)
_MEMBERS: dict[str, dict[str, type | tuple[type, ...]]] = {
    "run": {
        "run_id": str, "target": str, "profile": str, "level": str, "seed": int, "requirements": list,
        "requests": int, "seconds": _NUMBER,
    },
    "exchange": {
        "number": int, "method": str, "url": str, "sent": list, "given": dict, "started": _NUMBER, "ended": _NUMBER,
    },
    "story": {"scenario": str, "steps": list, "values": dict, "judged_by": list},
}  # fmt: skip
"""What each kind of record must have, by type."""
_OPTIONAL: dict[str, type | tuple[type, ...]] = {
    "settle": _NUMBER, "unusable": bool, "unseen": str, "world_of_its_own": bool, "diagnosis": (str, NoneType),
}  # fmt: skip
"""What the record of the run may have, by type: earlier versions wrote less."""
_IDENTIFIER_HASH = re.compile(rf"\b({'|'.join(IDENTIFIER_KINDS)}):([0-9a-f]{{12}})")
"""What is written in the place of a real identifier (`Redactor.identifier`)."""


@dataclass
class Stored:
    """What `history.jsonl` holds."""

    run: dict[str, Any] = field(default_factory=dict)
    exchanges: dict[int, Exchange] = field(default_factory=dict)
    stories: PlayedStories = field(default_factory=list)
    dialect: GivenDialect | None = None


def load_run(path: Path) -> Stored:
    """Read a stored run: a report folder, or its `history.jsonl`; UsageError where it is none."""
    file = path / "history.jsonl" if path.is_dir() else path
    stored, number = Stored(), 0
    try:
        with given_files.opened(file, MOST_BYTES) as lines:
            while line := lines.readline(MOST_OF_A_LINE + 1):
                number += 1
                _take_line(stored, line)
        _check_whole(stored)
    except UnusableFile as error:
        raise UsageError(f"{file}: cannot be read: {error}; {_EXPECTED}") from None
    except _Damaged as error:
        raise UsageError(f"{file}:{max(number, 1)}: {error}; {_EXPECTED}") from None
    return stored


def _in_its_form(match: re.Match[str]) -> str:
    """Return a hash of an identifier in the form that identifiers of its kind have: a UID, or without the colon.

    A checker would otherwise find the form of what was written wrong, which the service never said.
    """
    kind, digits = match.groups()
    return f"2.25.{int(digits, 16)}" if kind == "study" else f"{kind}-{digits}"


class _Damaged(Exception):
    """What is wrong with a line of a stored run."""


def _take_line(stored: Stored, line: bytes) -> None:
    """Take one line, and check all that judging will read of it, so that no verdict is printed of a damaged run."""
    if len(line) > MOST_OF_A_LINE:
        raise _Damaged(f"is longer than {MOST_OF_A_LINE // MIB} MiB")
    if not line.endswith(b"\n"):
        raise _Damaged("is cut off: no line break at its end")
    try:
        record = json.loads(_IDENTIFIER_HASH.sub(_in_its_form, line.decode("utf-8")))
    except UnicodeDecodeError as error:
        raise _Damaged(f"is not UTF-8 (at byte {error.start})") from None
    except (ValueError, RecursionError):
        raise _Damaged("is no JSON") from None
    try:
        _check_members(record)
        _take(stored, record)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        raise _Damaged("is no record of a stored run") from None


def _check_members(record: dict[str, Any]) -> None:
    for name, kinds in _MEMBERS[record["record"]].items():
        if not isinstance(record[name], kinds) or isinstance(record[name], bool):
            raise TypeError(name)


def _check_whole(stored: Stored) -> None:
    """Check that nothing is missing at the end; runs of earlier versions did not say how much there is."""
    if not stored.run:
        raise _Damaged("holds no run")
    written = stored.run.get("records")
    if isinstance(written, dict) and written != {"exchange": len(stored.exchanges), "story": len(stored.stories)}:
        raise _Damaged("ends too early: records that the run had are missing")


def _take(stored: Stored, record: dict[str, Any]) -> None:
    kind = record["record"]
    if (kind == "run") == bool(stored.run):
        raise _Damaged("holds a second run" if stored.run else "stands before the record of the run")
    if kind == "run":
        _check_run(record)
        stored.run = record
        stored.dialect = _dialect(record.get("dialect"))
    elif kind == "exchange":
        if record["number"] in stored.exchanges:
            raise _Damaged(f"holds exchange {record['number']} a second time")
        stored.exchanges[record["number"]] = _exchange(record, stored)
    else:
        steps = [Step(label, stored.exchanges[number]) for label, number in record["steps"]]
        stopped = unjudged_of_stored(Verdict(record["stopped"][0]), record["stopped"][1]) if record["stopped"] else None
        story = Story(record["scenario"], steps, record["values"], stopped, record.get("attempt", 1))
        story.altered = record.get("altered") is True
        stored.stories.append((story, tuple((name, checker) for name, checker in record["judged_by"])))


def _dialect(record: Any) -> GivenDialect | None:
    """Return the dialect of a run; an earlier version wrote none."""
    if record is None:
        return None
    try:
        return stored_dialect(record["text"], str(record["name"]))
    except DialectError as error:
        raise _Damaged(f"holds a dialect that cannot be read: {error}") from None


def _check_run(record: dict[str, Any]) -> None:
    """Check what the run was judged by; a requirement or level of another version is told as that."""
    known = requirements()
    unknown = [wanted for wanted in record["requirements"] if not any(fnmatchcase(name, wanted) for name in known)]
    if unknown:
        raise _Damaged(f"was written by another version: there is no requirement {str(unknown[0])[:40]} in this one")
    if record["level"] not in LEVELS or record["profile"] not in ("strict", "documented"):
        raise _Damaged("was written by another version: this version does not have its level or profile")
    for name, kinds in _OPTIONAL.items():
        if name in record and not isinstance(record[name], kinds):
            raise TypeError(name)
    for verdict in record.get("verdicts", {}).values():
        Verdict(verdict)
    for name in ("inventory", "clients"):
        if not all(isinstance(text, str) for text in record.get(name, [])):
            raise TypeError(name)


def _exchange(record: dict[str, Any], stored: Stored) -> Exchange:
    dialect = stored.dialect.dialect if stored.dialect else None
    if not isinstance(record.get("status", 0), int) or not isinstance(record.get("failure"), str | None):
        raise TypeError("status or failure")
    sent = Request(
        record["method"], record["url"], _headers(record["sent"]), operation=record["operation"],
        client=record["client"], given=record["given"],
        body=record["sent_body"].encode() if "sent_body" in record else None, cut=record.get("cut"),
        raw=record["sent_raw"].encode("latin-1", "replace") if "sent_raw" in record else None,
    )  # fmt: skip
    exchange = Exchange(record["number"], sent, None, record.get("failure"), record["started"], record["ended"])
    exchange.at, exchange.altered = record.get("at"), record.get("altered") is True
    exchange.credential_words = _credentials(record, sent)
    if "contract" in record and dialect is not None:
        exchange.request = _in_contract(sent, record["contract"])
        exchange.respelled = Respelled(dialect, sent)
    if "status" in record:
        body, known = _body(record["body"])
        received = Answer(record["status"], _headers(record["headers"]), body, body, record["version"], _excess(record))
        exchange.answer = received
        if exchange.respelled is not None and dialect is not None:
            number = record["contract"].get("carried")
            carried = None if number is None else stored.exchanges[number]
            exchange.respelled = Respelled(dialect, sent, received, carried)
            exchange.answer = _read(exchange, received, record, known=known)
        exchange.jwt, exchange.body_was_stored = record["jwt"], known
        if "carried" in record:
            exchange.carried_secrets = tuple((str(what), bool(repeated)) for what, repeated in record["carried"])
    return exchange


def _credentials(record: dict[str, Any], sent: Request) -> tuple[tuple[str, tuple[str, ...]], ...] | None:
    """Return each Authorization header as words of curl, and the lines that make it; an earlier version wrote none."""
    if "credentials" not in record:
        return None
    found = tuple((words, tuple(lines)) for words, lines in record["credentials"])
    if not all(isinstance(text, str) for words, lines in found for text in (words, *lines)):
        raise TypeError("credentials")
    if len(found) != sum(name.lower() == "authorization" for name, _ in sent.headers):
        raise ValueError("credentials")
    return found


def _in_contract(sent: Request, record: dict[str, Any]) -> Request:
    """Return a request in the contract's spelling, of which the record keeps what differs."""
    if not isinstance(record["url"], str) or not isinstance(record.get("status", 0), int):
        raise TypeError("contract")
    return replace(sent, url=record["url"], body=record["sent_body"].encode() if "sent_body" in record else None)


def _read(exchange: Exchange, received: Answer, record: dict[str, Any], *, known: bool) -> Answer:
    """Return an answer in the contract's spelling. Of a body that was not stored, the facts are in it already."""
    assert exchange.respelled is not None
    reading, carried = AnswerReader(exchange.respelled.dialect), exchange.respelled.carried
    if known:
        return reading.read(exchange.request, received, carried.answer if carried else None)
    headers = reading.read(exchange.request, replace(received, body=b"")).headers
    return replace(received, status=record["contract"]["status"], headers=headers)


def _excess(record: dict[str, Any]) -> str | None:
    """Return which bound an answer passed; runs of earlier versions did not say."""
    excess = record.get("excess")
    if not isinstance(excess, str | None):
        raise TypeError("excess")
    return excess


def _headers(pairs: Iterable[list[str]]) -> Headers:
    if not all(isinstance(text, str) for pair in pairs for text in pair):
        raise TypeError("headers")
    return tuple((name, value) for name, value in pairs)


def _body(stored: dict[str, Any]) -> tuple[bytes, bool]:
    if not isinstance(stored, dict):
        raise TypeError("body")
    if "text" in stored:
        return stored["text"].encode(), True
    if "base64" in stored:
        return base64.b64decode(stored["base64"]), True
    return (json.dumps(stored["facts"]).encode() if "facts" in stored else b""), False
