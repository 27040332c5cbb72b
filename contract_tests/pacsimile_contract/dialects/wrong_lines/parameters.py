"""Lines that say what requests have: names of parameters, constants, credentials, and the body of acknowledgements."""

import json
import re
from collections.abc import Iterator, Sequence

from pacsimile_contract.dialects.wrong_lines.calls import Call
from pacsimile_contract.dialects.wrong_lines.lines import DialectFile, Note
from pacsimile_spec.dialects.pointers import spell
from pacsimile_spec.report_types import REPORT_TYPES

_REFUSED = (400, 422)
_BEFORE_THE_PARAMETERS = frozenset({401, 403, 405, 408, 413, 414, 429, 431, 500, 502, 503, 504})
"""Statuses of checks that come before the parameters (AUTH-15), or of a service that was busy."""
_PLAIN = re.compile(r"[A-Za-z0-9._:-]{1,64}( [A-Za-z0-9._:-]{1,64})*")
_SELECTORS = frozenset({"order_id", "study_uid", "study_group"})
_NEEDED = {
    "getStatus": frozenset({"order_id", "study_uid"}), "getResult": frozenset({"order_id", "study_uid"}),
    "getOrderIds": frozenset({"study_uid"}), "getGroupReport": frozenset({"study_group"}),
    "listReports": frozenset({"organizationId"}), "acknowledgeReports": frozenset({"organizationId"}),
}  # fmt: skip
"""By operation, the parameters of which each call has to have one."""
_OF_THE_BODY = frozenset({"invalid-body", "unsupported-media-type"})
"""Reasons that say that the parameters were understood."""
_OF_A_TOKEN = frozenset({"invalid_scope", "unauthorized_client", "unsupported_grant_type"})
"""Error codes of a 400 that say that the names in a token request were understood."""

Key = tuple[str, ...]
"""The names that lead to a key of the file, such as `parameters`, `order_id`."""
_BODY: Key = ("acknowledgement", "body", "report_ids")
_WITHOUT_BODY: Key = ("acknowledgement", "without_body")
_CREDENTIALS: Key = ("token", "credentials")
_SECRET: Sequence[Key] = (_CREDENTIALS, ("parameters", "client_id"), ("parameters", "client_secret"))


def wrong_parameters(lines: DialectFile, calls: Sequence[Call]) -> Iterator[Note]:
    """Yield the lines about requests that the service refuses in each call that follows them.

    A call that follows several blames the one that no other call confirms. Where that leaves several, it is the one
    that the refusal names, or all.
    """
    carried = [(call, _carried(lines, call)) for call in calls]
    confirmed = frozenset(key for call, keys in carried for key in _confirmed(call, keys))
    refused = [(call, _refused(call, keys) - confirmed) for call, keys in carried]
    for key, call in _blamed([(call, keys) for call, keys in refused if keys]).items():
        line = lines.line(*key)
        if line is not None:
            yield Note(line, ".".join(key), _value(lines, key), _why(key, call))
    yield from _ineffective_scope(lines, calls)


def _value(lines: DialectFile, key: Key) -> str:
    dialect = lines.dialect
    if key == _BODY:
        return spell(dialect.fields["AcknowledgementRequest"]["report_ids"] or ())
    if key == _WITHOUT_BODY:
        return "true"
    if key == _CREDENTIALS:
        return dialect.credentials
    return (dialect.parameters if key[0] == "parameters" else dialect.constants)[key[1]]


def _why(key: Key, call: Call) -> str:
    if key in _SECRET:
        return f"no token request is granted so ({call.status}): is it this line, or the client's id and secret?"
    without = "without a body" if key == _WITHOUT_BODY else "with it"
    return f"each call {without} is refused ({call.status})"


def _carried(lines: DialectFile, call: Call) -> frozenset[Key]:
    """Return the lines that a call follows."""
    dialect = lines.dialect
    own: set[Key] = {("parameters", name) for name, _ in call.asked if dialect.parameters.get(name) in call.sent_names}
    own |= {("constants", name) for name in dialect.constants if name in call.sent_names}
    if call.is_for_token and _follows_credentials(call, dialect.credentials):
        own.add(_CREDENTIALS)
        own |= {key for key in _SECRET if dialect.credentials != "basic" and lines.line(*key) is not None}
    if call.operation == "acknowledgeReports":
        own.add(_BODY if call.exchange.request.body else _WITHOUT_BODY)
    return frozenset(own)


def _follows_credentials(call: Call, style: str) -> bool:
    """Whether a token request has its credentials where the dialect says. Some calls post them, whatever it says."""
    in_body = "client_secret" in dict(call.asked)
    return call.exchange.request.header("Authorization") is not None or not in_body or style == "body"


