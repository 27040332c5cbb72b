"""Every defect makes a difference that can be seen, and is registered with the clause that it breaks."""

from __future__ import annotations

from pathlib import Path

import pytest

from mock.tests.helpers.defect_story import transcript
from pacsimile_mock import defects
from pacsimile_mock.worlds.defect_registry import catalogue, find
from pacsimile_spec import requirements

NAMES = [one["name"] for one in catalogue()]
ONE_OF_EACH_FILE = list({find(name).override.__module__: name for name in reversed(NAMES)}.values())
"""The first defect of each file: `scripts/sweep_defects.py` tries all."""
OF_EACH_STEP = (
    "unknown-path-is-200", "non-ascii-is-500", "no-token-needed", "scope-by-prefix", "unknown-parameter-ignored",
    "field-missing", "stack-trace-in-400", "no-request-id",
)  # fmt: skip
"""A defect of each step of the pipeline: `scripts/sweep_defects.py camel` tries all."""


@pytest.fixture(scope="module")
def undamaged() -> list[list[str]]:
    return list(transcript(None))


def test_two_undamaged_worlds_say_the_same(undamaged: list[list[str]]) -> None:
    """What is compared does not differ by chance."""
    assert list(transcript(None)) == undamaged


@pytest.mark.parametrize("name", ONE_OF_EACH_FILE)
def test_a_defect_is_seen(name: str, undamaged: list[list[str]]) -> None:
    """A world with the defect answers otherwise somewhere; what is said after that is not asked for."""
    assert any(said != right for said, right in zip(transcript(name), undamaged, strict=True))


@pytest.fixture(scope="module")
def undamaged_in_camel() -> list[list[str]]:
    return list(transcript(None, "camel"))


@pytest.mark.parametrize("name", OF_EACH_STEP)
def test_a_defect_is_seen_in_a_dialect(name: str, undamaged_in_camel: list[list[str]]) -> None:
    """As it is without one: what translates stands around the step that the defect changes."""
    assert any(said != right for said, right in zip(transcript(name, "camel"), undamaged_in_camel, strict=True))


def test_catalogue_names_known_clauses_and_says_what_is_wrong() -> None:
    """Each defect has a clause, that clause's level, and a sentence."""
    for one in catalogue():
        assert one["level"] == requirements()[one["requirement"]].level
        assert one["summary"].endswith(".")


def test_a_defect_lies_in_a_file_of_its_clause_group() -> None:
    """A defect that breaks BATCH-3 lies in a file `batch_...`; one of a group with a single file lies in `orderid`."""
    for one in catalogue():
        group = one["requirement"].partition("-")[0].lower()
        file = find(one["name"]).override.__module__.rpartition(".")[2]
        assert file.partition("_")[0] == group, f"{one['name']} breaks {one['requirement']}: move it to {group}_*.py"


def test_every_file_of_defects_is_found() -> None:
    """A new file in `defects/` is registered without naming it anywhere; the catalogue is in the clauses' order."""
    files = {path.stem for path in Path(defects.__path__[0]).glob("[a-z]*.py")}
    assert files - {find(name).override.__module__.rpartition(".")[2] for name in NAMES} == {
        "changed_calls",
        "concurrency",
    }
    places = list(requirements())
    order = [places.index(one["requirement"]) for one in catalogue()]
    assert order == sorted(order)


def test_an_override_is_a_subclass_of_one_part() -> None:
    """A defect overrides a part that a world is made of."""
    for name in NAMES:
        assert find(name).override.__mro__[1].__module__.startswith("pacsimile_mock."), name
