"""Report documents of any type: a statement where the type has members, else a text to search."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from unicodedata import normalize

from pacsimile_contract.documents.passages import Passages, sections, word_pattern
from pacsimile_contract.documents.statement import ReportStatement
from pacsimile_spec.statuses import COMPLETED

SHORTEST_UNMISTAKABLE = 8
"""Characters of an identifier that no text has by chance."""
_USUAL_PAGE, _MOST_PAGES_FOLDED = 16_384, 128
"""Characters of a page that is kept as it is compared, and how many of them: many texts are sought in each."""
_LONG_PAGE, _MOST_LONG_PAGES_FOLDED = 1_048_576, 2
"""The same limits for long pages, such as a large group's text."""


def without_white_space(text: str) -> str:
    """Return a text without white space, so that line breaks make no difference."""
    return "".join(text.split())


def ascii_by_nfkc(text: str) -> str:
    """Return the ASCII characters of a text after NFKC, which resolves ligatures: all that PDF text is judged by."""
    return normalize("NFKC", text).encode("ascii", "ignore").decode()


def ascii_by_ligatures(text: str) -> str:
    """Return the ASCII characters of a text, with only the ligatures of Latin letters resolved.

    A font may lack a subscript, which `ascii_by_nfkc` takes for a digit.
    """
    resolved = "".join(
        normalize("NFKC", character) if "\ufb00" <= character <= "\ufb06" else character for character in text
    )
    return resolved.encode("ascii", "ignore").decode()


def _fold(text: str, fold: Callable[[str], str]) -> str:
    return without_white_space(fold(text))


_lately_folded = lru_cache(_MOST_PAGES_FOLDED)(_fold)
_lately_folded_long = lru_cache(_MOST_LONG_PAGES_FOLDED)(_fold)


def _folded(text: str, fold: Callable[[str], str]) -> str:
    if len(text) > _LONG_PAGE:
        return _fold(text, fold)
    return _lately_folded(text, fold) if len(text) <= _USUAL_PAGE else _lately_folded_long(text, fold)


@dataclass(frozen=True, slots=True)
class Document:
    """An order's report: its text, in `pages`, and a `statement` where its type is structured."""

    statement: ReportStatement | None = None
    pages: tuple[str, ...] = ()
    ascii_only: bool = False
    """Whether only the ASCII characters of the text are compared."""
    is_synthetic: bool = False
    """Whether it carries its type's mark of synthetic data. Then its content may be shown."""

    def states(self, sentence: str) -> bool:
        """Tell whether the text holds a sentence, ignoring white space. Page breaks and hyphens may break it."""
        return self._states(sentence, ascii_by_nfkc) or (
            self.ascii_only and (self._states(sentence, ascii_by_ligatures) or self._states_with_substitutes(sentence))
        )

    def _states_with_substitutes(self, sentence: str) -> bool:
        """Tell whether the text holds a sentence in which other signs replace characters that its font lacks."""
        if sentence.isascii():
            return False
        words = ["".join(map(_with_substitutes, word)) for word in sentence.split()]
        pages = [_folded(page, ascii_by_nfkc) for page in self.pages]
        return re.search("".join(words), "".join(pages)) is not None or _over_a_break(words, pages, _matches)

    def _states(self, sentence: str, fold: Callable[[str], str]) -> bool:
        def folded(text: str) -> str:
            return _folded(text, fold if self.ascii_only else str)

        pages = [folded(page) for page in self.pages]
        wanted = folded(sentence)
        if wanted in "".join(pages) or _over_a_break([folded(word) for word in sentence.split()], pages):
            return True
        if not _LINE_END.search("\n".join(self.pages)):
            return False
        hyphenated = [folded(_LINE_END.sub(_SOFT, page)) for page in self.pages]
        return wanted != "" and _hyphenated(wanted, hyphenated)

    def names(self, identifier: str) -> bool:
        """Tell whether the text holds an identifier, ignoring white space."""
        return self.states(identifier)