def _confirmed(call: Call, keys: frozenset[Key]) -> frozenset[Key]:
    """Return the lines that a call confirms: its answer shows that the service understood them.

    A token endpoint ignores unknown parameters (RFC 6749 section 3.2), so it confirms no constant.
    """
    if call.is_for_token:
        keys = frozenset(key for key in keys if key[0] != "constants")
    if call.status in _BEFORE_THE_PARAMETERS:
        return frozenset()
    if call.status not in (*_REFUSED, 415):
        return keys
    if call.is_for_token:
        return keys if _error(call) in _OF_A_TOKEN else frozenset()
    return frozenset(key for key in keys if key[0] != "acknowledgement") if call.reason in _OF_THE_BODY else frozenset()


def _refused(call: Call, keys: frozenset[Key]) -> frozenset[Key]:
    """Return the lines for which a call may have been refused."""
    if call.is_for_token and call.status in (400, 401) and (call.status == 401 or _error(call) == "invalid_client"):
        return keys.intersection(_SECRET)
    if call.status not in (*_REFUSED, 411, 415) or not _is_plain(call):
        return frozenset()
    if call.reason in _OF_THE_BODY or call.status in (411, 415):
        return keys.intersection((_BODY, _WITHOUT_BODY))
    return keys


def _error(call: Call) -> str | None:
    error = (call.document or {}).get("error")
    return error if isinstance(error, str) else None


def _is_plain(call: Call) -> bool:
    """Whether the parameters are such as no service refuses, if it has these names."""
    names = [name for name, _ in call.asked]
    if len(names) != len(set(names)) or len(_SELECTORS.intersection(names)) > 1:
        return False
    values = dict(call.asked)
    limit, report_type = values.get("limit", "1"), values.get("report_type", "json")
    secret = {"client_id", "client_secret"}
    if call.operation == "acknowledgeReports" and call.exchange.request.body and not _names_reports(call):
        return False
    if call.operation in _NEEDED and not _NEEDED[call.operation].intersection(names):
        return False
    return (
        all(_PLAIN.fullmatch(value) for name, value in call.asked if name not in secret)
        and limit.isdecimal()
        and 1 <= int(limit[:6]) <= 1000
        and report_type in REPORT_TYPES
        and values.get("grant_type", "client_credentials") == "client_credentials"
        and re.fullmatch(r"[0-9]+(\.[0-9]+)+", values.get("study_uid", "1.2")) is not None
    )


def _names_reports(call: Call) -> bool:
    """Whether the body of an acknowledgement is such as no service refuses, if it has this form."""
    try:
        body = json.loads(call.exchange.request.body or b"")
    except (ValueError, RecursionError):
        return False
    names = body.get("report_ids") if isinstance(body, dict) and len(body) == 1 else None
    return isinstance(names, list) and bool(names) and all(isinstance(name, str) and name for name in names)


def _blamed(refused: Sequence[tuple[Call, frozenset[Key]]]) -> dict[Key, Call]:
    """Return the lines that explain why calls were refused, each with a call that shows it."""
    blamed: dict[Key, Call] = {next(iter(keys)): call for call, keys in refused if len(keys) == 1}
    for call, keys in refused:
        if not blamed.keys() & keys:
            named = [key for key in keys if key[0] in ("parameters", "constants") and _names(call, key)]
            by_token = [key for key in keys if key == _CREDENTIALS]
            constants = [key for key in keys if key[0] == "constants"]
            of_secret = keys if keys.issubset(_SECRET) else ()
            named_constants = [key for key in named if key in constants]
            blamed.update(dict.fromkeys(of_secret or named_constants or named or by_token or constants or keys, call))
    return blamed


def _names(call: Call, key: Key) -> bool:
    """Whether a refusal names a parameter that was sent."""
    dialect = call.exchange.dialect
    theirs = key[1] if key[0] == "constants" or dialect is None else dialect.parameters[key[1]]
    text = call.received.body.decode("utf-8", "replace")
    return re.search(rf"(?<![\w-]){re.escape(theirs)}(?![\w-])", text) is not None


def _ineffective_scope(lines: DialectFile, calls: Sequence[Call]) -> Iterator[Note]:
    """Yield the name of the parameter `scope` where each token has other scopes than were asked for: it was ignored."""
    line = lines.line("parameters", "scope")
    answers = [
        (dict(call.asked).get("scope", "").split(), str((call.document or {}).get("scope", "")).split())
        for call in calls
        if call.is_for_token and call.succeeded and isinstance((call.document or {}).get("scope"), str)
    ]
    narrowed = [(wanted, given) for wanted, given in answers if len(wanted) == 1]
    if line is not None and narrowed and all(set(given) > set(wanted) for wanted, given in narrowed):
        yield Note(
            line,
            "parameters.scope",
            lines.dialect.parameters["scope"],
            "no token has only the scope that was asked for",
        )
