"""Writes `history.jsonl`, the exchanges and stories of a run, from which it can be judged again."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pacsimile_contract.files import new_file
from pacsimile_contract.findings.registry import parts_of
from pacsimile_contract.findings.story import Story
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.declared_absent import not_applicable_by_declaration, optional_operations
from pacsimile_contract.judging.judgement import Judgement
from pacsimile_contract.redaction.redactor import Redactor
from pacsimile_contract.reporting.report_json import dialect_of, versions
from pacsimile_contract.run.events import Event, InventoryTaken, RunFinished
from pacsimile_contract.transcript.alteration import alters_story
from pacsimile_contract.transcript.recorded import recorded


def records(
    done: RunFinished, inventory: Sequence[str] = (), finished_at: str | None = None
) -> Iterator[dict[str, Any]]:
    """Yield the records of a run: one `run`, then each `exchange`, then each `story`."""
    redactor = done.redactor
    away = {check: why.text for check, why in not_applicable_by_declaration(done.target).items()}
    yield {
        "record": "run", "run_id": done.run_id, "target": done.target.base_url, **dialect_of(done),
        "clients": list(done.target.clients), "world_of_its_own": done.target.world_of_its_own,
        "profile": done.profile, "level": done.options.level, "seed": done.options.seed,
        "requirements": list(done.options.requirements), "away": away,
        "operations_away": optional_operations(done.target),
        "verdicts": _verdicts(done.judgements), **({"unseen": done.unseen.text} if done.unseen else {}),
        "unusable": done.unusable, "diagnosis": redactor.redact_own_text(done.diagnosis) if done.diagnosis else None,
        "requests": done.requests, "seconds": done.seconds, "settle": done.target.limits.settle,
        "finished_at": finished_at, "inventory": [redactor.redact_own_text(line) for line in inventory],
        "versions": dict(versions()),
        "records": {"exchange": len(done.exchanges), "story": len(done.stories)},
    }  # fmt: skip
    for exchange in done.exchanges:
        yield {"record": "exchange", **recorded(exchange, redactor)}
    for story, judged_by in done.stories:
        yield _story(story, judged_by, redactor)


def _verdicts(judgements: Iterable[Judgement]) -> dict[str, str]:
    """Return the verdict of each check of the judged requirements. A check without a part is NOT-EXERCISED."""
    judged = [judgement for judgement in judgements if judgement.parts]
    requirements = [judgement.requirement.id for judgement in judged]
    checks = (f"{requirement}/{name}" for requirement in requirements for name in parts_of(requirement))
    verdicts = {part.check: part.verdict.value for judgement in judged for part in judgement.parts}
    return dict.fromkeys(checks, Verdict.NOT_EXERCISED.value) | verdicts


def _story(story: Story, judged_by: tuple[tuple[str, str], ...], redactor: Redactor) -> dict[str, Any]:
    own, stopped = redactor.redact_own_text, story.stopped
    values = {own(label): _values(values, redactor) for label, values in story.values.items()}
    altered = {"altered": True} if not redactor.all_synthetic and alters_story(story, redactor) else {}
    return {
        "record": "story", "scenario": story.scenario, "attempt": story.attempt, **altered,
        "judged_by": [list(pair) for pair in judged_by],
        "steps": [[own(step.label), step.exchange.number] for step in story.steps], "values": values,
        "stopped": [stopped.verdict.value, own(stopped.text)] if stopped else None,
    }  # fmt: skip


def _values(values: Any, redactor: Redactor) -> Any:
    """Return the values of a scenario, redacted; scopes stay, since they are words of a token answer."""
    written = redactor.redact_json(values)
    if isinstance(values, Mapping) and "scopes" in values and not redactor.all_synthetic:
        written["scopes"] = redactor.unmarked.value(values["scopes"], "scope")
    return written


class HistoryJsonl:
    """Writes `history.jsonl` into a folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "history.jsonl"
        self._inventory: Sequence[str] = ()

    def __call__(self, event: Event) -> None:
        """Write the file at the end of the run."""
        if isinstance(event, InventoryTaken):
            self._inventory = event.lines
        if isinstance(event, RunFinished):
            now = datetime.now(UTC).isoformat(timespec="seconds")
            with new_file(self._path) as file:
                for record in records(event, self._inventory, now):
                    file.write(json.dumps(record, ensure_ascii=False, default=str) + "\n")
