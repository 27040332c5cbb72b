"""What report documents say, whatever their type: facts where the type has members for them, else a text to search."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from unicodedata import normalize

from pacsimile_contract.documents.passages import Passages, apart, sections
from pacsimile_contract.documents.statement import Statement
from pacsimile_spec.statuses import COMPLETED


def squeezed(text: str) -> str:
    """Return a text without white space: how it was broken into lines no longer shows."""
    return "".join(text.split())


def plain(text: str) -> str:
    """Return what of a text lies inside ASCII, ligatures and the like resolved first: all that PDF text is held to."""
    return normalize("NFKC", text).encode("ascii", "ignore").decode()


def bare(text: str) -> str:
    """Return what of a text lies inside ASCII, ligatures of Latin letters resolved.

    Of the rest nothing is: a font may lack a subscript, which `plain` takes for a digit.
    """
    resolved = "".join(normalize("NFKC", one) if "\ufb00" <= one <= "\ufb06" else one for one in text)
    return resolved.encode("ascii", "ignore").decode()


@dataclass(frozen=True, slots=True)
class Document:
    """An order's report: its text, in `pages`, and a `statement` where its type is structured."""

    statement: Statement | None = None
    pages: tuple[str, ...] = ()
    ascii_only: bool = False
    """Compare the text without what lies outside ASCII."""
    is_synthetic: bool = False
    """Whether it carries its type's mark of synthetic data: what it says may then be shown."""

    def states(self, sentence: str) -> bool:
        """Tell whether the text holds a sentence, white space aside, possibly broken over two pages or by a hyphen."""
        return self._states(sentence, plain) or (self.ascii_only and self._states(sentence, bare))

    def _states(self, sentence: str, fold: Callable[[str], str]) -> bool:
        def folded(text: str) -> str:
            return squeezed(fold(text) if self.ascii_only else text)

        pages = [folded(page) for page in self.pages]
        wanted = folded(sentence)
        if wanted in "".join(pages) or _over_a_break([folded(word) for word in sentence.split()], pages):
            return True
        if not _LINE_END.search("\n".join(self.pages)):
            return False
        hyphenated = [folded(_LINE_END.sub(_SOFT, page)) for page in self.pages]
        return wanted != "" and _hyphenated(wanted, hyphenated)

    def names(self, identifier: str) -> bool:
        """Tell whether the text holds an identifier, white space aside."""
        return self.states(identifier)


_LINE_END = re.compile(r"-[ \t]*[\r\n]+[ \t]*|\u00ad\s*|-[ \t]*\Z")
_SOFT = "\x01"
"""Where a line or page ends in a hyphen, which may be the word's own or put in."""


def _hyphenated(wanted: str, pages: list[str]) -> bool:
    """Tell whether pages hold a text whose lines were broken at hyphens, its own ones and such as were put in."""
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


def _over_a_break(words: list[str], pages: list[str]) -> bool:
    """Whether one page holds the first words and the next the rest: heads and feet of pages stand between them."""
    return any(
        "".join(words[:place]) in before and "".join(words[place:]) in after
        for before, after in pairwise(pages)
        for place in range(1, len(words))
    )


@dataclass(frozen=True, slots=True)
class Record:
    """One row, line or object of a group's report, as the texts of its cells."""

    cells: tuple[str, ...]
    exact: bool = True
    """Whether a cell is one value; else it is running text."""

    def names(self, identifier: str) -> bool:
        """Tell whether it names an identifier."""
        if self.exact:
            return identifier in self.cells
        return any(squeezed(identifier) in squeezed(cell) for cell in self.cells)

    def says(self, word: str) -> bool:
        """Tell whether a word stands in it, by itself."""
        return any(is_apart(word, cell) for cell in self.cells)

    def states(self, sentence: str) -> bool:
        """Tell whether it holds a sentence, white space aside."""
        return any(squeezed(sentence) in squeezed(cell) for cell in self.cells)


