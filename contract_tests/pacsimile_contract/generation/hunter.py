"""The hunt: let Hypothesis draw trials, send each, and keep the smallest that breaks a promise.

No request is sent twice: shrinking comes back to the same requests, and their number is bounded.
"""

import math
import random
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from pacsimile_contract.checkers.generated import SMALLEST
from pacsimile_contract.checkers.promises import breaks
from pacsimile_contract.errors import CannotTell, Forbidden, NotExercised
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.generation.hypothesis_settings import quiet
from pacsimile_contract.generation.trials import Trial
from pacsimile_contract.session import Session
from pacsimile_contract.target.model import Client

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy


MADE_SMALLER = 30
"""How many requests may be spent on shrinking a kind of trial."""
FEW = 4
"""Of fewer trials of a kind than this, none is spent on the simplest."""


class BrokenPromise(Exception):
    """A promise was broken. Each promise has a subclass, so that Hypothesis shrinks each by itself."""


@cache
def _broken(promise: str) -> type[BrokenPromise]:
    return type(f"Broken:{promise}", (BrokenPromise,), {})


class _Over(BaseException):
    """The hunt ends: no request is allowed any more. No Exception, so that Hypothesis lets it pass."""


@dataclass
class _SmallestTrial:
    """The trials that broke a promise: their number, and the one with the shortest request."""

    times: int
    size: tuple[int, str]
    trial: Trial
    exchange: Exchange
    values: Mapping[str, object]


