"""Judges a stored run again, without a server: the same checkers on the stories of `history.jsonl`."""

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pacsimile_contract.errors import UsageError
from pacsimile_contract.evidence.exchange import Answer, Exchange, Headers, Request
from pacsimile_contract.evidence.history import Step, Story
from pacsimile_contract.evidence.registry import checkers
from pacsimile_contract.evidence.verdict import Profile, Verdict
from pacsimile_contract.judging.allowances import count
from pacsimile_contract.judging.bench import Bench, left_by_level
from pacsimile_contract.judging.declared_absent import shows_nothing
from pacsimile_contract.judging.exit_status import exit_status, unanswered_operations
from pacsimile_contract.judging.selection import selected
from pacsimile_contract.redaction.redactor import Redactor
from pacsimile_contract.run.events import RequirementJudged, RunFinished
from pacsimile_contract.run.retries import AGAIN
from pacsimile_contract.run.run import Options
from pacsimile_contract.runner.play_scenario import Told
from pacsimile_contract.target.model import Client, Target
from pacsimile_spec import requirements


@dataclass
class Stored:
    """What `history.jsonl` holds."""

    run: dict[str, Any] = field(default_factory=dict)
    exchanges: dict[int, Exchange] = field(default_factory=dict)
    told: Told = field(default_factory=list)


def load_run(path: Path) -> Stored:
    """Read a stored run: a report folder, or its `history.jsonl`; UsageError where it is none."""
    file = path / "history.jsonl" if path.is_dir() else path
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
    stored = Stored()
    for number, line in enumerate(lines, 1):
        try:
            _take(stored, json.loads(line))
        except (ValueError, KeyError, TypeError, IndexError):
            raise UsageError(f"{file}:{number}: is no record of a stored run") from None
    if not stored.run:
        raise UsageError(f"{file}: holds no run; expected the history.jsonl of `pacsimile verify --report DIR`")
    return stored


def _take(stored: Stored, record: dict[str, Any]) -> None:
    kind = record["record"]
    if kind == "run":
        stored.run = record
    elif kind == "exchange":
        stored.exchanges[record["number"]] = _exchange(record)
    elif kind == "story":
        steps = [Step(label, stored.exchanges[number]) for label, number in record["steps"]]
        stopped = (Verdict(record["stopped"][0]), record["stopped"][1]) if record["stopped"] else None
        story = Story(record["scenario"], steps, record["values"], stopped, record.get("attempt", 1))
        stored.told.append((story, tuple((name, checker) for name, checker in record["judged_by"])))


def _exchange(record: dict[str, Any]) -> Exchange:
    request = Request(
        record["method"], record["url"], _headers(record["sent"]), operation=record["operation"],
        client=record["client"], given=record["given"],
        body=record["sent_body"].encode() if "sent_body" in record else None, cut=record.get("cut"),
        raw=record["sent_raw"].encode("latin-1", "replace") if "sent_raw" in record else None,
    )  # fmt: skip
    exchange = Exchange(record["number"], request, None, record.get("failure"), record["started"], record["ended"])
    exchange.at = record.get("at")
    if "status" in record:
        body, known = _body(record["body"])
        exchange.answer = Answer(record["status"], _headers(record["headers"]), body, body, record["version"])
        exchange.jwt, exchange.body_known = record["jwt"], known
        if "carried" in record:
            exchange.carried = tuple((str(what), bool(repeated)) for what, repeated in record["carried"])
    return exchange


def _headers(pairs: Iterable[list[str]]) -> Headers:
    return tuple((name, value) for name, value in pairs)


def _body(stored: dict[str, Any]) -> tuple[bytes, bool]:
    if "text" in stored:
        return stored["text"].encode(), True
    if "base64" in stored:
        return base64.b64decode(stored["base64"]), True
    return (json.dumps(stored["facts"]).encode() if "facts" in stored else b""), False


def replay(stored: Stored, profile: Profile | None = None, patterns: tuple[str, ...] = ()) -> RunFinished:
    """Judge a stored run again, possibly under another profile, or some requirements alone."""
    judged_under: Profile = profile or stored.run["profile"]
    wanted = selected(patterns or tuple(stored.run["requirements"]))
    bench = Bench(judged_under, stored.run.get("away", {}), level=stored.run["level"])
    known, notes = checkers(), []
    for stories, judged_by in told_again(stored.told):
        keys = [key for key in judged_by if key[0] in wanted]
        unknown_keys = [key for key in keys if key not in known]
        notes += [f"{name}: this version has no checker {check}: not judged again" for name, check in unknown_keys]
        bench.hear_all([known[key] for key in keys if key in known], stories, judged_under)
    exchanges = tuple(stored.exchanges[number] for number in sorted(stored.exchanges))
    again = next((story for story, _ in stored.told if story.scenario == AGAIN), None)
    bench.hear_run(exchanges, wanted, None, again)
    unknown = sum(not one.body_known for one in exchanges)
    if unknown:
        notes.append(f"{unknown} bodies were not stored (no synthetic mark): what needs them is not judged again")
    return _finished(stored, bench, wanted, exchanges, judged_under, notes)


def told_again(told: Told) -> list[tuple[list[Story], tuple[tuple[str, str], ...]]]:
    """Return each story, together with those that its scenario told again right after."""
    found: list[tuple[list[Story], tuple[tuple[str, str], ...]]] = []
    for story, judged_by in told:
        if story.attempt > 1 and found:
            found[-1][0].append(story)
        else:
            found.append(([story], judged_by))
    return found


def _finished(
    stored: Stored, bench: Bench, wanted: list[str], exchanges: tuple[Exchange, ...], profile: Profile, notes: list[str]
) -> RunFinished:
    judgements = bench.judgements(wanted)
    chosen = [one for one in judgements if one.requirement.id in wanted]
    whole = len(wanted) == len(requirements())
    nobody = Client("primary", "", "")
    options = Options(stored.run["level"], stored.run["seed"], tuple(stored.run["requirements"]))
    counted = count(chosen, (), (), strict=False, left=left_by_level(chosen, options.level))
    away = stored.run.get("operations_away", [])
    lacking = unanswered_operations(exchanges, whole_run=whole, declared_away=away)
    status = exit_status(chosen, counted, lacking, shown=not shows_nothing(chosen, away))
    return RunFinished(
        target=Target(stored.run["target"], stored.run["target"], {"primary": nobody}),
        options=options,
        profile=profile,
        run_id=stored.run["run_id"],
        redactor=Redactor(all_synthetic=True),
        judgements=judgements,
        exchanges=exchanges,
        told=stored.told,
        requests=stored.run["requests"],
        seconds=stored.run["seconds"],
        exit_status=int(status),
        notes=notes,
    )


def events_of(done: RunFinished) -> Iterable[RequirementJudged | RunFinished]:
    """Yield what a listener would have heard of a replayed run."""
    for judgement in done.judgements:
        yield RequirementJudged(judgement)
    yield done
