"""Shell lines that make of a secret or a token what was sent in its place: altered, cut, unsigned."""

import json
import shlex
from collections.abc import Mapping
from typing import Any

from pacsimile_contract.facts.jwt import decode_base64url, parts

OTHER_TEXT = "$(printf %s \"${name}\" | tr 'A-Za-z0-9' 'B-ZAb-za1-90')"
"""Another text of the same length and shape as a variable's."""

FOURTH_PART = ".e30"
"""An empty object behind a token of three parts."""

_JWT = (
    "import base64, json, sys; "
    'd = lambda x: base64.urlsafe_b64decode(x + "=" * (-len(x) % 4)); '
    'e = lambda x: base64.urlsafe_b64encode(x).decode().rstrip("="); '
    'j = lambda x: json.dumps(x, separators=(",", ":")).encode(); '
    'h, c, s = sys.argv[1].split("."); '
)


def derivation(given: str, made: str, name: str) -> str | None:
    """Return a command substitution that makes of the variable `name` what was made of it; None where it was not.

    `given` is the variable's value. What is written of either is where they differ, never what they are.
    """
    if not given or not made:
        return None
    jwt = _of_jwt(given, made)
    if jwt is not None:
        code, changes = jwt
        more = f" {shlex.quote(json.dumps(changes))}" if changes else ""
        return f"""$(python3 -c '{_JWT}{code}' "${name}"{more})"""
    code_of_text = _of_text(given, made)
    return (
        None if code_of_text is None else f"""$(python3 -c 'import sys; t = sys.argv[1]; {code_of_text}' "${name}")"""
    )


def _of_text(given: str, made: str) -> str | None:
    if made != given and made == given.swapcase():
        return "print(t.swapcase())"
    if made.startswith(given) and made[len(given) :] == "7" * (len(made) - len(given)):
        return f'print(t + "7" * {len(made) - len(given)})'
    if made == given + FOURTH_PART:
        return f'print(t + "{FOURTH_PART}")'
    if made in (f" {given}", f"{given} "):
        return 'print(" " + t)' if made.startswith(" ") else 'print(t + " ")'
    if given.startswith(made) and len(made) >= len(given) // 2:
        return f"print(t[:-{len(given) - len(made)}])"
    places = [at for at, pair in enumerate(zip(given, made, strict=False)) if pair[0] != pair[1]]
    if len(given) == len(made) and len(places) == 1:
        at = places[0]
        if made[at] == given[at].swapcase():
            return f"print(t[:{at}] + t[{at}].swapcase() + t[{at + 1}:])"
        return f'print(t[:{at}] + ("7" if t[{at}] != "7" else "9") + t[{at + 1}:])'
    return None


def _of_jwt(given: str, made: str) -> tuple[str, Mapping[str, Any]] | None:
    """Return the code that makes one JWT of another, and the members that it changes."""
    try:
        header, claims, signature = parts(given)
        new_header, new_claims, new_signature = parts(made)
    except (ValueError, TypeError, AttributeError):
        return None
    if header == new_header and claims == new_claims:
        code = _of_signature(signature, new_signature)
        return None if code is None else (code, {})
    if header == new_header and signature == new_signature and _same_but(claims, new_claims):
        changes = {name: value for name, value in new_claims.items() if claims.get(name) != value}
        return (
            'C = json.loads(d(c)) | json.loads(sys.argv[2]); print(h, e(j(C)), s, sep=".")',
            changes,
        )
    if claims == new_claims and not new_signature:
        changes = {name: value for name, value in new_header.items() if header.get(name) != value}
        return (
            'H = json.loads(d(h)) | json.loads(sys.argv[2]); print(e(j(H)), c, "", sep=".")',
            changes,
        )
    return None


def _same_but(claims: Mapping[str, Any], others: Mapping[str, Any]) -> bool:
    """Whether two sets of claims are of one token, with few of them changed."""
    changed = [name for name in others if claims.get(name) != others[name]]
    return set(claims) <= set(others) and len(changed) == 1


def _of_signature(signature: bytes, other: bytes) -> str | None:
    if not other:
        return 'print(h, c, "", sep=".")'
    if not any(other):
        return 'print(h, c, e(bytes(len(d(s)))), sep=".")'
    if other in (signature + b"\0", signature[:-1]):
        changed = "d(s) + bytes(1)" if len(other) > len(signature) else "d(s)[:-1]"
        return f'print(h, c, e({changed}), sep=".")'
    places = [at for at, pair in enumerate(zip(signature, other, strict=False)) if pair[0] != pair[1]]
    if len(signature) == len(other) and len(places) == 1:
        at = places[0]
        return f'S = bytearray(d(s)); S[{at}] ^= {signature[at] ^ other[at]}; print(h, c, e(S), sep=".")'
    return None


def is_key_confusion(given: str, made: str) -> bool:
    """Whether a JWT says `alg: HS256` beside the claims of another: signed with a public key for a shared secret."""
    try:
        return (
            parts(made)[0].get("alg") == "HS256"
            and parts(given)[1] == parts(made)[1]
            and decode_base64url(made.split(".")[2]) != b""
        )
    except (ValueError, TypeError, AttributeError):
        return False