def is_apart(word: str, text: str) -> bool:
    """Tell whether a word or identifier stands in a text, and not as a piece of a longer one."""
    return apart(word).search(text) is not None


@dataclass(frozen=True, slots=True)
class GroupDocument:
    """A study group's report: its records, and its whole text where the type is not structured."""

    records: tuple[Record, ...]
    study_group: str | None = None
    text: Document | None = None
    is_synthetic: bool = False
    order_ids: tuple[str, ...] | None = None
    """The orders that it is about, where the type has members for their ids."""
    laid_out: Document | None = None
    """Of a type whose text has another order on the page than in the file: the text as it stands on the page."""

    def names(self, identifier: str) -> bool:
        """Tell whether an identifier is in it: as a value, or in the text with white space aside."""
        if self.text is not None:
            return self.text.names(identifier)
        return any(record.names(identifier) for record in self.records)

    def names_apart(self, identifier: str) -> bool:
        """Tell whether an identifier is in it for sure, and not as a piece of a longer one."""
        if self.text is not None:
            return any(is_apart(identifier, page) for page in self.text.pages)
        return any(record.names(identifier) for record in self.records)

    def accounts_for(self, statuses: Mapping[str, str]) -> Mapping[str, bool]:
        """Tell of each FAILED and CANCELLED order whether it is named as such: GROUP-2. `statuses` are those of all.

        A structured type has the word in the record that names the order, a text in the order's passage. The text of a
        PDF may be read in the order of its file or of its page.
        """
        open_ = {order: status for order, status in statuses.items() if status != COMPLETED}
        if self.text is None:
            return {order: self._says_of(order, status) for order, status in open_.items()}
        read = [_accounted(one, statuses) for one in (self.text, self.laid_out) if one is not None]
        return next(
            (one for one in read if all(one.values())), {order: any(one[order] for one in read) for order in open_}
        )

    def _says_of(self, order_id: str, word: str) -> bool:
        return any(record.names(order_id) and record.says(word) for record in self.records)

    def below(self, order_ids: Iterable[str]) -> Mapping[str, Document]:
        """Return what a text says from each of these ids to the next of them: by the id that begins it."""
        orders = list(order_ids)
        found: dict[str, list[str]] = {one: [] for one in orders}
        for order, passage in sections("\n".join(self.text.pages) if self.text is not None else "", orders):
            found[order].append(passage)
        ascii_only = self.text is not None and self.text.ascii_only
        return {one: Document(pages=tuple(passages), ascii_only=ascii_only) for one, passages in found.items()}

    def names_of(self, order_id: str, identifier: str) -> bool:
        """Tell whether an identifier is named of an order: in a record that names it, or anywhere in a text."""
        if self.text is not None:
            return self.text.names(identifier)
        return any(record.names(order_id) and record.names(identifier) for record in self.records)

    def states_of(self, order_id: str, sentence: str) -> bool:
        """Tell whether a sentence is said of an order: in a record that names it, or anywhere in a text."""
        if self.text is not None:
            return self.text.states(sentence)
        return any(record.names(order_id) and record.states(sentence) for record in self.records)


def _accounted(document: Document, statuses: Mapping[str, str]) -> Mapping[str, bool]:
    return Passages("\n".join(document.pages), list(statuses)).accounts_for(statuses)


@dataclass(frozen=True, slots=True)
class Reader:
    """How one report type is read. A function is None where the type is not one of an order, or of a group.

    `recognises` tells by their beginning whether bytes are meant as that type: whether they are valid is RESULTS-8's.
    `places` says where the type has what a statement tells, in words for whoever reads a verdict.
    """

    report_type: str
    recognises: Callable[[bytes], bool]
    report: Callable[[bytes], Document | None] | None = None
    group: Callable[[bytes], GroupDocument | None] | None = None
    places: Mapping[str, str] = field(default_factory=dict)
    amended: tuple[str, ...] = ()
    """The values of its report status that say that a report is amended; none where it has no such member."""
