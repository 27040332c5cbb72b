"""What a kill matrix shows as a whole, and its page."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import cast

import pytest

from contract_tests.tests.reporting.html.test_report_html import Page
from pacsimile_contract.errors import TargetSilent, UsageError
from pacsimile_contract.findings.registry import judged_requirements
from pacsimile_contract.provider.mock_worlds import Defect, Mock, MockGone, MockSilent
from pacsimile_contract.reporting.html.matrix_html import matrix_page
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.matrix import UNDAMAGED, Row, chosen, rows
from pacsimile_contract.runner.matrix_summary import REASONS, document, holds, shortcomings, summarized
from pacsimile_spec import requirements

HOSTILE = "</td><script>alert(1)</script>"


def row(name: str, breaks: str, *red: str, level: str = "MUST", warned: tuple[str, ...] = ()) -> Row:
    """Return a defect's row: what it breaks, and what turned red."""
    return Row(
        Defect(name, breaks, level, f"about {name}"), red, warned, summaries=tuple((one, HOSTILE) for one in red)
    )


ROWS = (
    Row(UNDAMAGED),
    row("one", "STATUS-1", "STATUS-1"),
    row("two", "STATUS-2", "STATUS-2", "PROTO-1"),
    row("three", "STATUS-3", "PROTO-1"),
    row("four", "STATUS-4"),
    row("five", "RESULTS-9", level="SHOULD", warned=("RESULTS-9",)),
)


class Opened:
    """A mock whose worlds nobody can judge: it keeps how they begin."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.clocks: list[str] = []

    @contextmanager
    def world(self, profile: str, *, time: str, **options: object) -> Iterator[str]:
        """Begin a world."""
        self.begun.append(time)
        yield f"world {len(self.begun)}"

    def run_clock(self, target: str) -> None:
        """Let its clock run."""
        self.clocks.append(target)

    def close(self) -> None:
        """Do nothing."""


def test_all_worlds_begin_at_one_minute_and_their_clocks_run() -> None:
    """So they serve the same pages, each of which is set and read once."""
    opened, defects = Opened(), [row.defect for row in ROWS[1:]]
    judged = list(rows([lambda: cast(Mock, opened)], defects, Options(), workers=1))
    assert all(row.crashed for row in judged)
    assert opened.clocks == [f"world {number}" for number in range(1, len(ROWS) + 1)]
    (begins,) = set(opened.begun)
    assert datetime.fromisoformat(begins).second == 0
    assert datetime.fromisoformat(begins) <= datetime.now(UTC)


class Failing(Opened):
    """A mock that makes its second world no more."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def run_clock(self, target: str) -> None:
        """Fail for the second world."""
        super().run_clock(target)
        if len(self.clocks) == 2:
            raise self.error


def test_a_row_that_cannot_be_had_costs_no_other() -> None:
    """A control call without an answer is an error of its row, and nothing can connect to a mock that is gone."""
    defects = [row.defect for row in ROWS[1:]]
    late = Failing(MockSilent("no answer (timeout)", "http://mock"))
    gone = Failing(MockGone("no answer (refused)", "http://mock"))
    judged = list(rows([lambda: cast(Mock, late)], defects, Options(), workers=1))
    assert [row.crashed for row in judged].index("no answer (timeout)") == 1
    assert len(judged) == len(ROWS)
    with pytest.raises(TargetSilent, match="the mock at http://mock is gone"):
        list(rows([lambda: cast(Mock, gone)], defects, Options(), workers=1))


class Hanging(Opened):
    """A mock that answers no more for some of its worlds, by their number."""

    def __init__(self, *silent: int) -> None:
        super().__init__()
        self.silent = silent

    def run_clock(self, target: str) -> None:
        """Fail, as if no answer came in time."""
        super().run_clock(target)
        if len(self.clocks) in self.silent:
            raise MockSilent("no answer (timeout)", "http://mock")


@pytest.mark.parametrize("others", [[], [Opened()]])
def test_a_mock_that_hangs_ends_the_matrix(others: list[Opened]) -> None:
    """After three rows in a row: each costs a wait. Rows of another mock between them are no answers of this one."""
    defects, opened = [row.defect for row in ROWS[1:]] * 2, [Hanging(*range(2, 20)), *others]
    mocks = [lambda one=one: cast(Mock, one) for one in opened]
    with pytest.raises(TargetSilent, match="the mock at http://mock answers no more"):
        list(rows(mocks, defects, Options(), workers=1))
    assert len(opened[0].clocks) == 4


def test_a_mock_that_answers_again_is_not_gone() -> None:
    """However often a single answer is late."""
    hanging, defects = Hanging(2, 3, 5, 6), [row.defect for row in ROWS[1:]]
    assert len(list(rows([lambda: cast(Mock, hanging)], defects, Options(), workers=1))) == len(ROWS)


