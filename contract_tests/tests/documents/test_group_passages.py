"""GROUP-2 in running text: the word that belongs to an order, whatever the layout; a wrong or missing one is seen."""

import random
import time
from collections.abc import Sequence

import pytest

from contract_tests.tests.helpers.group_layouts import LAYOUTS, Entries, around, in_pages
from contract_tests.tests.helpers.handmade_reports import pdf_bytes
from pacsimile_contract.documents import pdf, read_group
from pacsimile_contract.documents.passages import Passages, spans, word_pattern

COMPLETED, FAILED, CANCELLED = "COMPLETED", "FAILED", "CANCELLED"
STATUSES = {"A-1": COMPLETED, "A-2": FAILED, "A-3": CANCELLED}


def accounted(
    kind: str, *pages: str, statuses: dict[str, str] = STATUSES, study_group: str | None = None
) -> dict[str, bool]:
    """Return what a text or PDF says of the orders that did not complete."""
    body = "\f".join(pages).encode() if kind == "txt" else pdf_bytes(*pages)
    document = read_group(kind, body)
    assert document is not None
    return dict(document.accounts_for(statuses, study_group))


@pytest.mark.parametrize("kind", ["txt", "pdf"])
@pytest.mark.parametrize(
    "pages",
    [
        ("Order: A-1\nStatus: COMPLETED\nOrder: A-2\nStatus: FAILED\nOrder: A-3\nStatus: CANCELLED",),
        ("Order A-1 is done. Order A-2 could not be done:\nit FAILED. Order A-3 was taken back: it is\nCANCELLED.",),
        ("A-1 COMPLETED\nA-2\nPage 1 of 2", "Study group g\nFAILED\nA-3 CANCELLED"),
        ("Order A-1\nOrder A-\n2 FAILED\nOrder A-3 CANCELLED",),
        ("COMPLETED: A-1\nFAILED: A-2\nCANCELLED: A-3",),
        ("Study group g, 3 orders\n\nFAILED: A-2\n\nCANCELLED: A-3\n\nCOMPLETED: A-1",),
        ("COMPLETED\nA-1\nFAILED\nA-2\nCANCELLED\nA-3",),
        ("1 COMPLETED, 1 FAILED, 1 CANCELLED\nOrder: A-1\nOrder: A-2\nStatus: FAILED\nOrder: A-3\nStatus: CANCELLED",),
        ("Orders A-1, A-2, A-3\nA-1 COMPLETED\nA-2 FAILED\nA-3 CANCELLED\n1 COMPLETED, 1 FAILED, 1 CANCELLED",),
    ],
)
def test_an_entry_may_be_broken_as_its_page_has_it(kind: str, pages: tuple[str, ...]) -> None:
    """Labels on lines of their own, a paragraph, a page's end, an id broken at its hyphen, the word before the id."""
    assert accounted(kind, *pages) == {"A-2": True, "A-3": True}
    exchanged = [page.replace(FAILED, "X").replace(CANCELLED, FAILED).replace("X", CANCELLED) for page in pages]
    assert not all(accounted(kind, *exchanged).values())


@pytest.mark.parametrize("kind", ["txt", "pdf"])
@pytest.mark.parametrize("name", [FAILED, CANCELLED, "COMPLETED  CANCELLED", "not FAILED 3"])
@pytest.mark.parametrize(
    "pages",
    [
        ("Group {name}\nA-1 COMPLETED\nA-2 FAILED\nA-3 CANCELLED",),
        ("Group {name}\nA-1 COMPLETED\nA-2 FAILED\n{name} - page 1", "Group {name}\nA-3 CANCELLED\n{name} - page 2"),
        ("COMPLETED: A-1\nFAILED: A-2\nCANCELLED: A-3\nGroup {name}",),
        ("A-1 of {name}: COMPLETED\nA-2 of {name}: FAILED\nA-3 of {name}: CANCELLED",),
    ],
)
def test_a_group_may_have_the_name_of_a_status(kind: str, name: str, pages: tuple[str, ...]) -> None:
    """`Group FAILED` says nothing of an order, wherever it stands."""
    named = [page.replace("{name}", name) for page in pages]
    assert accounted(kind, *named, study_group=name) == {"A-2": True, "A-3": True}
    wrong = [page.replace(FAILED, "X").replace(CANCELLED, FAILED).replace("X", CANCELLED) for page in pages]
    assert not all(accounted(kind, *(page.replace("{name}", name) for page in wrong), study_group=name).values())


def test_one_word_may_be_said_of_several_orders() -> None:
    """`A-2 and A-3: FAILED` says it of both; two entries of which one has the word do not."""
    both = {"A-1": COMPLETED, "A-2": FAILED, "A-3": FAILED}
    assert accounted("txt", "A-1 is done.\nA-2 and A-3 FAILED.", statuses=both) == {"A-2": True, "A-3": True}
    assert accounted("txt", "A-1 is done.\nFAILED: A-2, A-3", statuses=both) == {"A-2": True, "A-3": True}
    assert accounted("txt", "A-1\nA-2 1.2.3\nA-3 FAILED", statuses=both)["A-2"] is False


