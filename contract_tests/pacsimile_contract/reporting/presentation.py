"""Defines the order and the wording of verdicts and exit statuses in all reports."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from pacsimile_contract.english import ranged
from pacsimile_contract.findings.reasons import Reason
from pacsimile_contract.findings.verdict import Kind, Verdict
from pacsimile_contract.judging.judgement import Judgement
from pacsimile_contract.run.events import RunFinished
from pacsimile_spec import requirements

ORDER = (Verdict.FAIL, Verdict.ERROR, Verdict.WARN, Verdict.NOT_EXERCISED, Verdict.PASS, Verdict.NOT_APPLICABLE)
"""The order of verdicts in every report: those that need work come first."""

MEANING: Mapping[Verdict, str] = {
    Verdict.FAIL: "a MUST failed",
    Verdict.ERROR: "no verdict, because the network or the tests failed",
    Verdict.WARN: "a SHOULD failed, or something that the profile only warns about",
    Verdict.NOT_EXERCISED: "not tested, because a state, time or data was missing",
    Verdict.PASS: "everything that was tested was right",
    Verdict.NOT_APPLICABLE: "left out by your target file, or does not apply to this target",
}

SOURCE: Mapping[str, str] = {
    "D": "from the public description",
    "R": "from an RFC or from DICOM",
    "C": "decided by this contract, because the description does not say",
}

KIND: Mapping[str, str] = {"fact": "the content was wrong", "form": "only the format was wrong"}
"""The explanation of a broken part, by its kind."""

HARM = "a failure means unauthorized access, wrong data or a lost report"
"""The explanation of a requirement whose `harm` is true."""

_STATUS: Mapping[int, str] = {
    0: "every MUST passed",
    1: "a MUST failed",
    2: "an option, the target file or the state URL cannot be used",
    3: "a MUST was not exercised",
    4: "no verdict, because of an error",
}


def count_verdicts(judgements: Iterable[Judgement]) -> list[tuple[Verdict, int]]:
    """Return the number of requirements with each verdict, in the reports' order; omit verdicts without any."""
    counts = Counter(judgement.verdict for judgement in judgements)
    return [(verdict, counts[verdict]) for verdict in ORDER if counts[verdict]]


def is_selected(judgement: Judgement) -> bool:
    """Tell whether the user selected the requirement."""
    return judgement.unjudged is None or judgement.unjudged.reason is not Reason.NOT_SELECTED


def selected(judgements: Iterable[Judgement]) -> list[Judgement]:
    """Return the judgements of the requirements that the user selected."""
    return [judgement for judgement in judgements if is_selected(judgement)]


def sort_judgements(judgements: Sequence[Judgement]) -> list[Judgement]:
    """Sort judgements: failures by harm, then the others in the order of their verdicts."""
    broken = sort_failures(judgements)
    others = [judgement for judgement in judgements if judgement.verdict not in (Verdict.FAIL, Verdict.ERROR)]
    return [*broken, *sorted(others, key=lambda judgement: ORDER.index(judgement.verdict))]


def sort_failures(judgements: Iterable[Judgement]) -> list[Judgement]:
    """Return the requirements that failed or could not be judged: FAILs before ERRORs, harmful ones first.

    Of equally harmful ones, wrong content comes before wrong format, and a requirement of the public description before
    one of an RFC or of this contract.
    """
    broken = [judgement for judgement in judgements if judgement.verdict in (Verdict.FAIL, Verdict.ERROR)]
    return sorted(
        broken,
        key=lambda judgement: (
            ORDER.index(judgement.verdict),
            not judgement.requirement.harm,
            not any(part.kind is Kind.FACT for part in judgement.parts if part.verdict is judgement.verdict),
            judgement.requirement.source != "D",
        ),
    )


def exit_words(done: RunFinished) -> str:
    """Return the meaning of the exit status in this run, including failures and gaps that the user accepted."""
    verdicts = {judgement.verdict for judgement in selected(done.judgements) if judgement.requirement.level == "MUST"}
    if done.exit_status == 0 and verdicts & {Verdict.FAIL, Verdict.NOT_EXERCISED}:
        if done.options.level == "smoke" and Verdict.FAIL not in verdicts:
            return "every MUST of level smoke passed"
        return "every MUST passed, or you accepted it"
    if done.exit_status == 1 and Verdict.FAIL not in verdicts:
        return "the failures that you accept are out of date"
    return _STATUS[done.exit_status]


def with_titles(names: Sequence[str]) -> str:
    """Return a requirement as its id and title; several as their ids, in few words."""
    row = requirements().get(names[0]) if len(names) == 1 else None
    return ranged(names) if row is None else row.named


def group_by_reason(judgements: Iterable[Judgement]) -> dict[str, list[str]]:
    """Return the ids of requirements by the reason in their summaries, without those not selected.

    Reasons that differ only in the params of a state are the same.
    """
    reasons: dict[str, list[str]] = {}
    for judgement in judgements:
        if is_selected(judgement):
            reasons.setdefault(_WITH.sub(r"\1", judgement.summary), []).append(judgement.requirement.id)
    return reasons


_WITH = re.compile(r"^(needs the state \w+) with \{.*?\}(?=: |$)")
