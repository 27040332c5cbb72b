"""Holds the calls of a service beside a mock's answers, and counts each kind of difference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Literal, cast

from pacsimile_contract.drift.catalogue import (
    Answers,
    Catalogue,
    Key,
    bodies,
    headers_of,
    is_comparable,
    key_of,
)
from pacsimile_contract.drift.forms import TEXT, with_coarser
from pacsimile_contract.drift.shape import ANY_NAME, Place, Shape, Word, below
from pacsimile_contract.drift.situation import (
    WELL_FORMED,
    Conversation,
    Outcome,
    Situation,
    outcome,
    sent_values,
)
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.facts.refusals import reason_of
from pacsimile_contract.redaction.allowed_words import is_known
from pacsimile_spec.operation_ids import OPERATION_IDS, TOKEN_OPERATIONS, OperationId

Kind = Literal["status", "reason", "media type", "header", "member", "type", "form", "word", "structure"]
_BEFORE_THE_ORDER = (401, 403, 429, 503)
"""Statuses of refusals that do not depend on what is asked about: they are right wherever the mock has them."""
_MOST_SHOWN = 8
_TOO_MUCH = (413, 414, 431)
NOT_STORED, FAILED, UNKNOWN = "body not stored", "failed, or too large for the service", "not in the mock"


@dataclass(frozen=True, slots=True)
class Difference:
    """One kind of difference. `place` is a path or a header, `mock` and `service` say what each has there."""

    kind: Kind
    operation: str
    situation: str
    place: str
    mock: str
    service: str


@dataclass(slots=True)
class Seen:
    """How often a difference was seen, and the number of the first call that shows it."""

    count: int
    first: int


@dataclass
class Drift:
    """All differences, and how many calls were held beside the mock's answers; `left_out` counts by reason."""

    differences: dict[Difference, Seen] = field(default_factory=dict)
    compared: int = 0
    left_out: Counter[str] = field(default_factory=Counter)

    def sorted(self) -> list[tuple[Difference, Seen]]:
        """Return the differences by operation and situation, those that were seen first before the others."""
        first: dict[tuple[str, str], int] = {}
        for each, seen in self.differences.items():
            place = (each.operation, each.situation)
            first[place] = min(seen.first, first.get(place, seen.first))
        return sorted(
            self.differences.items(),
            key=lambda pair: (
                OPERATION_IDS.index(cast("OperationId", pair[0].operation)),
                first[pair[0].operation, pair[0].situation],
                pair[0].situation,
                pair[1].first,
            ),
        )


class Comparison:
    """Takes the calls of a service in their order.

    Args:
        catalogue: the mock's answers, in the service's dialect.
        is_open: whether the words and names of an answer may be written. Those that the mock or the contract has too
            are written in any case.
    """

    def __init__(self, catalogue: Catalogue, is_open: Callable[[Exchange], bool]) -> None:
        self._catalogue, self._is_open = catalogue, is_open
        self._conversation = Conversation()
        self.drift = Drift()

    def add(self, exchange: Exchange) -> list[Difference]:
        """Compare a call, and return the differences that no call before it showed."""
        if not is_comparable(exchange):
            return []
        situation = self._conversation.situation(exchange)
        answered = outcome(exchange)
        if answered.status in _TOO_MUCH or (answered.status >= 500 and answered.status not in _BEFORE_THE_ORDER):
            self.drift.left_out[FAILED] += 1
            return []
        if not self._catalogue.outcomes(situation.operation):
            self.drift.left_out[UNKNOWN] += 1
            return []
        self.drift.compared += 1
        if not exchange.body_was_stored:
            self.drift.left_out[NOT_STORED] += 1
        new = []
        for difference in dict.fromkeys(
            _CallComparison(self._catalogue, exchange, opened=self._is_open(exchange)).differences(situation)
        ):
            seen = self.drift.differences.get(difference)
            if seen is None:
                self.drift.differences[difference] = Seen(1, exchange.number)
                new.append(difference)
            else:
                seen.count += 1
        return new


