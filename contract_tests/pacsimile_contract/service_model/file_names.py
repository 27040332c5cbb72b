"""File names of reports: they have nothing of the patient, since they end up in logs and download folders."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from pacsimile_contract.documents.headers import report_headers
from pacsimile_contract.documents.statement import Person
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.service_model.calls import Call
from pacsimile_contract.service_model.contradiction import Comparisons
from pacsimile_contract.service_model.versions import Versions

SHORTEST = 4
"""Letters and digits from which on a name or number is in no file name by chance."""


@dataclass(frozen=True, slots=True)
class _FileName:
    """Letters and digits of a `Content-Disposition`, without the identifiers that the answer and its call name."""

    letters: str
    order: tuple[str, str]
    """The organization, and the order."""
    exchange: Exchange


class FileNames:
    """The file names of orders' reports. They are judged at the end of a run, by the patients whom it has shown."""

    def __init__(self, comparisons: Comparisons, versions: Versions) -> None:
        self._comparisons, self._versions = comparisons, versions
        self._names: dict[tuple[tuple[str, str], str], _FileName] = {}

    def take(self, call: Call) -> None:
        """Keep the name of a report's file."""
        exchange, headers = call.exchange, report_headers(call.exchange)
        value = exchange.header("Content-Disposition")
        if call.operation != "getResult" or exchange.status != 200 or value is None or headers.order_id is None:
            return
        text = unquote(value)
        for identifier in (headers.report_id, headers.order_id, *call.parameters.values()):
            text = text.replace(identifier, " ") if identifier else text
        order = (call.organization, headers.order_id)
        letters = _letters(text)
        self._names.setdefault((order, letters), _FileName(letters, order, exchange))

    def finish(self) -> None:
        """Judge that no file name has the name, the number or the birth date of its order's patient."""
        patients = {
            (organization, report_headers(exchange).order_id): (statement.patient, exchange)
            for (organization, _), (statement, exchange) in self._versions.statements.items()
            if statement.patient is not None
        }
        for name in self._names.values():
            patient, seen = patients.get(name.order, (None, None))
            if patient is None or seen is None:
                continue
            disclosed = next((what for what, letters in _identifying(patient) if self._has(name, letters)), None)
            if disclosed is not None:
                self._comparisons.contradict(
                    "PROTO-1", seen, name.exchange, expected="a file name without patient data",
                    got=f"Content-Disposition has the patient's {disclosed}",
                )  # fmt: skip
                return

    def _has(self, name: _FileName, letters: str) -> bool:
        """Tell whether a file name has these letters. What most other orders have too, such as a word, says nothing."""
        others = [other for other in self._names.values() if other.order != name.order]
        return letters in name.letters and 2 * sum(letters in other.letters for other in others) <= len(others)


def _identifying(patient: Person) -> Iterator[tuple[str, str]]:
    """Yield (kind, letters and digits) of each name, number or date that identifies a patient."""
    date = _letters(patient.birth_date or "")
    values = [
        *(("family name", _letters(name)) for name in patient.family_names),
        *(("number", _letters(number)) for number in patient.identifiers),
        ("birth date", date if len(date) == len("19610409") else ""),
    ]
    return ((kind, letters) for kind, letters in values if len(letters) >= SHORTEST)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