def _with_substitutes(character: str) -> str:
    """Return a pattern of a character, of what may replace one outside ASCII, or of nothing in its place."""
    if character.isascii():
        return re.escape(character)
    return rf"(?:\?{{1,2}}|\[U\+{ord(character):04X}\]|{re.escape(ascii_by_nfkc(character))})?"


_LINE_END = re.compile(r"-[ \t]*[\r\n]+[ \t]*|\u00ad\s*|-[ \t]*\Z")
_SOFT = "\x01"
"""Stands for a hyphen at the end of a line or page, which may be the word's own or inserted."""


def _hyphenated(wanted: str, pages: list[str]) -> bool:
    """Tell whether pages hold a text whose lines were broken at hyphens, be they its own or inserted."""
    signs = [f"(?:-|{_SOFT})" if sign == "-" else re.escape(sign) for sign in wanted]
    if re.search(f"{_SOFT}?".join(signs), "".join(pages)):
        return True
    return any(
        _ends(signs[:place], before) and _ends(signs[place:], after)
        for before, after in pairwise(pages)
        for place in range(1, len(signs))
    )


def _ends(signs: list[str], page: str) -> bool:
    return re.search(f"{_SOFT}?".join(signs), page) is not None


def _matches(pattern: str, text: str) -> bool:
    return re.search(pattern, text) is not None


def _over_a_break(
    words: list[str], pages: list[str], occurs_in: Callable[[str, str], bool] = lambda text, page: text in page
) -> bool:
    """Tell whether a page holds the first words and the next page the rest, with headers and footers between them."""
    return any(
        occurs_in("".join(words[:place]), before) and occurs_in("".join(words[place:]), after)
        for before, after in pairwise(pages)
        for place in range(1, len(words))
    )


@dataclass(frozen=True, slots=True)
class Record:
    """One row, line or object of a group's report, as the texts of its cells."""

    cells: tuple[str, ...]
    exact: bool = True
    """Whether each cell is a single value, not running text."""

    def names(self, identifier: str) -> bool:
        """Tell whether the record holds an identifier."""
        if self.exact:
            return identifier in self.cells
        return any(without_white_space(identifier) in without_white_space(cell) for cell in self.cells)

    def says(self, word: str) -> bool:
        """Tell whether the record holds a word, and not only within a longer one."""
        return any(is_apart(word, cell) for cell in self.cells)

    def states(self, sentence: str) -> bool:
        """Tell whether the record holds a sentence, ignoring white space."""
        return any(without_white_space(sentence) in without_white_space(cell) for cell in self.cells)


def is_apart(word: str, text: str) -> bool:
    """Tell whether a text holds a word or identifier, and not only within a longer one."""
    return word in text and word_pattern(word).search(text) is not None


def is_unmistakable(identifier: str) -> bool:
    """Tell whether no text has an identifier by chance, as a number, a word or a line of hyphens."""
    return len(identifier) >= SHORTEST_UNMISTAKABLE and any(map(str.isalnum, identifier))


