"""Puts the wrong lines of all kinds into the order of the file, as the notes of a report."""

from collections.abc import Sequence

from pacsimile_contract.dialects.wrong_lines.calls import calls_of
from pacsimile_contract.dialects.wrong_lines.codes import wrong_codes
from pacsimile_contract.dialects.wrong_lines.conduct import wrong_conduct
from pacsimile_contract.dialects.wrong_lines.headers import wrong_headers
from pacsimile_contract.dialects.wrong_lines.lines import DialectFile, Note
from pacsimile_contract.dialects.wrong_lines.parameters import wrong_parameters
from pacsimile_contract.dialects.wrong_lines.paths import misdirected, wrong_paths
from pacsimile_contract.dialects.wrong_lines.places import wrong_places
from pacsimile_contract.dialects.wrong_lines.sent_words import refused_words
from pacsimile_contract.dialects.wrong_lines.words import swapped_words, unknown_words
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_spec.dialects import Dialect

_KINDS = (
    wrong_paths, wrong_parameters, wrong_places, unknown_words, swapped_words, refused_words, wrong_codes,
    wrong_headers, wrong_conduct,
)  # fmt: skip


def wrong_lines(dialect: Dialect, text: str, file: str, exchanges: Sequence[Exchange]) -> list[str]:
    """Return the wrong lines of a dialect file in its order, each as `file:line: what: value: why`.

    Only lines that the file has are judged, but for `times`. What came from the wire is marked in the notes.

    Args:
        dialect: the dialect by which the answers were read.
        text: the text of its file.
        file: how the operator named the file.
        exchanges: all calls of the run.
    """
    lines, calls = DialectFile(dialect, text), calls_of(dialect, exchanges)
    notes: dict[tuple[object, ...], Note] = {}
    elsewhere: dict[str, Note] = {operation: note for note, operation in misdirected(lines, calls)}
    for note in elsewhere.values():
        notes[note.line, note.what, note.value] = note
    calls = [call for call in calls if call.operation not in elsewhere]
    for kind in _KINDS:
        for note in kind(lines, calls):
            notes.setdefault((note.line, note.what, note.value), note)
    ordered = sorted(notes.values(), key=lambda note: (note.line or 0, note.what, note.why))
    return [note.words(file) for note in ordered]