def test_it_counts_what_is_killed_by_whom() -> None:
    """Killed by the requirement named, alone or with others, elsewhere, or not at all."""
    found = summarized(ROWS, whole=False)
    assert (found.must, found.must_killed, found.lacking) == (4, 2, ("three", "four"))
    assert found.alone["STATUS-1"] == ("one",)
    assert found.alone["RESULTS-9"] == ("five",)
    assert found.only_with_others == ("STATUS-2",)
    assert found.never_red == ("STATUS-3", "STATUS-4")
    assert (found.median_red, found.most_red) == (1, 2)
    assert not holds(ROWS)
    assert document(ROWS)["summary"]["must_killed"] == 2


def test_it_holds_where_every_defect_is_killed_by_its_requirement() -> None:
    """And the undamaged mock is clean: a WARN of it is enough to break the matrix."""
    assert holds([Row(UNDAMAGED), ROWS[1], ROWS[5]])
    assert not holds([Row(UNDAMAGED, warned_by=("STATUS-1",)), ROWS[1]])
    assert not holds([Row(UNDAMAGED), Row(ROWS[1].defect, crashed="gone")])


def test_it_says_what_is_not_as_it_must_be() -> None:
    """Loud defects, and in the whole matrix requirements that nothing turns red alone; a reason excuses those."""
    loud = row("loud", "STATUS-1", "STATUS-1", "PROTO-1", "CONS-2")
    assert shortcomings([Row(UNDAMAGED), loud]) == ["the median defect fails 3 requirements, more than 2"]
    every = [row(f"no-{one}", one, one) for one in requirements() if one in judged_requirements() - REASONS.keys()]
    assert shortcomings([Row(UNDAMAGED), *every], whole=True) == []
    without = [one for one in every if one.defect.requirement != "STATUS-1"]
    unproven = "the only one to fail for no defect, without a reason: STATUS-1"
    assert shortcomings([Row(UNDAMAGED), *without], whole=True) == [unproven]
    assert shortcomings([Row(UNDAMAGED), *without, loud], whole=True) == [unproven]
    assert shortcomings([Row(UNDAMAGED), *without]) == []


def test_every_reason_is_of_a_requirement() -> None:
    """That is judged: what nothing judges needs none."""
    assert REASONS.keys() <= judged_requirements()


@pytest.mark.parametrize(
    ("patterns", "wanted", "said"),
    [
        (["oen"], [], "--defects oen: no defect fits by its name; did you mean 'one'?"),
        (["one", "x-*"], [], "--defects x-*: no defect fits by its name; see `pacsimile matrix URL --list`"),
        (
            [],
            ["stats-1"],
            "--requirements STATS-1: no defect fits by the requirement it breaks; did you mean 'STATUS-1'?",
        ),
        (["one"], ["STATUS-2"], "no defect fits both --defects and --requirements"),
    ],
)
def test_what_fits_no_defect_is_refused_with_a_hint(patterns: list[str], wanted: list[str], said: str) -> None:
    """Also beside what fits: who misspelt one of several names would believe that it was judged."""
    with pytest.raises(UsageError) as raised:
        chosen([one.defect for one in ROWS[1:]], patterns, wanted)
    assert str(raised.value).startswith(said)


def test_defects_are_chosen_by_name_and_by_requirement() -> None:
    """Patterns of one kind add up, those of the other narrow; requirements in any case."""
    defects = [one.defect for one in ROWS[1:]]
    assert [one.name for one in chosen(defects, ["t*", "four"], ["status-*"])] == ["two", "three", "four"]
    assert chosen(defects, [], []) == defects


def test_its_page_has_a_row_a_defect_and_a_column_a_requirement() -> None:
    """Outcomes can be filtered, the named requirement is framed, what a mock said is text."""
    page = Page("".join(matrix_page(ROWS, whole=False, facts="level standard")))
    assert [one["data-verdict"] for one in page.all("tr") if "data-verdict" in one] == [
        "killed", "killed", "killed elsewhere", "survived", "killed",
    ]  # fmt: skip
    assert len(page.all("td", "named")) == 5
    assert "2 of 4 MUST defects are killed by the requirement that they break." in page.text
    assert len(page.all("script")) == 1
    assert HOSTILE in page.text


@pytest.mark.parametrize(("whole", "columns"), [(False, 6), (True, 60)])
def test_a_part_of_the_matrix_has_the_columns_it_needs(whole: bool, columns: int) -> None:
    """The whole has all of them."""
    page = Page("".join(matrix_page(ROWS, whole=whole, facts="")))
    count = len([one for one in page.all("th") if one.get("scope") == "col"]) - 1
    assert count == columns if not whole else count > columns


def test_what_full_shows_is_added() -> None:
    """To what the other rows said before: no row is lost, and none counts twice."""
    before = replace(row("six", "STATUS-6", "PROTO-1"), requests=900, seconds=4.0)
    assert before.outcome == "killed elsewhere"
    more = replace(row("six", "STATUS-6", "STATUS-6", "PROTO-1"), requests=100, seconds=1.0)
    both = before.and_at_full(more)
    assert (both.outcome, both.killed_by, both.at_full) == ("killed", ("PROTO-1", "STATUS-6"), True)
    assert both.summaries == (("PROTO-1", HOSTILE), ("STATUS-6", HOSTILE))
    assert (both.requests, both.seconds) == (1000, 5.0)
    assert before.and_at_full(replace(more, crashed="a fault")).outcome == "error"
