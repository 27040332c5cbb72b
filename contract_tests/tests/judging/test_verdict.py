"""Verdicts: the worst part wins, profiles, and what a part without comparison says."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from contract_tests.tests.helpers.handwritten import exchange, story
from pacsimile_contract.findings.part import (
    Finding,
    Part,
    cannot_tell,
    fact,
    form,
    not_applicable,
    not_exercised,
    not_exercised_while_broken,
    part,
    should,
)
from pacsimile_contract.findings.reasons import Unjudged, open_because, scenario_failed, unjudged_of_stored
from pacsimile_contract.findings.registry import Checker, checkers, fuller_level, fuller_level_of_part
from pacsimile_contract.findings.story import Story
from pacsimile_contract.findings.verdict import Kind, Verdict
from pacsimile_contract.judging.bench import NOT_AT_THIS_LEVEL, NOT_RUN, Bench, deferred_by_level, needlessly_blocked
from pacsimile_contract.judging.evaluation import NOTHING_TO_COMPARE, evaluate
from pacsimile_contract.judging.judgement import Judgement, judge, lacking_parts
from pacsimile_contract.target.model import Profile
from pacsimile_spec import Requirement

WRONG = [fact(False, "x", "y")]
ROW = Requirement("X-1", "a title", "MUST", "C", False, "words")


def verdict_of(*said: Part, row: Requirement = ROW, profile: Profile = "strict") -> Judgement:
    """Judge a requirement with the parts a and b."""
    return judge(row, ("a", "b"), said, profile, NOT_RUN)


def test_the_order_of_verdicts() -> None:
    """From the best news to the worst; what was not exercised never hides what was."""
    assert sorted(Verdict) == [
        Verdict.NOT_APPLICABLE,
        Verdict.NOT_EXERCISED,
        Verdict.PASS,
        Verdict.WARN,
        Verdict.ERROR,
        Verdict.FAIL,
    ]


def test_the_worst_part_wins() -> None:
    """One bad part is enough, and it is named with both sides."""
    good, bad = part("a", fact(True, "x", "x")), part("b", fact(False, "200", "404"))
    judged = verdict_of(good, bad)
    assert (judged.verdict, judged.summary) == (Verdict.FAIL, "b: expected 200; got 404")
    assert [one.check for one in judged.parts] == ["X-1/a", "X-1/b"]


def test_a_pass_counts_its_parts() -> None:
    """A part that was not exercised does not spoil a PASS; it is counted and named, with why."""
    judged = verdict_of(part("a", fact(True, "x", "x")), not_exercised("b", "no study"))
    assert (judged.verdict, judged.summary) == (Verdict.PASS, "1 of 2 parts; b not exercised: no study")
    assert lacking_parts(judged.parts) == [("b", "no study")]


def test_what_passes_says_that_its_scenario_ended_early() -> None:
    """Parts that were reached may rest on half of what was to be asked; why is told, of each once."""

    def judging(told: Story) -> Iterator[Part]:
        yield from (part("a", fact(True, "x", "x"), on=one) for one in told.exchanges)

    checker = Checker("X-1", "judging", ("a", "b"), judging)
    for stopped, more in (
        (open_because("needs `states`"), ", not all was asked: needs `states`"),
        (Unjudged(Verdict.NOT_APPLICABLE, "no key"), ""),
        (None, ""),
    ):
        told = story(("first", exchange()), ("second", exchange()))
        told.stopped = stopped
        said = evaluate(checker, told)
        assert [one.ended_early is not None for one in said if one.findings] == [bool(more), False]
        judged = verdict_of(*said)
        assert (judged.verdict, judged.summary) == (Verdict.PASS, f"1 of 2 parts{more}")


def test_a_checker_that_fails_passes_nothing() -> None:
    """Not even where it had spoken of all its parts before: what broke already stays a FAIL."""

    def crashing(told: Story) -> Iterator[Part]:
        yield part("a", fact(True, "x", "x"))
        yield part("b", fact(False, "x", "y"))
        raise KeyError("what the service said")

    judged = verdict_of(*evaluate(Checker("X-1", "crashing", ("a", "b"), crashing), Story()))
    assert [one.verdict for one in judged.parts] == [Verdict.ERROR, Verdict.FAIL]
    assert judged.parts[0].evidence[0].note.startswith("the checker crashing failed: KeyError (test_verdict.py:")


def test_a_scenario_that_a_fault_of_ours_ended_passes_nothing() -> None:
    """What it had yet to ask may have been about any part; so it is of a stored run, which has only the words."""
    checker = Checker("X-1", "judging", ("a", "b"), lambda _: [part("a", fact(True, "x", "x")), part("b", *WRONG)])
    why = scenario_failed("theme.name", "KeyError (place.py:7)")
    assert unjudged_of_stored(why.verdict, why.text) == why
    judged = verdict_of(*evaluate(checker, Story(stopped=why)))
    assert [one.verdict for one in judged.parts] == [Verdict.ERROR, Verdict.FAIL]
    assert judged.parts[0].evidence[0].note == "the scenario theme.name failed: KeyError (place.py:7)"


def test_what_was_blocked_by_a_requirement_that_passes_is_told() -> None:
    """What was wrong there was not judged; where that requirement fails, it says so itself."""
    other = replace(ROW, id="X-2")
    blocked = verdict_of(part("a", fact(True, "x", "x")), not_exercised_while_broken("b", "X-2"))
    for holds, told in ((True, ["X-1/b: blocked by X-2, which passes: look at both"]), (False, [])):
        blocker = verdict_of(part("a", fact(holds, "x", "y")), row=other)
        assert needlessly_blocked([blocked, blocker]) == told


def test_nothing_exercised_says_why() -> None:
    """The first reason is the summary."""
    judged = verdict_of(not_exercised("a", "needs a study"), not_applicable("b", "no key"))
    assert (judged.verdict, judged.summary) == (Verdict.NOT_EXERCISED, "needs a study")
    assert verdict_of().summary == "was not run"


def test_an_error_is_worse_than_a_warning_and_better_than_a_failure() -> None:
    """We could not tell: said unless something is known to be broken."""
    error = cannot_tell("a", "no answer")
    assert verdict_of(error, part("b", should(False, "x", "y"))).verdict is Verdict.ERROR
    assert verdict_of(error, part("b", fact(False, "x", "y"))).verdict is Verdict.FAIL


def test_profiles_by_level_source_harm_and_kind() -> None:
    """`documented` fails only the facts of D and h rows and of binding parts; a SHOULD only ever warns."""
    rows = {
        "C": ROW,
        "D": replace(ROW, source="D"),
        "h": replace(ROW, harm=True),
        "SHOULD": replace(ROW, level="SHOULD"),
    }

    def of(row: str, finding: Finding, profile: Profile, binding: bool = False) -> Verdict:
        return verdict_of(part("a", finding, binding=binding), row=rows[row], profile=profile).verdict

    broken, misshapen, unwise = fact(False, "", ""), form(False, "", ""), should(False, "", "")
    for row in ("C", "D", "h"):
        assert [of(row, one, "strict") for one in (broken, misshapen, unwise)] == [
            Verdict.FAIL,
            Verdict.FAIL,
            Verdict.WARN,
        ]
        assert of(row, misshapen, "documented") is Verdict.WARN
    assert [of(row, broken, "documented") for row in ("C", "D", "h")] == [Verdict.WARN, Verdict.FAIL, Verdict.FAIL]
    assert of("C", broken, "documented", binding=True) is Verdict.FAIL
    assert of("SHOULD", broken, "strict") is Verdict.WARN


def test_the_kind_is_that_of_the_worst_findings() -> None:
    """A broken fact among broken forms is a fact."""
    judged = verdict_of(part("a", form(False, "401", "403"), fact(False, "no token", "a token")))
    assert judged.parts[0].kind is Kind.FACT


def test_no_answer_is_no_failure() -> None:
    """Where an exchange has no answer, we could not tell."""
    judged = verdict_of(part("a", fact(False, "200", "nothing"), on=exchange(status=None, failure="reset")))
    assert (judged.verdict, judged.summary) == (Verdict.ERROR, "a: no answer: reset")


def test_a_body_that_was_not_stored_is_not_judged() -> None:
    """On replay, what needs an unstored body is not exercised."""
    unknown = exchange()
    unknown.body_was_stored = False
    assert verdict_of(part("a", fact(False, "x", "y"), on=unknown)).parts[0].verdict is Verdict.NOT_EXERCISED


@pytest.mark.parametrize(
    ("requirement", "level", "asking"),
    [("STATUS-5", "smoke", "standard"), ("GROUP-1", "smoke", "standard"), ("GROUP-1", "full", None)],
)
def test_what_a_level_leaves_out_names_the_level_that_judges_it(
    requirement: str, level: str, asking: str | None
) -> None:
    """Of a part that nothing was said of, and of a requirement that was not run at all."""
    assert fuller_level(requirement, level) == asking
    bench = Bench("strict", level=level)
    summary = bench.judgement(requirement).summary
    bench.add(next(one for one in checkers().values() if one.requirement == requirement), Story())
    notes = {note.note for part in bench.judgement(requirement).parts for note in part.evidence}
    more = f": level {asking} judges it" if asking else ""
    assert summary == f"{NOT_AT_THIS_LEVEL.text}{more}"
    assert notes <= ({summary} if asking else {NOTHING_TO_COMPARE.text, NOT_RUN.text})


@pytest.mark.parametrize(
    ("check", "level", "asking"),
    [
        ("BATCH-13/walk", "standard", None), ("BATCH-13/model", "standard", "full"), ("BATCH-13/model", "full", None),
        ("BATCH-13/walk", "smoke", "standard"), ("BATCH-2/acknowledged", "smoke", "standard"),
        ("BATCH-2/acknowledged", "standard", None), ("BATCH-13/by-all-that-was-seen", "standard", "full"),
    ],
)  # fmt: skip
def test_a_part_names_a_fuller_level_only_if_this_one_leaves_it_out(check: str, level: str, asking: str | None) -> None:
    """A part that this level asks for, and that had nothing to compare, needs no other level."""
    requirement, _, part = check.partition("/")
    assert fuller_level_of_part(requirement, part, level) == asking


def test_a_requirement_that_its_level_asks_for_is_not_left_to_a_fuller_one() -> None:
    """BATCH-13: the listing was empty, and a fuller level would find it empty too."""
    bench = Bench("strict", level="standard")
    for checker in checkers().values():
        if checker.requirement == "BATCH-13":
            bench.add(checker, Story())
    judgement = bench.judgement("BATCH-13")
    assert judgement.summary == NOTHING_TO_COMPARE.text
    assert deferred_by_level([judgement], "standard") == frozenset()
    assert "BATCH-13/model" in {
        part.check
        for part in judgement.parts
        if part.evidence[0].note == f"{NOT_AT_THIS_LEVEL.text}: level full judges it"
    }


def test_a_requirement_is_open_for_what_was_in_its_way() -> None:
    """Not for that nothing was said of another of its parts, even the first."""
    put_off = open_because("put off each time with 429")
    judged = verdict_of(Part("a", unjudged=NOTHING_TO_COMPARE), Part("b", unjudged=put_off))
    assert (judged.verdict, judged.summary) == (Verdict.NOT_EXERCISED, put_off.text)
