"""Reads the dialect of a world that a call of the control API gives."""

from __future__ import annotations

import json

from pacsimile_mock.control_errors import bad_request
from pacsimile_spec.dialects import SHIPPED, DialectError, dialect_text, parse_dialect


def dialect_of(value: object) -> str:
    """Return the text of a dialect: of a shipped one by its name, or of the file that the value is, as text or as JSON.

    No path is read here: who calls may be elsewhere.

    Raises:
        ControlError: 400, with the place of what is wrong. Its line is named in a text, and not in an object, which the
            caller may have written on one.
    """
    if isinstance(value, str) and value in SHIPPED:
        return dialect_text(value)
    if isinstance(value, str) and "\n" in value:
        text = value
    elif isinstance(value, dict):
        text = json.dumps(value, ensure_ascii=False, indent=1)
    else:
        raise bad_request(
            f"'dialect' must be one of {', '.join(SHIPPED)}, or a dialect: an object, or the text of a file"
        )
    try:
        parse_dialect(text)
    except DialectError as error:
        place, _, problem = str(error).partition(": ")
        raise bad_request(f"'dialect': {problem if isinstance(value, dict) else f'{place}: {problem}'}") from None
    return text