class _CallComparison:
    """The differences of one call from the mock's answers."""

    def __init__(self, catalogue: Catalogue, exchange: Exchange, *, opened: bool) -> None:
        self._catalogue, self._exchange, self._opened = catalogue, exchange, opened
        self._operation, self._key = str(exchange.operation), key_of(exchange)

    def differences(self, situation: Situation) -> Iterator[Difference]:
        """Yield every difference."""
        yield from self._status(situation)
        nearest, every = self._catalogue.answers(self._key), self._catalogue.union(self._key)
        if nearest is None or every is None:
            return
        if nearest is not every:
            every = every if every.body.places or not nearest.body.places else nearest
        yield from self._media_type(nearest)
        yield from self._headers(nearest, every)
        body, document = bodies(self._exchange)
        if body is not None:
            theirs = Shape().add(body, sent_values(self._exchange), redacted=self._exchange.altered)
            yield from self._shape(theirs, nearest.body, every.body, "member")
        if document is not None:
            theirs = Shape().add(document, redacted=self._exchange.altered)
            yield from self._shape(theirs, nearest.document, every.document, "structure")

    def _difference(self, kind: Kind, place: str, mock: str, service: str, at: str = "") -> Difference:
        return Difference(
            kind, self._operation, at or _answered(replace(self._key, status=None), self._reason), place, mock, service
        )

    def _status(self, situation: Situation) -> Iterator[Difference]:
        answered, every = self._key.outcome, self._catalogue.outcomes(self._operation)
        expected = every
        if answered.status not in _BEFORE_THE_ORDER and self._operation not in TOKEN_OPERATIONS:
            expected = self._catalogue.outcomes_in(situation) or every
        if answered in expected:
            return
        alike = {each for each in expected if each.status == answered.status}
        if alike and (answered.reason is None) and not self._exchange.body_was_stored:
            return
        kind: Kind = "reason" if alike else "status"
        of_subject = {each for each in expected if each.status not in _BEFORE_THE_ORDER}
        mock = ", ".join(sorted(map(str, of_subject or expected)))
        yield self._difference(kind, "", mock, self._outcome(answered), _asked(situation))

    def _outcome(self, answered: Outcome) -> str:
        return f"{answered.status} {self._reason}" if self._reason else str(answered.status)

    @property
    def _reason(self) -> str:
        reason = self._key.outcome.reason
        if reason is None:
            return "" if self._key.outcome.status < 400 else "without a reason"
        known = reason in self._catalogue.reasons or is_known(reason) or self._opened
        return reason if known and len(reason) <= 64 else "another reason"

    def _media_type(self, answers: Answers) -> Iterator[Difference]:
        kind = self._exchange.media_type_received
        if kind not in answers.media_types:
            mock = ", ".join(sorted(name or "none" for name in answers.media_types))
            yield self._difference("media type", "", mock, self._shown(kind) if kind else "none")

    def _headers(self, nearest: Answers, every: Answers) -> Iterator[Difference]:
        theirs = headers_of(self._exchange)
        ours = {name.lower(): name for name in self._catalogue.dialect.headers.values() if name}
        for lower, name in (nearest.headers or {}).items():
            if lower not in theirs:
                yield self._difference("header", ours.get(lower, name), "always there", "not there")
        for lower in theirs:
            if lower in ours and lower not in every.headers_ever:
                yield self._difference("header", ours[lower], "not there", "there")

    def _shape(self, theirs: Shape, nearest: Shape, every: Shape, kind: Kind) -> Iterator[Difference]:
        for path, place in theirs.places.items():
            ours, wide = nearest.places.get(path), every.places.get(path)
            if wide is not None:
                yield from self._members(path, place, ours, wide, kind)
                if kind != "structure":
                    yield from self._values(path, place, wide)

    def _members(self, path: str, place: Place, ours: Place | None, wide: Place, kind: Kind) -> Iterator[Difference]:
        for name in (
            sorted((ours.always or set()) - (place.always or set()))
            if ours and place.members | place.types & {"an object"}
            else ()
        ):
            gone = "not there" if name not in place.members else "not always there"
            yield self._difference(
                kind, self._path(path, name), "always there", gone, _answered(self._key, self._reason)
            )
        if "an object" not in wide.types:
            return
        for name in sorted(place.members - wide.members):
            yield self._difference(kind, self._path(path, name), "not there", "there")

    def _values(self, path: str, place: Place, wide: Place) -> Iterator[Difference]:
        shown = self._path(path)
        for name in sorted(place.types - wide.types):
            yield self._difference("type", shown, ", ".join(sorted(wide.types)), name)
        if self._operation in TOKEN_OPERATIONS or "a text" not in wide.types & place.types:
            return
        vocabulary = self._vocabulary(wide)
        foreign = [
            word for word in map(str, (place.words or set()) - vocabulary) if vocabulary and not self._is_reason(word)
        ]
        for word in sorted(foreign):
            yield self._difference("word", shown, _listed(wide.words or ()), self._shown(word))
        if wide.forms and TEXT not in wide.forms and not foreign:
            at = "a refusal" if vocabulary else ""
            for name in sorted(place.forms - with_coarser(wide.forms)):
                yield self._difference("form", shown, ", ".join(sorted(wide.forms)), name, at)

    def _is_reason(self, word: str) -> bool:
        """Tell whether a word is the type of a problem whose reason the mock has: what precedes it is a form."""
        return self._key.outcome.status >= 400 and reason_of(word) in self._catalogue.reasons

    def _vocabulary(self, wide: Place) -> frozenset[Word]:
        """Return the words that may stand at a place; none where it has no closed list."""
        if not wide.words:
            return frozenset()
        lists = [words for words in self._catalogue.vocabularies if wide.words <= words]
        return frozenset().union(*lists)

    def _path(self, path: str, name: str = "") -> str:
        """Return a path as it may be written."""
        whole = below(path, name) if name else path
        return ".".join(map(self._segment, whole.split("."))) if whole else "the whole answer"

    def _segment(self, segment: str) -> str:
        name = segment.partition("[")[0].partition("(")[0]
        return segment if name == ANY_NAME or not name else segment.replace(name, self._shown(name, "name"), 1)

    def _shown(self, word: str, kind: str = "word") -> str:
        """Return a word or a name of an answer where it may be written, else its length."""
        known = word in self._catalogue.names or is_known(word) or self._opened
        return word if known and len(word) <= 64 and word.isprintable() else f"<{kind} of {len(word)} characters>"


def _answered(key: Key, reason: str) -> str:
    words = [str(key.outcome.status), reason or "", key.report_type or "", key.status or ""]
    return " ".join(word for word in words if word)


def _asked(situation: Situation) -> str:
    words = [] if situation.form == WELL_FORMED else [situation.form]
    if situation.subject is not None:
        words.append(f"the order was {situation.subject}")
    if situation.credentials not in ("bearer", "basic"):
        words.append("no credentials" if situation.credentials == "none" else "other credentials")
    return "; ".join(words) or "a well-formed call"


def _listed(words: Any) -> str:
    names = sorted(map(str, words))
    return ", ".join(names[:_MOST_SHOWN]) + (", …" if len(names) > _MOST_SHOWN else "")