def test_a_row_that_lacks_its_word_borrows_none_of_its_neighbours() -> None:
    """Rows are read as rows: a word in the line above belongs there."""
    assert accounted("txt", "A-1 FAILED\nA-2\nA-3 CANCELLED") == {"A-2": False, "A-3": True}
    assert accounted("txt", "A-1\nA-2 CANCELLED\nA-3 FAILED\n") == {"A-2": False, "A-3": False}
    assert accounted("txt", "A-1 FAILED\nA-2 CANCELLED\nA-3") == {"A-2": False, "A-3": False}


def test_a_text_without_the_orders_accounts_for_none() -> None:
    """An empty text, and one that names none of them."""
    assert accounted("txt", "nothing") == {"A-2": False, "A-3": False}
    assert Passages("", []).accounts_for({}) == {}


def _group(draw: random.Random) -> tuple[list[str], list[str]]:
    count = draw.randint(2, 6)
    stem = draw.choice(["A-", "ORD-2026-", "SYN", "1.2.840."])
    ids = [f"{stem}{number}" for number in draw.sample(range(1, 40), count)]
    statuses = [FAILED, *(draw.choice([COMPLETED, FAILED, CANCELLED]) for _ in ids[1:])]
    draw.shuffle(statuses)
    return ids, statuses


def _set(layout: str, entries: Entries, draw: random.Random) -> list[str]:
    text = around(LAYOUTS[layout](entries), entries, draw)
    return in_pages(text, draw) if draw.random() < 0.3 else [text]


def _said(statuses: Sequence[str], silent: bool) -> list[str]:
    """Return statuses as they are written: what completed may be told without the word."""
    return ["" if silent and one == COMPLETED else one for one in statuses]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_lawful_layout_is_never_held_against_a_service(layout: str) -> None:
    """Each order's own word, in 150 groups drawn by a seed, with and without the word COMPLETED."""
    draw = random.Random(layout)
    for _ in range(150):
        ids, statuses = _group(draw)
        pages = _set(layout, list(zip(ids, _said(statuses, draw.random() < 0.5), strict=True)), draw)
        found = accounted("txt", *pages, statuses=dict(zip(ids, statuses, strict=True)))
        assert all(found.values()), "\f".join(pages)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_words_that_are_exchanged_or_missing_are_seen(layout: str) -> None:
    """Two orders' words exchanged, or all words of one status gone: some order is not accounted for."""
    draw = random.Random(layout)
    seen = tried = 0
    for _ in range(150):
        ids, statuses = _group(draw)
        first = statuses.index(FAILED)
        other = next((place for place, one in enumerate(statuses) if one != FAILED), None)
        wrong = list(statuses)
        if other is None or draw.random() < 0.3:
            wrong = ["" if one == FAILED else one for one in statuses]
        else:
            wrong[first], wrong[other] = wrong[other], wrong[first]
        pages = _set(layout, list(zip(ids, wrong, strict=True)), draw)
        found = accounted("txt", *pages, statuses=dict(zip(ids, statuses, strict=True)))
        tried, seen = tried + 1, seen + (not all(found.values()))
        assert not all(found.values()), "\f".join(pages)
    assert tried == seen == 150


@pytest.mark.parametrize(
    "text",
    [
        "A-1, A-2 FAILED\n" * 20_000, "A-1 FAILED\n" * 20_000, "FAILED A-1 " * 20_000, "A-1 1 FAILED " * 20_000,
        f"A-1, {' ' * 20_000}x A-2 FAILED",
    ],
    ids=["enumerations", "rows", "one line", "counts", "white space"],
)  # fmt: skip
def test_a_long_text_is_read_in_time(text: str) -> None:
    """Whatever is repeated in it: the time grows with its length, not with its square."""
    began = time.process_time()
    assert Passages(text, ["A-1", "A-2"]).accounts_for({"A-1": "FAILED", "A-2": "CANCELLED"})["A-2"] is False
    assert time.process_time() - began < 3


def test_a_pdf_is_laid_out_only_where_its_file_leaves_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    """To lay a page out takes as long as to read it."""
    laid_out: list[bytes] = []
    monkeypatch.setattr(pdf, "pages_as_laid_out", laid_out.append)
    assert all(accounted("pdf", "Each: A-1 COMPLETED, A-2 FAILED, A-3 CANCELLED").values())
    assert not laid_out
    assert not any(accounted("pdf", "A-1 COMPLETED, A-2 COMPLETED, A-3 COMPLETED").values())
    assert len(laid_out) == 1


def test_an_identifier_is_where_its_pattern_matches() -> None:
    """Each place of it is looked at, and no other: those of its pattern in a text of the same few signs."""
    draw = random.Random(1)
    for _ in range(500):
        text = "".join(draw.choices("A1-. a", k=30))
        identifier = "".join(draw.choices("A1-.", k=draw.randint(1, 3)))
        expected = [match.span() for match in word_pattern(identifier).finditer(text)]
        assert spans(identifier, text) == expected or not expected
