"""Respells the messages of refusals with the names and words of a dialect."""

from __future__ import annotations

import json
import re
from typing import Any

from pacsimile_mock.dialects.requests import CONSTANT, NOT_UNDERSTOOD, constant_complaint
from pacsimile_mock.journal.quotations import QUOTED
from pacsimile_spec.dialects import Dialect
from pacsimile_spec.dialects.model import Words
from pacsimile_spec.dialects.pointers import Pointer
from pacsimile_spec.report_types import REPORT_TYPES

_CHOICE = re.compile("must be one of [a-z0-9_, ]+, in lower case")
_ATTRIBUTE = re.compile(r'([a-z_]+)="([^"]*)"')
_CREDENTIALS_BY = {"body": "in the form body", "query": "in the query", "headers": "in headers"}
_BY_HTTP_BASIC = re.compile("(either )?by HTTP Basic or in (the form body|the body|a POST body)")
_DESCRIBED_IN = "The operations are described in openapi.yaml."
_SHAPE = '{"report_ids": ["..."]}'


class MessageWriter:
    """Writes the messages of one dialect."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._words = _words(dialect)
        spoken = (name for name in self._words if not name.isalpha() or name.isupper() or name in REPORT_TYPES)
        names = "|".join(map(re.escape, sorted((*spoken, "organizationId"), key=len, reverse=True)))
        self._pattern = re.compile(rf"(?<![\w./:-])(?:{names})(?![\w/-])")
        self._phrases = _phrases(dialect)
        self._constants = {CONSTANT + name: value for name, value in dialect.constants.items()}

    def respell_text(self, text: str) -> str:
        """Respell a sentence. Of a quotation, only a name or word of the contract as a whole is replaced."""
        for ours, theirs in self._phrases.items():
            text = text.replace(ours, theirs)
        where = _CREDENTIALS_BY.get(self._dialect.credentials)
        if where:
            text = _BY_HTTP_BASIC.sub(where, text)
        result, end = "", 0
        for match in QUOTED.finditer(text):
            result += self._unquoted(text[end : match.start()]) + self._quoted(match[0])
            end = match.end()
        return result + self._unquoted(text[end:])

    def _unquoted(self, text: str) -> str:
        return self._pattern.sub(lambda match: self._words.get(match[0], match[0]), text)

    def _quoted(self, quotation: str) -> str:
        mark, inside = quotation[0], quotation[1:-1]
        if inside.startswith(NOT_UNDERSTOOD):
            return mark + inside.removeprefix(NOT_UNDERSTOOD) + mark
        return mark + self._words.get(inside, inside) + mark

    def respell_problem(self, content: dict[str, Any], operation: str | None) -> None:
        """Respell the detail and the errors of a problem, in place."""
        errors = content.get("errors")
        if isinstance(errors, list):
            for error in errors:
                self._respell_error(error, operation)
        detail = content.get("detail")
        if not isinstance(detail, str):
            return
        content["detail"] = self._constant_complaint(detail) or self.respell_text(
            self._respell_choices(detail, operation)
        )

    def _constant_complaint(self, detail: str) -> str | None:
        """Return the complaint about a constant, if a detail is about one."""
        for name, value in self._constants.items():
            if repr(name) in detail:
                return constant_complaint(name.removeprefix(CONSTANT), value)
        return None

    def _respell_error(self, error: dict[str, Any], operation: str | None) -> None:
        """Respell the reason of an entry of `errors`, in place. The name in it is respelled as a member."""
        constant = self._constants.get(str(error.get("parameter")))
        reason = str(error.get("reason"))
        error["reason"] = (
            self.respell_text(self._respell_choices(reason, operation)) if constant is None else f"must be {constant}"
        )

    def without_marks(self, content: Any) -> Any:
        """Return the content of a refusal without the marks of names and words that were not understood."""
        if isinstance(content, dict):
            return {name: self.without_marks(value) for name, value in content.items()}
        if isinstance(content, list):
            return [self.without_marks(value) for value in content]
        return content.removeprefix(NOT_UNDERSTOOD).removeprefix(CONSTANT) if isinstance(content, str) else content

    def _respell_choices(self, text: str, operation: str | None) -> str:
        """Replace the list of the contract's report types by those that the dialect has."""
        of_order = operation == "getResult"
        offered = [name for name in self._dialect.report_types if REPORT_TYPES[name].of_order or not of_order]
        return _CHOICE.sub(f"must be one of {', '.join(offered)}", text)

    def respell_header(self, name: str, value: str) -> str:
        """Respell the challenge of a refusal (RFC 6750 section 3); other headers stay."""
        if name.lower() != "www-authenticate":
            return value
        return _ATTRIBUTE.sub(lambda match: f'{match[1]}="{self._attribute(match[1], match[2])}"', value)

    def _attribute(self, name: str, value: str) -> str:
        if name == "scope":
            return self._words.get(value, value)
        return self.respell_text(value) if name == "error_description" else value


def _words(dialect: Dialect) -> dict[str, str]:
    """Return the words to replace in messages: the dialect's by the contract's."""
    words = {ours: theirs for ours, theirs in dialect.parameters.items() if ours != theirs}
    pointer = dialect.fields["AcknowledgementRequest"]["report_ids"]
    if pointer is not None and pointer[-1] != "report_ids":
        words["report_ids"] = pointer[-1]
    for vocabulary in ("scope", "report_type", "OrderStatus.status"):
        words |= _differing_words(dialect.values[vocabulary])
    return words


def _differing_words(words: Words) -> dict[str, str]:
    """Return the service's word for each that differs; a number has the contract's word after it."""
    written = {}
    for ours, (theirs, *_) in words.theirs.items():
        if theirs != ours:
            written[ours] = f"{theirs} ({ours.lower()})" if isinstance(theirs, int) else theirs
    return written


def _phrases(dialect: Dialect) -> dict[str, str]:
    """Return the phrases to replace: about the description, and about the body of an acknowledgement."""
    pointer = dialect.fields["AcknowledgementRequest"]["report_ids"] or ("report_ids",)
    phrases = {_DESCRIBED_IN: "`pacsimile describe --dialect` prints the paths of this dialect."}
    if pointer != ("report_ids",):
        phrases[_SHAPE] = _shape(pointer)
    if not dialect.acknowledgements.without_body:
        phrases["Send no body at all, or JSON"] = "Send JSON"
    return phrases


def _shape(pointer: Pointer) -> str:
    content: Any = ["..."]
    for step in reversed(pointer):
        content = {step: content}
    return json.dumps(content)
