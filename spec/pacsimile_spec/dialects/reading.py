"""Reads dialect files: YAML with the differences from the contract. Each error names file, line and place."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

from pacsimile_spec.dialects.checks import check
from pacsimile_spec.dialects.identity import identity
from pacsimile_spec.dialects.model import (
    CODES,
    Acknowledgements,
    Carried,
    CarriedBy,
    Codes,
    Credentials,
    Dialect,
    PathTemplate,
    Times,
    Words,
    frozen,
)  # fmt: skip
from pacsimile_spec.dialects.section import Section
from pacsimile_spec.dialects.syntax import (
    HEADER,
    MEDIA_TYPE,
    NAME,
    PATH,
    RESERVED_HEADERS,
    is_readable,
    path_problem,
)
from pacsimile_spec.dialects.tables import tables
from pacsimile_spec.documents import operations
from pacsimile_spec.given_documents import DocumentError, Node, compose
from pacsimile_spec.given_files import MIB, UnusableFile, read_text
from pacsimile_spec.operation_ids import OPERATION_IDS, TOKEN_OPERATIONS, OperationId
from pacsimile_spec.plain import one_line
from pacsimile_spec.report_types import REPORT_TYPES
from pacsimile_spec.suggestions import did_you_mean

SHIPPED = ("identity", "camel", "legacy", "minimal")
"""The dialects that come with the package. Their names can be given in place of a file."""

MOST_BYTES = MIB
_OWN_KEYS = {"Problem": "errors", "AcknowledgementRequest": "acknowledgement.body"}
"""Tables that are not under `fields`, by the key that they are under."""


class DialectError(ValueError):
    """A dialect file cannot be used. The message names file, line and place, and says what is expected.

    It is one printable line, whatever the file and its name have in them.
    """

    def __init__(self, message: str) -> None:
        super().__init__(one_line(message))


def load_dialect(name: str | Path) -> Dialect:
    """Read a dialect from a file, or a shipped dialect by its name.

    Raises:
        DialectError: it cannot be read, or says what no service can.
    """
    return parse_dialect(dialect_text(name), str(name))


def dialect_text(name: str | Path) -> str:
    """Return the text of a dialect, unread: of a file, or of one that is shipped by its name.

    Raises:
        DialectError: the file cannot be read.
    """
    if str(name) in SHIPPED:
        return shipped_text(str(name))
    path = Path(name)
    try:
        return read_text(path, MOST_BYTES)
    except UnusableFile as error:
        meant = did_you_mean(path.name, SHIPPED) or "."
        known = "" if path.exists() else f". The shipped dialects are {', '.join(SHIPPED)}{meant}"
        raise DialectError(f"{path}: cannot be read: {error}{known}") from None


def shipped_text(name: str) -> str:
    """Return the file of a shipped dialect."""
    return files("pacsimile_spec").joinpath("dialects", "shipped", f"{name}.yaml").read_text("utf-8")


def parse_dialect(text: str, name: str = "dialect") -> Dialect:
    """Read the text of a dialect file. `name` replaces the file's path in errors.

    Raises:
        DialectError: it says what no service can.
    """
    try:
        root = compose(text)
    except DocumentError as error:
        raise DialectError(f"{name}:{error.line}: {error}") from None
    return _dialect(root, name)


def _dialect(root: Node | None, file: str) -> Dialect:
    try:
        return _Reader(Section(root or Node(1, 1, members=[]))).dialect()
    except DocumentError as error:
        raise DialectError(f"{file}:{error.line}: {error}") from None


class _Reader:
    """Reads the keys of a file: the method `_KEY` reads the key KEY."""

    def __init__(self, root: Section) -> None:
        self._root, self._sections = root, root.members(KEYS)
        self._changes: dict[str, Any] = {}

    def dialect(self) -> Dialect:
        """Return the dialect that the file describes."""
        if "name" not in self._sections:
            raise self._root.error("lacks name; expected a name of the dialect, such as vendor-2025")
        for key in KEYS:
            if key in self._sections:
                getattr(self, f"_{key}")(self._sections[key])
        dialect = replace(identity(), **self._changes)
        check(dialect, self._root)
        return dialect

    def _name(self, section: Section) -> None:
        self._changes["name"] = section.text("a name of letters, digits, and . _ - between them", NAME)

    def _operations(self, section: Section) -> None:
        paths = dict(identity().paths)
        for name, there in section.members(OPERATION_IDS).items():
            if not there.boolean():
                paths.pop(name, None)  # type: ignore[call-overload]
        if not any(name not in TOKEN_OPERATIONS for name in paths):
            raise section.error("leaves no operation; expected one at least that the service has")
        self._changes["paths"] = frozen(paths)

    def _paths(self, section: Section) -> None:
        paths = dict(self._changes.get("paths", identity().paths))
        for name, templates in section.members(OPERATION_IDS).items():
            operation: OperationId = name  # type: ignore[assignment]
            if operation not in paths:
                raise templates.error("expected no path: operations says that the service does not have it")
            paths[operation] = tuple(self._template(operation, item) for item in templates.items())
        self._changes["paths"] = frozen(paths)

    def _template(self, operation: OperationId, section: Section) -> PathTemplate:
        template = PathTemplate(section.text("a path, such as /v2/orders/{order_id}", PATH))
        problem = path_problem(template.text)
        if problem is not None:
            raise section.error(f"{problem}; got {section.shown}")
        known = tuple(parameter.name for parameter in operations()[operation].parameters)
        if operation in TOKEN_OPERATIONS and template.parameters:
            raise section.error("expected no parameter in the path of a token operation")
        for name in template.parameters:
            if name not in known:
                raise section.error(f"expected parameters of {operation}: {', '.join(known)}; got {name!r}")
            if template.parameters.count(name) > 1:
                raise section.error(f"expected {name} once in the path")
        return template

    def _constants(self, section: Section) -> None:
        values = {name: value.text("a value that every call carries") for name, value in section.members().items()}
        self._changes["constants"] = frozen(values)

    def _parameters(self, section: Section) -> None:
        own = identity().parameters
        names = {name: value.text("the vendor's name of the parameter") for name, value in section.members(own).items()}
        self._changes["parameters"] = frozen({**own, **names})

    def _fields(self, section: Section) -> None:
        for name, members in section.members(tables()).items():
            if name in _OWN_KEYS:
                raise members.error(f"expected under {_OWN_KEYS[name]}, not here")
            self._table(name, members)

    def _table(self, name: str, section: Section) -> None:
        fields = dict(self._changes.get("fields", identity().fields))
        pointers = {member: value.pointer_or_none() for member, value in section.members(fields[name]).items()}
        fields[name] = frozen({**fields[name], **pointers})
        self._changes["fields"] = frozen(fields)

    def _values(self, section: Section) -> None:
        values = dict(identity().values)
        for name, words in section.members(values).items():
            theirs = {
                ours: tuple(item.word() for item in word.items())
                for ours, word in words.members(values[name].theirs).items()
            }
            values[name] = Words(frozen({**values[name].theirs, **theirs}))
        self._changes["values"] = frozen(values)

    def _times(self, section: Section) -> None:
        expected = (
            "rfc3339, epoch_s, epoch_ms, or a strptime pattern with a date, a time and a zone (%z), "
            "such as %Y%m%d%H%M%S%z"
        )
        text = section.text(expected)
        kinds = ("rfc3339", "epoch_s", "epoch_ms")
        if text in kinds:
            self._changes["times"] = Times(text)  # type: ignore[arg-type]
        elif is_readable(text):
            self._changes["times"] = Times("pattern", text)
        else:
            raise section.error(f"expected {expected}; got {section.shown}{did_you_mean(text, kinds)}")

    def _codes(self, section: Section) -> None:
        codes = {name: value.choice(CODES[name]) for name, value in section.members(CODES).items()}
        self._changes["codes"] = Codes(**codes)

    def _headers(self, section: Section) -> None:
        own = identity().headers
        names = {
            name: None if value.is_null else self._header(value, "the vendor's name of the header, or null")
            for name, value in section.members(own).items()
        }
        self._changes["headers"] = frozen({**own, **names})

    @staticmethod
    def _header(section: Section, expected: str) -> str:
        name = section.text(expected, HEADER)
        if name.lower() in RESERVED_HEADERS:
            raise section.error(f"expected {expected}; HTTP itself needs {name}")
        return name

    def _media_types(self, section: Section) -> None:
        own = identity().media_types
        media_types = {
            name: value.text("a media type, such as text/plain", MEDIA_TYPE)
            for name, value in section.members(own).items()
        }
        self._changes["media_types"] = frozen({**own, **media_types})

    def _report_types(self, section: Section) -> None:
        offered = {item.choice(identity().report_types) for item in section.items()}
        if not any(REPORT_TYPES[name].of_order for name in offered):
            raise section.error("expected at least one type of an order's report")
        self._changes["report_types"] = tuple(name for name in identity().report_types if name in offered)

    def _reports_carried(self, section: Section) -> None:
        if section.node.members is None:
            plain: tuple[CarriedBy, ...] = ("bytes", "redirect")
            self._changes["carried"] = Carried(section.choice(plain))
            return
        members = section.members(("url", "base64"))
        if len(members) != 1:
            raise section.error("expected bytes, redirect, {url: POINTER} or {base64: POINTER}")
        for name, value in members.items():
            by: CarriedBy = "url" if name == "url" else "base64"
            self._changes["carried"] = Carried(by, value.pointer())

    def _errors(self, section: Section) -> None:
        members = section.members(("media_type", *tables()["Problem"]))
        media_type = members.pop("media_type", None)
        if media_type is not None:
            self._changes["error_media_type"] = media_type.text("a media type, such as application/json", MEDIA_TYPE)
        fields = dict(self._changes.get("fields", identity().fields))
        fields["Problem"] = frozen(
            {**fields["Problem"], **{name: value.pointer_or_none() for name, value in members.items()}}
        )
        self._changes["fields"] = frozen(fields)

    def _token(self, section: Section) -> None:
        for value in section.members(("credentials",)).values():
            self._changes["credentials"] = value.choice(get_args(Credentials))

    def _unknown_parameters(self, section: Section) -> None:
        self._changes["unknown_parameters"] = section.choice(("refused", "ignored"))

    def _acknowledgement(self, section: Section) -> None:
        members = section.members(("without_body", "body", "answer"))
        without = members["without_body"].boolean() if "without_body" in members else True
        body, answer = members.get("body"), members.get("answer")
        with_body = body is None or not body.is_null
        if not without and not with_body:
            raise section.error("leaves no way to acknowledge; expected without_body: true, or a body")
        if body is not None and with_body:
            self._table("AcknowledgementRequest", body)
        if answer is not None and not answer.is_null:
            raise answer.error("expected null, where the answer says nothing; else leave it out and use fields")
        self._changes["acknowledgements"] = Acknowledgements(without, with_body, answer is None)


KEYS = (
    "name", "operations", "paths", "constants", "parameters", "fields", "values", "times", "codes", "headers",
    "media_types", "report_types", "reports_carried", "errors", "token", "unknown_parameters", "acknowledgement",
)  # fmt: skip
"""The keys of a dialect file, in the order in which they are read."""
