"""Pages: what can be set, and that data is never taken for Typst's markup or code."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pypdf import PdfReader

from pacsimile_spec import typesetting
from pacsimile_spec.byte_cache import ByteCache
from pacsimile_spec.typesetting import settable, typeset

HOSTILE = '#panic("x") *bold* $x$ `raw` \\ // [a] <label> @ref'


def test_what_no_font_has_is_spelled_out() -> None:
    """At any depth; numbers and truth stay; what is not visible is a question mark."""
    given = {"a": ["山", "a\x1b\u202eb", "two\nlines", True, 7, None], "é": "e\u0301"}
    assert settable(given) == {"a": ["[U+5C71]", "a??b", "two lines", True, 7, None], "é": "é"}


@pytest.mark.usefixtures("pages_set_anew")
def test_data_is_text_whatever_it_says(tmp_path: Path) -> None:
    """The page shows it letter by letter; the same data gives the same bytes."""
    template, page = tmp_path / "a.typ", tmp_path / "a.pdf"
    template.write_text('#let data = json(bytes(sys.inputs.data))\n#set document(title: "t")\n#data.words\n')
    instant = datetime(2026, 1, 1, tzinfo=UTC)
    page.write_bytes(typeset(template, {"words": HOSTILE}, instant))
    assert " ".join(PdfReader(page).pages[0].extract_text().split()) == HOSTILE
    assert typeset(template, {"words": HOSTILE}, instant) == page.read_bytes()


def test_a_document_is_set_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Until other data, another template or another time is given."""
    made: list[tuple[str, int]] = []

    def compile_(template: Path, text: str, timestamp: int) -> bytes:
        made.append((template.name, timestamp))
        return f"{template.name} {text} {timestamp}".encode()

    monkeypatch.setattr(typesetting, "kept", ByteCache(typesetting.MOST_KEPT))
    monkeypatch.setattr(typesetting, "_compile", compile_)
    instant, later = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    calls = [(Path("a"), {"x": "1"}, instant), (Path("a"), {"x": "2"}, instant), (Path("b"), {"x": "1"}, instant)]
    calls.append((Path("a"), {"x": "1"}, later))
    first = [typeset(*call) for call in calls]
    assert len(set(first)) == len(made) == len(calls)
    assert [typeset(*call) for call in calls] == first
    assert len(made) == len(calls)
