"""The words in which every report speaks of verdicts and exit statuses."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from pacsimile_contract.english import ranged
from pacsimile_contract.findings.verdict import Kind, Verdict
from pacsimile_contract.judging.judgement import Judgement
from pacsimile_contract.run.events import RunFinished
from pacsimile_spec import requirements

ORDER = (Verdict.FAIL, Verdict.ERROR, Verdict.WARN, Verdict.NOT_EXERCISED, Verdict.PASS, Verdict.NOT_APPLICABLE)
"""How a reader wants them: what is to be done first."""

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
"""What is said of a broken part by its kind."""

HARM = "a failure means unauthorized access, wrong data or a lost report"
"""What is said of a requirement whose `harm` is true."""

_STATUS: Mapping[int, str] = {
    0: "every MUST passed",
    1: "a MUST failed",
    2: "an option, the target file or the state URL cannot be used",
    3: "a MUST was not exercised",
    4: "no verdict, because of an error",
}


def counted(judgements: Iterable[Judgement]) -> list[tuple[Verdict, int]]:
    """Return how many requirements got each verdict, in the readers' order, without those that none got."""
    counts = Counter(one.verdict for one in judgements)
    return [(one, counts[one]) for one in ORDER if counts[one]]


def chosen(judgements: Iterable[Judgement]) -> list[Judgement]:
    """Return the judgements of what the user asked for."""
    return [one for one in judgements if one.summary != NOT_SELECTED]


def sorted_for_readers(judgements: Sequence[Judgement]) -> list[Judgement]:
    """Return judgements with the failures first, the most harmful of them before all, else in the contract's order."""
    broken = most_harmful_first(judgements)
    others = [one for one in judgements if one.verdict not in (Verdict.FAIL, Verdict.ERROR)]
    return [*broken, *sorted(others, key=lambda one: ORDER.index(one.verdict))]


def most_harmful_first(judgements: Iterable[Judgement]) -> list[Judgement]:
    """Return what is broken or could not be judged: FAILs before ERRORs, and what does harm before the rest.

    Of what does the same harm, wrong substance comes before wrong form, and what the public description says before
    what only an RFC or this contract does.
    """
    broken = [one for one in judgements if one.verdict in (Verdict.FAIL, Verdict.ERROR)]
    return sorted(
        broken,
        key=lambda one: (
            ORDER.index(one.verdict),
            not one.requirement.harm,
            not any(part.kind is Kind.FACT for part in one.parts if part.verdict is one.verdict),
            one.requirement.source != "D",
        ),
    )


def exit_words(done: RunFinished) -> str:
    """Return what the exit status means in this run: failures and lacks that were accepted beforehand are told."""
    verdicts = {one.verdict for one in chosen(done.judgements) if one.requirement.level == "MUST"}
    if done.exit_status == 0 and verdicts & {Verdict.FAIL, Verdict.NOT_EXERCISED}:
        if done.options.level == "smoke" and Verdict.FAIL not in verdicts:
            return "every MUST of level smoke passed"
        return "every MUST passed, or you accepted it"
    if done.exit_status == 1 and Verdict.FAIL not in verdicts:
        return "the failures that you accept are out of date"
    return _STATUS[done.exit_status]


def titled(names: Sequence[str]) -> str:
    """Return a requirement as its id and title; several as their ids, in few words."""
    row = requirements().get(names[0]) if len(names) == 1 else None
    return ranged(names) if row is None else row.named


NOT_SELECTED = "not selected"
"""The summary of a requirement that the user did not ask for."""


def together(judgements: Iterable[Judgement]) -> dict[str, list[str]]:
    """Return the requirements' ids by the reason that their summaries share, without those not selected.

    The same state with other params is the same reason.
    """
    reasons: dict[str, list[str]] = {}
    for one in judgements:
        if one.summary != NOT_SELECTED:
            reasons.setdefault(_WITH.sub(r"\1", one.summary), []).append(one.requirement.id)
    return reasons


_WITH = re.compile(r"^(needs the state \w+) with \{.*?\}(?=: supply|$)")
