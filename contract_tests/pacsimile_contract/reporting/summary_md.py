"""Writes `summary.md`: a short summary of a run for a pull request or for a job of GitHub Actions."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from pacsimile_contract.files import new_file
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.judgement import Evidence, Judgement
from pacsimile_contract.reporting import markdown
from pacsimile_contract.reporting.failure import failure
from pacsimile_contract.reporting.prerequisites import open_reasons
from pacsimile_contract.reporting.presentation import (
    count_verdicts,
    exit_words,
    group_by_reason,
    selected,
    sort_judgements,
    with_titles,
)
from pacsimile_contract.reporting.rationale import Rationale
from pacsimile_contract.reporting.report_json import versions
from pacsimile_contract.run.events import Event, RunFinished
from pacsimile_contract.transcript.curl import answer, curl, traced

MOST_EXPLAINED = 20
"""The most requirements with evidence, since the summary of a job is limited to 1 MiB."""

_EXPLAINED = (Verdict.FAIL, Verdict.ERROR, Verdict.WARN)


def summary(done: RunFinished) -> str:
    """Return a finished run as Markdown."""
    return "\n".join(_lines(done)) + "\n"


def _lines(done: RunFinished) -> Iterator[str]:
    counts = ", ".join(f"{verdict.value} {number}" for verdict, number in count_verdicts(selected(done.judgements)))
    yield f"## Contract test: exit status {done.exit_status}, {exit_words(done)}"
    yield ""
    yield f"{markdown.code(done.target.base_url)}: {counts}."
    if done.diagnosis:
        yield f"\n**{markdown.text(done.redactor.redact_own_text(done.diagnosis))}**"
    rationale = Rationale(done)
    explained = [judgement for judgement in sort_judgements(done.judgements) if judgement.verdict in _EXPLAINED]
    for judgement in explained[:MOST_EXPLAINED]:
        yield from _judgement(judgement, done, rationale)
    if len(explained) > MOST_EXPLAINED:
        yield f"\nand {len(explained) - MOST_EXPLAINED} more: see report.html"
    yield from _not_judged(done)
    yield from (f"\n**{markdown.text(done.redactor.redact_own_text(note))}**" for note in done.notes)
    yield ""
    facts = [
        f"profile {done.profile}",
        f"level {done.options.level}",
        f"seed {done.options.seed}",
        f"run {done.run_id}",
    ]
    facts += [f"{name} {version[:12]}" for name, version in versions().items()]
    yield f"<sub>{done.requests} requests in {done.seconds:.1f} s; {', '.join(facts)}</sub>"


def _judgement(judgement: Judgement, done: RunFinished, rationale: Rationale) -> Iterator[str]:
    row = judgement.requirement
    broken = [part for part in judgement.parts if part.verdict is judgement.verdict]
    yield f"\n### {judgement.verdict.value} {row.named} ({row.level})\n"
    yield f"> {row.words}\n"
    failed = failure(judgement, done, rationale)
    if failed.request:
        known_before = rationale.why(failed.evidence) if failed.evidence is not None else ""
        yield (
            markdown.text(f"Asked: {failed.request}{f'; known before: {known_before}' if known_before else ''}") + "\n"
        )
    for part in broken[:3]:
        kind = f" ({part.kind.value})" if part.kind else ""
        note = part.evidence[0].note if part.evidence else ""
        yield f"- {markdown.code(part.check)}{kind}: {markdown.text(done.redactor.redact_own_text(note))}"
    if len(broken) > 3:
        yield f"- and {len(broken) - 3} more of its parts"
    evidence = next((each for part in broken for each in part.evidence if each.exchange is not None), None)
    if evidence is not None:
        yield from _call(evidence, done)


def _call(evidence: Evidence, done: RunFinished) -> Iterator[str]:
    assert evidence.exchange is not None
    lines = [
        curl(evidence.exchange, done.redactor),
        f"# {answer(evidence.exchange, done.redactor, most=300)}",
        f"# {traced(evidence.exchange, done.redactor)}",
    ]
    yield from ("", *markdown.code_block(lines))


def _not_judged(done: RunFinished) -> Iterator[str]:
    titles: Mapping[Verdict, str] = {
        Verdict.NOT_EXERCISED: "Not exercised", Verdict.NOT_APPLICABLE: "Not judged (N/A)",
    }  # fmt: skip
    for verdict, title in titles.items():
        judgements = [judgement for judgement in selected(done.judgements) if judgement.verdict is verdict]
        by_reason = (f"{why}: {with_titles(names)}" for why, names in group_by_reason(judgements).items())
        lines = open_reasons(judgements) if verdict is Verdict.NOT_EXERCISED else by_reason
        lines = list(lines)
        if lines:
            yield f"\n<details><summary>{title}: {len(judgements)}</summary>\n"
            yield from (f"- {markdown.text(done.redactor.redact_own_text(line))}" for line in lines)
            yield "\n</details>"


class SummaryMd:
    """Writes `summary.md` into a folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "summary.md"

    def __call__(self, event: Event) -> None:
        """Write the file at the end of the run."""
        if isinstance(event, RunFinished):
            text = summary(event)
            with new_file(self._path) as file:
                file.write(text)


class StepSummary:
    """Appends the summary to the file that GitHub Actions names in `GITHUB_STEP_SUMMARY`."""

    @staticmethod
    def wanted() -> bool:
        """Whether the variable names a file."""
        return bool(os.environ.get("GITHUB_STEP_SUMMARY"))

    def __call__(self, event: Event) -> None:
        """Append the summary at the end of the run; a file that cannot be written is ignored."""
        if isinstance(event, RunFinished):
            try:
                with Path(os.environ["GITHUB_STEP_SUMMARY"]).open("a", encoding="utf-8") as file:
                    file.write(summary(event))
            except OSError:
                return
