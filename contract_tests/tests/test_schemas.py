"""A schema of the description says the same of a value, whichever of the two libraries looks."""

import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from contract_tests.tests.helpers.command import target_file
from pacsimile_contract.schemas import Schema, is_date, is_date_time
from pacsimile_spec import description
from pacsimile_spec.documents import resolve

FORMATS = {"date": is_date, "date-time": is_date_time}


def bodies() -> Iterator[tuple[dict[str, Any], Any]]:
    """Yield the schema of each JSON answer in the description, with an example of it."""
    document = description()
    answers = [resolve(one) for path in document["paths"].values() for method in path.values() if "responses" in method
               for one in method["responses"].values()]  # fmt: skip
    for answer in answers:
        for media_type, node in answer.get("content", {}).items():
            for example in node.get("examples", {}).values() if "json" in media_type else ():
                yield node["schema"], resolve(example)["value"]


BODIES = list(bodies())
SPELT = st.sampled_from(
    ["a\n", "\ud800", "2024-02-30", "2024-02-29", "2024-02-29T00:00:00z", "2024-02-30T00:00:00Z", "2024-02-29T00:00Z"]
)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), SPELT, st.sampled_from([1.0, 10**400])
)
JUNK = SCALARS | st.lists(SCALARS, max_size=2) | st.dictionaries(st.text(max_size=4), SCALARS, max_size=2)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield (container, key) of each place in a value."""
    for key in list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield value, key
        yield from places(value[key])


@st.composite
def damaged(draw: st.DrawFn) -> tuple[dict[str, Any], Any]:
    """Draw a schema and one of its examples, in which places are replaced, taken away or added."""
    schema, example = draw(st.sampled_from(BODIES))
    value = deepcopy(example)
    for _ in range(draw(st.integers(0, 3))):
        found = list(places(value))
        if not found:
            break
        container, key = draw(st.sampled_from(found))
        match draw(st.sampled_from(["replace", "remove", "add"])):
            case "replace":
                container[key] = draw(SPELT | JUNK if isinstance(container[key], str) else JUNK)
            case "remove":
                del container[key]
            case _ if isinstance(container, dict):
                container[draw(st.text(max_size=4))] = draw(JUNK)
    return schema, value


@settings(max_examples=150, deadline=None)
@given(damaged())
def test_both_say_the_same(drawn: tuple[dict[str, Any], Any]) -> None:
    """Of right values and of damaged ones: nothing that the library with the words refuses gets the fast yes."""
    schema, value = drawn
    checker = FormatChecker(formats=())
    for name, holds in FORMATS.items():
        checker.checks(name)(lambda text, holds=holds: not isinstance(text, str) or holds(text))
    told = Draft202012Validator({**schema, "components": description()["components"]}, format_checker=checker)
    judged = Schema(schema, FORMATS)
    assert judged.fits(value) is told.is_valid(value)
    assert [one.message for one in judged.errors(value)] == [one.message for one in told.iter_errors(value)]


@pytest.mark.parametrize(
    ("form", "wrong", "right"),
    [
        ("date-time", "2024-02-30T00:00:00Z", "2024-02-29t00:00:00.5+05:30"),
        ("date", "2024-02-30", "2024-02-29"),
        ("date", "2024-02-29T00:00:00Z", "2024-02-29"),
        ("uri", "", "no uri, which is nobody's business"),
    ],
)
def test_the_given_formats_count_alone(form: str, wrong: str, right: str) -> None:
    """For both libraries; neither brings its own idea of a format."""
    schema = Schema({"format": form, "minLength": 1}, FORMATS)
    assert not schema.fits(wrong)
    assert schema.fits(right)


def test_an_example_gets_the_fast_yes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The slow library is not asked about what is right."""
    monkeypatch.delattr(Draft202012Validator, "iter_errors")
    assert [list(Schema(schema, FORMATS).errors(value)) for schema, value in BODIES] == [[]] * len(BODIES)
    assert len(BODIES) > 20


LAZY = """
import sys
from pathlib import Path
from pacsimile_contract.findings.registry import scenarios
from pacsimile_contract.target.reading import load_target
scenarios()
load_target(Path(sys.argv[1]), {"T_ID": "a", "T_SECRET": "b"})
print("jsonschema" in sys.modules)
"""


def test_what_words_faults_is_imported_where_there_is_one(tmp_path: Path) -> None:
    """The library that has the words is slow to import: a right target file and the scenarios do without it."""
    file = target_file(tmp_path, "http://127.0.0.1:9")
    done = subprocess.run([sys.executable, "-c", LAZY, file], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "False\n"
