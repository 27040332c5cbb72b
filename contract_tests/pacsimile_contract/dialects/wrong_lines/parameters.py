"""Lines that say the name of a parameter, and the parameters that every call carries."""

import re
from collections.abc import Iterator, Sequence

from pacsimile_contract.dialects.wrong_lines.calls import Call
from pacsimile_contract.dialects.wrong_lines.lines import DialectFile, Note
from pacsimile_spec.report_types import REPORT_TYPES

_REFUSED = (400, 422)
_BEFORE_THE_PARAMETERS = frozenset({401, 403, 405, 408, 413, 414, 415, 429, 431, 500, 502, 503, 504})
"""Statuses of checks that come before the parameters (AUTH-15), or of a service that was busy."""
_PLAIN = re.compile(r"[A-Za-z0-9._:-]{1,64}( [A-Za-z0-9._:-]{1,64})*")
_SELECTORS = frozenset({"order_id", "study_uid", "study_group"})
_OTHER_REFUSALS = frozenset({"invalid_client", "unauthorized_client", "invalid_scope", "invalid-body"})
"""Reasons of a 400 that say that the names of the parameters were understood."""

Key = tuple[str, str]
"""(`parameters` or `constants`, name there)."""


def wrong_parameters(lines: DialectFile, calls: Sequence[Call]) -> Iterator[Note]:
    """Yield the lines of `parameters` and `constants` whose name the service refuses in each call that carries it.

    A call with several such names blames the one that no other call confirms. Where that leaves several, it is the one
    that the refusal names, or all.
    """
    carried = [(call, _carried(lines, call)) for call in calls]
    confirmed = {key for call, keys in carried for key in keys if not _is_open(call)}
    refused = [(call, keys - confirmed) for call, keys in carried if _is_plain(call) and _is_refused(call)]
    for key, evidence in _blamed([(call, keys) for call, keys in refused if keys]).items():
        line = lines.line(*key)
        if line is not None:
            value = lines.dialect.parameters[key[1]] if key[0] == "parameters" else lines.dialect.constants[key[1]]
            why = f"each call with it is refused ({evidence.status})"
            yield Note(line, f"{key[0]}.{key[1]}", value, why)
    yield from _ineffective_scope(lines, calls)


def _carried(lines: DialectFile, call: Call) -> frozenset[Key]:
    """Return the parameters and constants that a call had in its query or form."""
    dialect = lines.dialect
    own = {("parameters", name) for name, _ in call.asked if dialect.parameters.get(name) in call.sent_names}
    return frozenset(own | {("constants", name) for name in dialect.constants if name in call.sent_names})


def _is_refused(call: Call) -> bool:
    return call.status in _REFUSED and _refusal(call) not in _OTHER_REFUSALS


def _refusal(call: Call) -> str | None:
    if not call.is_for_token:
        return call.reason
    error = (call.document or {}).get("error")
    return error if isinstance(error, str) else None


def _is_open(call: Call) -> bool:
    """Whether an answer leaves open if the names were understood: it refuses them, or looked at something before."""
    return call.status in _BEFORE_THE_PARAMETERS or _is_refused(call)


def _is_plain(call: Call) -> bool:
    """Whether the parameters are such as no service refuses, if it has these names."""
    names = [name for name, _ in call.asked]
    if len(names) != len(set(names)) or len(_SELECTORS.intersection(names)) > 1:
        return False
    values = dict(call.asked)
    limit, report_type = values.get("limit", "1"), values.get("report_type", "json")
    secret = {"client_id", "client_secret"}
    return (
        all(_PLAIN.fullmatch(value) for name, value in call.asked if name not in secret)
        and limit.isdigit()
        and 1 <= int(limit[:6]) <= 1000
        and report_type in REPORT_TYPES
        and values.get("grant_type", "client_credentials") == "client_credentials"
        and re.fullmatch(r"[0-9]+(\.[0-9]+)+", values.get("study_uid", "1.2")) is not None
    )


def _blamed(refused: Sequence[tuple[Call, frozenset[Key]]]) -> dict[Key, Call]:
    """Return the names that explain why calls were refused, each with a call that shows it."""
    blamed: dict[Key, Call] = {next(iter(keys)): call for call, keys in refused if len(keys) == 1}
    for call, keys in refused:
        if not blamed.keys() & keys:
            named = [key for key in keys if _names(call, key)]
            constants = [key for key in keys if key[0] == "constants"]
            blamed.update(dict.fromkeys(named or constants or keys, call))
    return blamed


def _names(call: Call, key: Key) -> bool:
    """Whether a refusal names a parameter that was sent."""
    theirs = (
        key[1] if key[0] == "constants" or call.exchange.dialect is None else call.exchange.dialect.parameters[key[1]]
    )
    return (
        re.search(rf"(?<![\w-]){re.escape(theirs)}(?![\w-])", call.received.body.decode("utf-8", "replace")) is not None
    )


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
