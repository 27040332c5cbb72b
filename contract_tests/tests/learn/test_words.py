"""Names as words with meanings, and the assignment of what fits best together."""

import random
from itertools import permutations

import pytest

from pacsimile_contract.learn.assignment import assign
from pacsimile_contract.learn.words import likeness, load_data, tokens


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("orderId", ("order", "id")),
        ("ORDER_ID", ("order", "id")),
        ("order-id", ("order", "id")),
        ("StudyInstanceUID", ("study", "instance", "uid")),
        ("auftragsnummer", ("auftrag", "nummer")),
        ("geprüftAm", ("geprueft", "am")),
        ("", ()),
    ],
)
def test_a_name_is_split_into_its_words(name, words):
    assert tokens(name) == words


@pytest.mark.parametrize(
    ("ours", "theirs", "other"),
    [
        ("order_id", "auftragsNr", "befundNr"),
        ("study_uid", "StudyInstanceUID", "SeriesNumber"),
        ("created_at", "erstelltAm", "geaendertAm"),
        ("completed_at", "finishedTs", "startedTs"),
        ("report_status", "rptStts", "ordStts"),
        ("organization_id", "idOrganizacion", "idPedido"),
    ],
)
def test_names_with_the_same_meaning_are_alike(ours, theirs, other):
    assert likeness(ours, theirs) > 0.6
    assert likeness(ours, theirs) > likeness(ours, other) + 0.2


def test_context_stands_for_a_word_that_a_name_leaves_out():
    assert likeness("order_id", "id", "order") > likeness("order_id", "id") + 0.1


def test_the_best_sum_is_assigned():
    """Small problems have the sum that trying everything finds."""
    draw = random.Random(7)
    for _ in range(60):
        rows, columns = draw.randint(1, 4), draw.randint(1, 5)
        scores = [[draw.random() for _ in range(columns)] for _ in range(rows)]
        pairs = assign(scores)
        size = max(rows, columns)
        padded = [[scores[r][c] if r < rows and c < columns else 0.0 for c in range(size)] for r in range(size)]
        best = max(sum(padded[r][c] for r, c in enumerate(order)) for order in permutations(range(size)))
        got = sum(scores[row][column] for row, column in enumerate(pairs) if column is not None)
        assert got == pytest.approx(best)
        chosen = [column for column in pairs if column is not None]
        assert len(chosen) == len(set(chosen))


def test_no_pair_of_the_least_score_is_formed():
    assert assign([[0.3, 0.2], [0.9, 0.3]], 0.3) == [None, 0]
    assert assign([]) == []


def test_a_word_of_the_thesaurus_is_written_as_it_is_looked_up():
    """Words stand in lower case, and each language has text."""
    for meaning, languages in load_data("thesaurus.yaml").items():
        for language, words in languages.items():
            assert isinstance(words, str), (meaning, language)
            assert words == words.lower(), (meaning, language)
