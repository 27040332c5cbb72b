"""What stands on the target already: names that no state of a run can have made, whatever a state URL answers.

They come from the target file, from its fixtures and from listings of existing organizations. Each is compared as the
most lenient server would read it, so that another case or Unicode form of an existing name is that name.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote_plus

from pacsimile_contract import facts
from pacsimile_contract.errors import ExistingNamed
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.facts.jwt import claims_of
from pacsimile_contract.provenance import from_wire
from pacsimile_contract.target.model import Target

_KINDS = ("organization", "client", "order", "study", "group", "report")
_BLANK = re.compile(r"[\s,;|/\\]+")
_WORD = re.compile(r"[^\W\d][\w-]*")
_MEMBERS = frozenset({
    "organization_id", "client_id", "client_secret", "second_client_id", "second_client_secret", "order_id",
    "order_ids",
    "study_uid", "study_group", "report_id", "report_ids", "access_token", "status", "now", "other_organization_id",
    "other_client_id", "other_client_secret", "other_order_id", "other_order_ids",
})  # fmt: skip
"""The members that the answers to states have (docs/states.md)."""
_ASCII_IGNORED = dict.fromkeys([*range(33), 127])
"""White space and control characters."""
_RANDOM = re.compile(r"(?:secret|access_token)$")
"""The members with random text, whose signs (`/`, `+`) part it into words as short as a name may be."""
_LISTED = "a listing of an existing organization"


class ExistingNames:
    """The existing names of one target, each with the place that names it.

    Empty for a world of its own: everything in there was made for the run.
    """

    def __init__(self, target: Target) -> None:
        self._applies = not target.world_of_its_own
        self._places: dict[tuple[str, str], str] = {}
        self._made: set[tuple[str, str]] = set()
        self._tokens: set[str] = set()
        if self._applies:
            self._learn_target(target)

    def note_token(self, token: str) -> None:
        """Note an access token of an existing client."""
        self._tokens.add(token)

    def note_listing(self, exchange: Exchange) -> None:
        """Note what an existing organization's listing names.

        What a state named before stays made for the run: a service that shows it to a stranger is broken, and the
        checks say so.
        """
        for listed in facts.listing(exchange).reports or () if self._applies else ():
            named = {
                "order": listed.order_id, "study": listed.study_uid, "group": listed.study_group,
                "report": listed.report_id,
            }  # fmt: skip
            for kind, name in named.items():
                if name and (kind, _folded(name)) not in self._made:
                    self._add(kind, name, _LISTED)

    def check_answer(self, state: str, params: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        """Raise ExistingNamed where the answer to a state with `params` names what stands already, in any member.

        A token that was asked for an existing client may name it: nobody takes that client as made.
        """
        if not self._applies:
            return
        if "client_secret" not in values and self.names("client", params.get("client_id")):
            values = {name: item for name, item in values.items() if name not in ("client_id", "access_token")}
        for path, kind, text in _texts(values):
            place = self._place(path, kind, text)
            if place is not None:
                raise ExistingNamed(_line(state, path, place))
        for _, kind, text in _texts(values):
            folded = _folded(text)
            self._made.update((each, folded) for each in ((kind,) if kind else _KINDS))

    def names(self, kind: str, text: str | None) -> bool:
        """Whether a text names something of that kind (`organization`, `client`, …) that stands already."""
        return self._applies and text is not None and self._place_of_name(kind, text) is not None

    def _place(self, path: str, kind: str | None, text: str) -> str | None:
        if text in self._tokens:
            return "an access token of a client of the target file"
        claims = _claims(text)
        if _RANDOM.search(path) and not claims:  # a word in it is chance: no server reads names in a secret
            return None
        for name in [text, *claims] if claims else [text]:
            for each in _KINDS if kind is None else (kind,):
                place = self._place_of_name(each, name)
                if place is not None:
                    return place
        return None

    def _place_of_name(self, kind: str, text: str) -> str | None:
        return next(
            (self._places[kind, reading] for reading in _folded_words(text) if (kind, reading) in self._places), None
        )

    def _learn_target(self, target: Target) -> None:
        for role, client in target.clients.items():
            start = "" if role == "primary" else f"clients.{role}."
            self._add("client", client.client_id, f"`{start}client_id` of the target file")
            self._add("organization", client.organization_id, f"`{start}organization_id` of the target file")
        self._add("organization", target.acknowledge_organization, "`acknowledge` of the target file")
        for state, known in target.states.fixtures.items():
            for path, kind, text in _texts(known):
                if kind is not None:
                    self._add(kind, text, f"`states.fixtures.{state}.{path}` of the target file")

    def _add(self, kind: str, name: str | None, place: str) -> None:
        folded = _folded(name or "")
        if folded:
            self._places.setdefault((kind, folded), place)


def _line(state: str, path: str, place: str) -> str:
    return (
        f"the state URL answered {state} with {_shown(path[:80])} naming what stands already ({place}): nothing was "
        "sent to it, and the run ends. A state answers with names that it made for this run: make a new organization "
        "with clients of its own, and name those"
    )


def _shown(path: str) -> str:
    """Return the place of a name in a state's answer: plain where each member is one that states answer with."""
    return path if _MEMBERS.issuperset(_WORD.findall(path)) else from_wire(path)


def _texts(value: Any, path: str = "", kind: str | None = None) -> Iterator[tuple[str, str | None, str]]:
    """Yield (path, kind, text) of every string, whole number and name of a member in a JSON value, at any depth.

    The kind is None where the member's name does not tell it.
    """
    if isinstance(value, Mapping):
        for name, member in value.items():
            yield path or "a member's name", None, str(name)
            yield from _texts(member, f"{path}.{name}" if path else str(name), _kind(str(name)) or kind)
    elif isinstance(value, list | tuple):
        for member in value:
            yield from _texts(member, path, kind)
    elif isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool) and kind is not None):
        yield path, kind, str(value)


def _kind(member: str) -> str | None:
    known = facts.IDENTIFIER_MEMBERS.get(member)
    if known is not None:
        return known if known in _KINDS else None
    plain = member.casefold()
    return "organization" if "organi" in plain or plain.startswith("org") else None


def _folded_words(text: str) -> Iterable[str]:
    """Return the folded text, and every folded name in it: a careless server may read no more than one of them."""
    plain = unquote_plus(unquote_plus(text))
    return dict.fromkeys(_folded(word) for form in (text, plain) for word in (form, *_BLANK.split(form)))


def _folded(text: str) -> str:
    """Return a name without case, accents, white space and invisible signs, in the form of compatibility (NFKD)."""
    if text.isascii():
        return text.lower().translate(_ASCII_IGNORED)
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(sign for sign in plain if unicodedata.category(sign)[0] not in "CZM")


def _claims(token: str) -> list[str]:
    """Return the texts among the claims of a JWT that may be names; none for any other text."""
    claims = claims_of(token) or {}
    return [
        value for name, value in claims.items() if isinstance(value, str) and name not in ("iss", "aud", "scope", "jti")
    ]
