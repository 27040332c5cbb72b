"""What does not fit a schema is told in words: which member lacks, what it is instead of what it should be."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from pacsimile_contract.english import with_article
from pacsimile_contract.provenance import unmarked
from pacsimile_contract.schema_words import value_of, words_of
from pacsimile_contract.schemas import Schema, is_date, is_date_time

OF_THE_DESCRIPTION = frozenset(Draft202012Validator.VALIDATORS) - {
    "$ref", "$dynamicRef", "allOf", "dependentRequired", "dependentSchemas", "if", "items", "prefixItems", "properties",
    "patternProperties", "propertyNames", "unevaluatedItems", "unevaluatedProperties",
}  # fmt: skip
"""Keywords that say themselves what is wrong; those left out hand on what is wrong within."""

CASES: list[tuple[dict[str, Any], Any, str]] = [
    ({"required": ["impression", "findings"]}, {"findings": []}, "lacks the member `impression`"),
    ({"type": "number"}, "3600", "is a text, not a number"),
    ({"type": ["integer", "null"]}, [], "is a list, not an integer or null"),
    ({"type": "object"}, True, "is true or false, not an object"),
    ({"enum": ["final", "amended"]}, "done", 'is none of "final", "amended"'),
    ({"const": "Bearer"}, "bearer", 'is not "Bearer"'),
    ({"pattern": "^[0-9]+$"}, "x", "does not match the pattern ^[0-9]+$"),
    ({"format": "date-time"}, "x", "is not a date-time with its offset (RFC 3339 section 5.6)"),
    ({"format": "date"}, "x", "is not a full date (RFC 3339 section 5.6)"),
    ({"minimum": 1}, 0, "is less than 1"),
    ({"maximum": 100}, 101, "is more than 100"),
    ({"exclusiveMinimum": 1}, 1, "is not more than 1"),
    ({"exclusiveMaximum": 1}, 1, "is not less than 1"),
    ({"multipleOf": 2}, 3, "is no multiple of 2"),
    ({"minLength": 1}, "", "is shorter than 1 characters"),
    ({"maxLength": 1}, "ab", "is longer than 1 characters"),
    ({"minItems": 1}, [], "has fewer than 1 entries"),
    ({"maxItems": 1}, [1, 2], "has more than 1 entries"),
    ({"uniqueItems": True}, [1, 1], "has an entry twice"),
    ({"contains": {"const": 1}}, [], "lacks an entry that it must have"),
    ({"minProperties": 1}, {}, "has fewer than 1 members"),
    ({"maxProperties": 0}, {"a": 1}, "has more than 0 members"),
    ({"additionalProperties": False}, {"a": 1}, "has a member that the description does not have"),
    ({"anyOf": [{"const": 1}, {"const": 2}]}, 3, "fits none of the forms that the description allows"),
    ({"oneOf": [{"const": 1}, {"const": 2}]}, 3, "does not fit exactly one of the forms that the description allows"),
    ({"not": {"const": 1}}, 1, "has a form that the description rules out"),
]


@pytest.mark.parametrize(("rules", "value", "words"), CASES)
def test_each_keyword_has_its_words(rules: dict[str, Any], value: Any, words: str) -> None:
    """No keyword's name, no message of a library."""
    schema = Schema(rules, {"date": is_date, "date-time": is_date_time})
    assert [words_of(one) for one in schema.errors(value)] == [words]


def test_no_keyword_is_without_words() -> None:
    """Every keyword of the draft that can be broken by itself."""
    assert {next(iter(rules)) for rules, _, _ in CASES} >= OF_THE_DESCRIPTION


def test_each_missing_member_is_named() -> None:
    """Two of them are two findings."""
    errors = Schema({"required": ["a", "b", "it's"]}, {}).errors({})
    assert sorted(map(words_of, errors)) == [f"lacks the member `{name}`" for name in ("a", "b", "it's")]


def test_a_value_is_marked_as_from_the_wire_and_cut() -> None:
    """A reader's reports decide whether it is shown; a whole document never is."""
    (long,) = Schema({"maxLength": 1}, {}).errors("Jane Doe " * 20)
    assert value_of(long) != unmarked(value_of(long))
    assert len(unmarked(value_of(long))) == 60
    (whole,) = Schema({"required": ["a"]}, {}).errors({"patient": "Jane Doe"})
    assert value_of(whole) == ""


@pytest.mark.parametrize(
    "phrase",
    ["an unfinished", "a failed", "an hl7v2", "a fhir", "a json", "a unit", "a UID", "an Observation", "an identifier"],
)
def test_articles_go_by_the_sound(phrase: str) -> None:
    """A vowel, or what is spelt out with one, takes `an`."""
    assert with_article(phrase.partition(" ")[2]) == phrase