@dataclass
class Hunter:
    """Sends trials as a client with its token, and keeps their answers in the session's story.

    Without a token of its own it sends the client's shared one.
    """

    session: Session
    client: Client
    token: str = ""
    lasts: float = math.inf
    """How long a token is used, in seconds: half of its life."""
    asked: dict[Trial | object, Exchange] = field(default_factory=dict)
    broken_promises: dict[str, _SmallestTrial] = field(default_factory=dict)
    kept_back: Forbidden | None = None
    _stopped: BaseException | None = None
    _most: int = 0
    _skips: int = 0
    _shown: frozenset[str] = frozenset()
    """Promises that earlier hunts shrank a trial for. One is enough."""
    _since: float = field(default_factory=time.monotonic)
    """When the token was issued, or soon after."""

    def __post_init__(self) -> None:
        # its own, since how much of the session's is used depends on the identifiers that states give
        self._chance = random.Random(self.session.draw.getrandbits(64))  # noqa: S311 (repeatable, not secret)

    def hunt_all(self, hunts: "Iterable[tuple[Sequence[SearchStrategy[Trial]], int]]") -> None:
        """Hunt with each (strategies, total number of trials), and record what broke.

        If there are more strategies than trials, the seed chooses. Raise Forbidden at the end if a trial was kept back.
        """
        try:
            for strategies, number in hunts:
                for drawn, examples in self._spread(strategies, number):
                    self._hunt(drawn, examples)
        finally:
            self._add_smallest()
        if self.kept_back is not None:
            raise self.kept_back

    def _spread(
        self, strategies: "Sequence[SearchStrategy[Trial]]", number: int
    ) -> "Iterator[tuple[SearchStrategy[Trial], int]]":
        share, rest = divmod(number, len(strategies))
        more = set(self._chance.sample(range(len(strategies)), rest))
        for place, drawn in enumerate(strategies):
            if share or place in more:
                yield drawn, share + (place in more)

    def _hunt(self, drawn: "SearchStrategy[Trial]", examples: int) -> None:
        """Draw trials, and keep those that break a promise; NotExercised where nothing may be sent."""
        from hypothesis.errors import Flaky, Unsatisfiable

        try:
            self._draw(drawn, examples)
        except (BrokenPromise, ExceptionGroup, Flaky, Unsatisfiable):
            pass
        except _Over:
            if self._stopped is not None:
                raise self._stopped from None

    def _draw(self, drawn: "SearchStrategy[Trial]", examples: int) -> None:
        """Draw at most that many trials, and some more to shrink what breaks.

        A session without repetitions does not shrink.
        """
        import hypothesis

        seed = self._chance.getrandbits(64)
        self._shown = frozenset(self.broken_promises)
        self._most = len(self.asked) + examples + (MADE_SMALLER if self.session.repeats else 0)
        self._skips = 1 if examples < FEW else 0
        drawing = quiet(examples, shrink=bool(self.session.repeats))

        def attempt(trial: Trial) -> None:
            self._attempt(trial)

        try:
            hypothesis.seed(seed)(drawing(hypothesis.given(drawn)(attempt)))()
        except hypothesis.errors.Unsatisfiable:  # the simplest there is, which was passed over, is all there is
            if self._skips < 0:
                hypothesis.seed(seed)(drawing(hypothesis.given(drawn)(attempt)))()

    def _attempt(self, trial: Trial) -> None:
        from hypothesis import reject

        if self._skips > 0:  # the first is always the simplest there is
            self._skips = -1
            reject()
        exchange = self._answer(trial)
        if exchange is None:
            reject()
        values = dict(trial.values)
        if trial.second is not None and exchange.answer is not None and not trial.hostile:
            values["schemathesis"] = trial.second(exchange)
        broken = [promise for promise in trial.all_promises() if breaks(promise, exchange, values)]
        for promise in trial.all_promises():
            self._record(promise, trial, exchange, values, broke=promise in broken)
        new = [promise for promise in broken if promise not in self._shown]
        if new and self.session.repeats:
            raise _broken(new[0])

    def _answer(self, trial: Trial) -> Exchange | None:
        """Send the trial unless it was sent before, and return its answer; None where safety forbids it."""
        bare = trial.request(self.session.target, self.client, None)  # with the token that was first, or a later one
        key = (bare.method, bare.url, bare.headers, bare.body)
        if key in self.asked:
            return self.asked[key]
        if len(self.asked) >= self._most:
            raise _Over
        for text, of in trial.derived:
            self.session.derived(text, of)
        try:
            request = trial.request(self.session.target, self.client, f"Bearer {self._good_token()}")
            exchange = self.session.send_unlabelled(request)
            if exchange.answer is None:
                exchange = self.session.send_unlabelled(request)
        except Forbidden as error:
            self.kept_back = error
            return None
        except (NotExercised, CannotTell, KeyboardInterrupt) as error:
            self._stopped = error
            raise _Over from None
        self.asked[key] = exchange
        return exchange

    def _good_token(self) -> str:
        """Return the hunt's token, or a new one where it may expire soon."""
        if not self.token:
            return self.session.token(self.client)
        if time.monotonic() > self._since + self.lasts:
            self.token, self._since = self.session.token(self.client, fresh=True), time.monotonic()
        return self.token

    def _record(
        self, promise: str, trial: Trial, exchange: Exchange, values: Mapping[str, object], *, broke: bool
    ) -> None:
        """Make an answer that kept the promise a step, once. Count those that broke it, and keep the smallest."""
        if not broke:
            label = f"{promise}/{exchange.number}"
            if not self.session.story.has(label):
                self.session.story.add(label, exchange)
                self.session.note(label, values)
            return
        size = (len(exchange.request.url) + len(exchange.request.body or b""), exchange.request.url)
        known = self.broken_promises.get(promise)
        if known is None:
            self.broken_promises[promise] = _SmallestTrial(1, size, trial, exchange, values)
            return
        known.times += 1
        if size < known.size:
            known.size, known.trial, known.exchange, known.values = size, trial, exchange, values

    def _add_smallest(self) -> None:
        """Add the smallest trial that broke each promise as a step."""
        for promise, finding in self.broken_promises.items():
            label = f"{promise}/{SMALLEST}"
            self.session.story.add(label, finding.exchange)
            why = f"{finding.values['why']} (the smallest of {finding.times} drawn that broke it)"
            self.session.note(label, {**finding.values, "why": why if finding.times > 1 else finding.values["why"]})
