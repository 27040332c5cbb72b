"""Documents that a user gives: each value knows its place, and what no reader can use is refused with a line."""

import pytest

from pacsimile_spec.given_documents import MOST_LEVELS, DocumentError, compose, load_json

TENFOLD = "a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n" for before, name in zip("abcde", "bcdef", strict=True)
)


def test_each_value_knows_its_line_and_column() -> None:
    """Counted from 1; a scalar stays what is written, and tells whether it was quoted."""
    root = compose("first: NO\nsecond:\n  - '0123'\n  - {third: 2027-03-01}\n")
    assert root is not None
    assert root.members is not None
    (first, no), (_, second) = root.members
    assert (first.text, first.line, first.column, no.text, no.quoted, no.line, no.column) == (
        "first", 1, 1, "NO", False, 1, 8
    )  # fmt: skip
    assert second.items is not None
    assert [(one.line, one.column, one.text, one.quoted) for one in second.items] == [
        (3, 5, "0123", True),
        (4, 5, None, False),
    ]


def test_an_alias_stands_where_it_is_written() -> None:
    """With what its anchor holds."""
    root = compose("a: &x [1]\nb: *x\n")
    assert root is not None
    assert root.members is not None
    alias = root.members[1][1]
    assert (alias.line, alias.column, [one.text for one in alias.items or ()]) == (2, 4, ["1"])


@pytest.mark.parametrize("text", ["", "# nothing\n"])
def test_an_empty_file_has_no_value(text: str) -> None:
    """None, for whoever asks to say what is lacking."""
    assert compose(text) is None


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("a: 1\nb: 2\na: 3\n", (3, 1), "expected a once; it is given twice"),
        ('{"a": {"b": 1, "b": 2}}', (1, 16), "expected b once; it is given twice"),
        ("[1]: 2\n", (1, 1), "expected a word as a key"),
        ("a: &x [*x]\n", (1, 8), "x holds itself"),
        ("a: *x\n", (1, 4), "nothing above is named x"),
        ("[" * 50, (1, MOST_LEVELS + 1), f"expected {MOST_LEVELS} levels at most"),
        (TENFOLD, (5, 44), "is too long; expected 100000 values at most"),
        ("a: &x " + "[" * 12 + "]" * 12 + "\nb: " + "[" * 12 + "*x" + "]" * 12, (2, 16), "is nested too deeply"),
        ("a: b\n---\nc: d\n", (2, 1), "another document begins here"),
        ("a: \x01", (1, 4), "the character '\\x01' stands here"),
        ("a: [", (2, 1), "this is not YAML"),
    ],
)
def test_what_no_reader_can_use_is_refused(text: str, place: tuple[int, int], said: str) -> None:
    """With the place, however hostile the file is."""
    with pytest.raises(DocumentError) as caught:
        compose(text)
    assert said in str(caught.value)
    assert (caught.value.line, caught.value.column)[: 1 if text == "a: [" else 2] == place[: 1 if text == "a: [" else 2]


def test_json_is_read() -> None:
    """As it is."""
    assert load_json(b'{"a": [1, 2.5, null, {"a": "\\ud83d\\ude00"}]}') == {"a": [1, 2.5, None, {"a": "\U0001f600"}]}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"a": 1, "b": {"c": 1, "c": 2}}', "expected c once; it is given twice"),
        (b'{"a": NaN}', "this is not JSON"),
        (b'{"a": 1', "this is not JSON"),
        (b'"\xff"', "this is not JSON"),
        (b"[1e999]", "this is not JSON"),
        (b"[" * 100_000 + b"]" * 100_000, "this is not JSON"),
    ],
)
def test_json_that_no_reader_can_use_is_refused(content: bytes, said: str) -> None:
    """Names given twice too, of which parsers take the first, the last, or none."""
    with pytest.raises(DocumentError, match=said):
        load_json(content)


@pytest.mark.parametrize("text", ["a:\n\tb: 1\n", "a:\n  b: 1\n\tc: 2\n", "a:\n  - 1\n \t- {b: [}\n"])
def test_a_tab_is_called_a_tab(text: str) -> None:
    """YAML's own words are about a character that starts no token."""
    with pytest.raises(DocumentError, match="a tab stands before the text of this line: indent with spaces"):
        compose(text)
