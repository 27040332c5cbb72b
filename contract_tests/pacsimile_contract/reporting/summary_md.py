"""`summary.md`: a run in a screenful, for a pull request; also for the summary of a job of GitHub Actions."""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from pacsimile_contract.files import new_file
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.judgement import Evidence, Judgement
from pacsimile_contract.reporting.failure import failure
from pacsimile_contract.reporting.grounds import Grounds
from pacsimile_contract.reporting.report_json import versions
from pacsimile_contract.reporting.supplies import supplies
from pacsimile_contract.reporting.words import chosen, counted, exit_words, sorted_for_readers, titled, together
from pacsimile_contract.run.events import Event, RunFinished
from pacsimile_contract.transcript.curl import answer, curl, traced
from pacsimile_spec.plain import one_line

MOST_EXPLAINED = 20
"""Requirements shown with evidence: the summary of a job has room for 1 MiB, and a reader for less."""

_EXPLAINED = (Verdict.FAIL, Verdict.ERROR, Verdict.WARN)


def summary(done: RunFinished) -> str:
    """Return a finished run as Markdown."""
    return "\n".join(_lines(done)) + "\n"


def _lines(done: RunFinished) -> Iterator[str]:
    counts = ", ".join(f"{verdict.value} {number}" for verdict, number in counted(chosen(done.judgements)))
    yield f"## Contract test: exit status {done.exit_status}, {exit_words(done)}"
    yield ""
    yield f"{_code(done.target.base_url)}: {counts}."
    if done.diagnosis:
        yield f"\n**{_text(done.redactor.text(done.diagnosis))}**"
    grounds = Grounds(done)
    explained = [one for one in sorted_for_readers(done.judgements) if one.verdict in _EXPLAINED]
    for judgement in explained[:MOST_EXPLAINED]:
        yield from _explained(judgement, done, grounds)
    if len(explained) > MOST_EXPLAINED:
        yield f"\nand {len(explained) - MOST_EXPLAINED} more: see report.html"
    yield from _open(done)
    yield from (f"\n**{_text(done.redactor.text(note))}**" for note in done.notes)
    yield ""
    facts = [
        f"profile {done.profile}",
        f"level {done.options.level}",
        f"seed {done.options.seed}",
        f"run {done.run_id}",
    ]
    facts += [f"{name} {version[:12]}" for name, version in versions().items()]
    yield f"<sub>{done.requests} requests in {done.seconds:.1f} s; {', '.join(facts)}</sub>"


def _explained(judgement: Judgement, done: RunFinished, grounds: Grounds) -> Iterator[str]:
    row = judgement.requirement
    broken = [one for one in judgement.parts if one.verdict is judgement.verdict]
    yield f"\n### {judgement.verdict.value} {row.named} ({row.level})\n"
    yield f"> {row.words}\n"
    told = failure(judgement, done, grounds)
    if told.asked:
        known = grounds.why(told.evidence) if told.evidence is not None else ""
        yield _text(f"Asked: {told.asked}{f'; known before: {known}' if known else ''}") + "\n"
    for part in broken[:3]:
        kind = f" ({part.kind.value})" if part.kind else ""
        note = part.evidence[0].note if part.evidence else ""
        yield f"- {_code(part.check)}{kind}: {_text(done.redactor.text(note))}"
    if len(broken) > 3:
        yield f"- and {len(broken) - 3} more of its parts"
    seen = next((each for one in broken for each in one.evidence if each.exchange is not None), None)
    if seen is not None:
        yield from _repeated(seen, done)


def _repeated(seen: Evidence, done: RunFinished) -> Iterator[str]:
    assert seen.exchange is not None
    lines = [
        curl(seen.exchange, done.redactor),
        f"# {answer(seen.exchange, done.redactor, most=300)}",
        f"# {traced(seen.exchange, done.redactor)}",
    ]
    fence = "`" * max(3, 1 + max((len(one) for line in lines for one in re.findall("`+", line)), default=0))
    yield from ("", f"{fence}sh", *lines, fence)


def _open(done: RunFinished) -> Iterator[str]:
    titles: Mapping[Verdict, str] = {
        Verdict.NOT_EXERCISED: "Not exercised. To test them, supply", Verdict.NOT_APPLICABLE: "Not judged (N/A)",
    }  # fmt: skip
    for verdict, title in titles.items():
        left = [one for one in chosen(done.judgements) if one.verdict is verdict]
        by_reason = (f"{why}: {titled(names)}" for why, names in together(left).items())
        lines = supplies(left) if verdict is Verdict.NOT_EXERCISED else by_reason
        if left:
            yield f"\n<details><summary>{title}: {len(left)}</summary>\n"
            yield from (f"- {_text(done.redactor.text(line))}" for line in lines)
            yield "\n</details>"


def _text(text: str) -> str:
    """Return a text that Markdown takes as it is: no markup, no HTML, no mention, no formula."""
    return re.sub(r"[\\`*\[\]<>|~]", r"\\\g<0>", re.sub(r"[&@$]", lambda one: f"&#{ord(one[0])};", one_line(text)))


def _code(text: str) -> str:
    shown = one_line(text)
    fence = "`" * (1 + max((len(one) for one in re.findall("`+", shown)), default=0))
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


class SummaryMd:
    """Writes `summary.md` into a folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "summary.md"

    def __call__(self, event: Event) -> None:
        """Write at the end of the run."""
        if isinstance(event, RunFinished):
            text = summary(event)
            with new_file(self._path) as file:
                file.write(text)


class StepSummary:
    """Appends the summary to the file that GitHub Actions names in `GITHUB_STEP_SUMMARY`."""

    @staticmethod
    def wanted() -> bool:
        """Whether there is such a file to write to."""
        return bool(os.environ.get("GITHUB_STEP_SUMMARY"))

    def __call__(self, event: Event) -> None:
        """Append at the end of the run; a summary that cannot be written is none, and takes no verdict away."""
        if isinstance(event, RunFinished):
            try:
                with Path(os.environ["GITHUB_STEP_SUMMARY"]).open("a", encoding="utf-8") as file:
                    file.write(summary(event))
            except OSError:
                return
