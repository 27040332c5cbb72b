"""The clauses of the contract, as `requirements.yaml` lists them."""

import re

import yaml

from pacsimile_spec import requirements
from pacsimile_spec.documents import read

THEMES = {
    "AUTH": 18, "STATUS": 8, "ORDERID": 4, "RESULTS": 11, "GROUP": 5, "BATCH": 14, "CONS": 2, "SEC": 8, "PROTO": 6,
    "STORAGE": 1,
}  # fmt: skip


def test_every_clause_is_there_once_and_in_order() -> None:
    """The clauses of each theme are numbered from one without a gap, theme after theme."""
    rows = yaml.safe_load(read("requirements.yaml"))["requirements"]
    assert [row["id"] for row in rows] == [
        f"{theme}-{n}" for theme, count in THEMES.items() for n in range(1, count + 1)
    ]
    assert list(requirements()) == [row["id"] for row in rows]


def test_levels_and_sources_are_of_the_closed_lists() -> None:
    """A clause is MUST or SHOULD, and from the description, an RFC or the contract."""
    for one in requirements().values():
        assert one.level in {"MUST", "SHOULD"}
        assert one.source in {"D", "R", "C"}
        assert isinstance(one.harm, bool)


def test_the_shoulds_are_few() -> None:
    """Three clauses are recommendations, and breaking none of them does harm."""
    shoulds = {one.id: one.harm for one in requirements().values() if one.level == "SHOULD"}
    assert shoulds == {"AUTH-8": False, "RESULTS-9": False, "SEC-7": False}


def test_words_are_whole_sentences_and_differ() -> None:
    """Each clause is stated in full sentences, once, without mark-up that a terminal would show."""
    words = [one.words for one in requirements().values()]
    assert len(set(words)) == len(words)
    for text in words:
        assert text.endswith(".")
        assert not re.search(r"\n|\*\*|\| ", text)


def test_titles_are_short_plain_and_differ() -> None:
    """Each clause has a title that fits beside its id: at most 60 characters, no sentence, no mark-up, none twice."""
    titles = [row.title for row in requirements().values()]
    assert len(set(titles)) == len(titles)
    for title in titles:
        assert 10 <= len(title) <= 60, title
        assert title == " ".join(title.split())
        assert not re.search(r"[`*|<>]|[.:;,]$", title), title
        assert re.match("[a-z0-9]|Content-Digest", title), f"{title}: begins as the middle of a sentence does"


def test_a_clause_is_named_by_its_id_and_title() -> None:
    """What people are shown of a clause begins with what they search for."""
    assert requirements()["AUTH-12"].named == "AUTH-12 forged and foreign tokens are refused"


def test_only_storage_is_not_tested() -> None:
    """What no caller can see is listed with its reason; all else is judged."""
    assert [one.id for one in requirements().values() if one.not_tested_because] == ["STORAGE-1"]
