"""The page of the kill matrix lists defects of the catalogue, as a matrix of all of them has judged them."""

import re

from pacsimile_mock.worlds.defect_registry import catalogue
from scripts.kill_matrix_page import PAGE, added, lines


def defect(name: str, requirement: str, *killed_by: str, level: str = "MUST", **others: object) -> dict[str, object]:
    row = {"name": name, "requirement": requirement, "level": level, "summary": "Does | what.", "crashed": None}
    outcome = "killed" if requirement in killed_by else "survived"
    return {**row, "killed_by": list(killed_by), "warned_by": [], "errors": [], "outcome": outcome, **others}


def test_the_page_lists_defects_of_the_catalogue() -> None:
    """After a change of many defects: judge the whole matrix, and `python scripts/kill_matrix_page.py matrix.json`."""
    listed = set(re.findall(r"^\| [A-Z]+-\d+ \| `([^`]+)`", PAGE.read_text("utf-8"), re.MULTILINE))
    names = {entry["name"] for entry in catalogue()}
    assert listed <= names
    assert len(listed) >= 0.9 * len(names)


def test_a_table_for_each_group_says_what_failed() -> None:
    page = list(
        lines(
            {
                "summary": {"must": 2, "must_killed": 1, "median_red": 1.0, "most_red": 2},
                "undamaged": [defect("", "", requests=1200)],
                "defects": [
                    defect("late", "BATCH-1"),
                    defect("early", "AUTH-1", "AUTH-1", "AUTH-2"),
                    defect("soft", "AUTH-2", level="SHOULD", warned_by=["AUTH-2"], outcome="killed"),
                ],
            }
        )
    )
    assert page[2].endswith("| 1 of 2 (50%) |")
    assert page[3].endswith("| 1 of 1 (100%) |")
    assert page[4].endswith("| clean |")
    assert [line for line in page if line.startswith("## ")] == ["## AUTH", "## BATCH"]
    assert "| AUTH-1 | `early` | Does \\| what. | AUTH-1, AUTH-2 |" in page
    assert "| AUTH-2 | `soft` | Does \\| what. | AUTH-2 |" in page
    assert "| BATCH-1 | `late` | Does \\| what. | nothing |" in page


def test_a_matrix_of_some_defects_is_added_to_the_page() -> None:
    """What it lacks stays, but for what the mock has no more; a defect that it has gets its new row."""
    names = [(entry["name"], entry["requirement"]) for entry in catalogue()[:3]]
    (first, of_first), (second, of_second), (third, of_third) = names
    page = "\n".join(f"| {broken} | `{name}` | old | {fails} |" for broken, name, fails in (
        (of_first, first, of_first), (of_second, second, "nothing"), ("AUTH-1", "gone", "AUTH-1")
    ))  # fmt: skip
    some = {
        "undamaged": [defect("", "", requests=9)], "summary": {},
        "defects": [defect(second, of_second, of_second, "PROTO-1"), defect(third, of_third, of_third)],
    }  # fmt: skip
    whole = added(page, some)
    assert [row["name"] for row in whole["defects"]] == [first, second, third]
    assert (whole["summary"]["must"], whole["summary"]["must_killed"], whole["summary"]["most_red"]) == (3, 3, 2)
    assert list(lines(whole))[2].endswith("| 3 of 3 (100%) |")
