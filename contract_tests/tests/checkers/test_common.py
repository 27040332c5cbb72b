"""The words of comparisons that checkers share."""

import pytest

from pacsimile_contract.checkers.common import same, unseen_difference
from pacsimile_contract.provenance import unmarked


@pytest.mark.parametrize(
    ("got", "expected", "words"),
    [
        ("E\u0301tude", "\u00c9tude", ", in another Unicode form"),
        ("\u00c9tude", "E\u0301tude", ", in another Unicode form"),
        ("Etude\u200b", "Etude", ", with other invisible characters"),
        ("Etude ", "Etude", ", with other blanks"),
        ("a\u00a0study", "a study", ", with other blanks"),
        ("a\tstudy", "a study", ", with other blanks"),
        ("a\nstudy", "a study", ", with other blanks"),
        ("Etude\n", "Etude", ", with other blanks"),
        ("Etude\u200b ", "Etude", ", with other invisible characters"),
        ("a \u200b study", "a study", ", with other invisible characters"),
        ("Etude\x00", "Etude", ", with other invisible characters"),
        ("a\tstudy", "astudy", ""),
        ("Etude", "Etude", ""),
        ("Etude", "\u00c9tude", ""),
        ("1", 1, ""),
        (None, "Etude", ""),
    ],
)
def test_texts_that_look_alike_are_told_apart(got: object, expected: str, words: str) -> None:
    """By what no screen shows; others need no word."""
    assert unseen_difference(got, expected) == words
    assert unmarked(same(got, expected, "study_group").got).endswith(words)