@dataclass(frozen=True, slots=True)
class GroupDocument:
    """A study group's report: its records, and its whole text where the type is not structured."""

    records: tuple[Record, ...]
    study_group: str | None = None
    text: Document | None = None
    is_synthetic: bool = False
    order_ids: tuple[str, ...] | None = None
    """The orders that it is about, where the type has members for their ids."""
    laid_out: Callable[[], Document | None] | None = None
    """Of a type whose text has another order on the page than in the file: reads the text as it stands on the page.

    It gives None where there is too much of it. It takes as long as the rest of the report, and is seldom needed.
    """

    @property
    def pages(self) -> tuple[str, ...]:
        """The text of a type that is not structured, as its file has it; empty for others."""
        return self.text.pages if self.text is not None else ()

    def names(self, identifier: str) -> bool:
        """Tell whether the report holds an identifier: as a value, or in its text, ignoring white space."""
        if self.text is not None:
            return self.text.names(identifier)
        return any(record.names(identifier) for record in self.records)

    def names_apart(self, identifier: str) -> bool:
        """Tell whether the report holds an identifier, and not only within a longer one."""
        if self.text is not None:
            return any(is_apart(identifier, page) for page in self.text.pages)
        return any(record.names(identifier) for record in self.records)

    def surely_lists(self, order_id: str) -> bool:
        """Tell whether the report lists an order beyond doubt: in a text, what is short or a line may be anything."""
        if self.order_ids is not None:
            return order_id in self.order_ids
        return is_unmistakable(order_id) and self.names_apart(order_id)

    def accounts_for(self, statuses: Mapping[str, str], study_group: str | None = None) -> Mapping[str, bool]:
        """Tell by order id whether each FAILED or CANCELLED order is named as such (GROUP-2).

        `statuses` has the status of every order of the group. A structured type has the word in the record that names
        the order, a text in the order's passage. The text of a PDF may be read as its file or as its page has it. The
        name of the group may have such a word itself.
        """
        open_ = {order: status for order, status in statuses.items() if status != COMPLETED}
        if not open_:
            return {}
        if self.text is None:
            return {order: self._says_of(order, status) for order, status in open_.items()}
        in_file = _accounted(self.text, statuses, study_group)
        laid_out = None if all(in_file.values()) or self.laid_out is None else self.laid_out()
        if laid_out is None:
            return in_file
        on_page = _accounted(laid_out, statuses, study_group)
        return on_page if all(on_page.values()) else {order: in_file[order] or on_page[order] for order in open_}

    def _says_of(self, order_id: str, word: str) -> bool:
        return any(record.names(order_id) and record.says(word) for record in self.records)

    def below(self, order_ids: Iterable[str]) -> Mapping[str, Document]:
        """Return by order id the text from each mention of the id to the next mention of any of them."""
        orders = list(order_ids)
        passages_by_order: dict[str, list[str]] = {order: [] for order in orders}
        for order, passage in sections("\n".join(self.text.pages) if self.text is not None else "", orders):
            passages_by_order[order].append(passage)
        ascii_only = self.text is not None and self.text.ascii_only
        return {
            order: Document(pages=tuple(passages), ascii_only=ascii_only)
            for order, passages in passages_by_order.items()
        }

    def names_of(self, order_id: str, identifier: str) -> bool:
        """Tell whether an identifier belongs to an order: in a record that names the order, or anywhere in a text."""
        if self.text is not None:
            return self.text.names(identifier)
        return any(record.names(order_id) and record.names(identifier) for record in self.records)

    def states_of(self, order_id: str, sentence: str) -> bool:
        """Tell whether a sentence belongs to an order: in a record that names the order, or anywhere in a text."""
        if self.text is not None:
            return self.text.states(sentence)
        return any(record.names(order_id) and record.states(sentence) for record in self.records)


def _accounted(document: Document, statuses: Mapping[str, str], study_group: str | None) -> Mapping[str, bool]:
    return Passages("\n".join(document.pages), list(statuses), study_group).accounts_for(statuses)


@dataclass(frozen=True, slots=True)
class Reader:
    """How a report type is read.

    `recognises` tells by their beginning whether bytes are meant as that type; RESULTS-8 judges whether they are valid.
    `report` reads an order's report and `group` a study group's; either is None where the type has no such report.
    `places` names in words, by member of a statement, where the type holds it.
    """

    report_type: str
    recognises: Callable[[bytes], bool]
    report: Callable[[bytes], Document | None] | None = None
    group: Callable[[bytes], GroupDocument | None] | None = None
    places: Mapping[str, str] = field(default_factory=dict)
    amended: tuple[str, ...] = ()
    """Values of the report status that mean amended; empty where the type has no such member."""
