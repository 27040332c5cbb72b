"""The hunt: let Hypothesis draw trials, ask each, and keep of what broke a promise what shows it best.

Nothing is asked twice: what is made smaller comes back to the same requests, and each costs one of a fixed number.
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
"""Requests at most by which one kind of trial is made smaller."""
FEW = 4
"""Trials of a kind of which none is to be spent on the simplest."""


class BrokenPromise(Exception):
    """A promise was broken: each promise has a subclass, so that each is made smaller by itself."""


@cache
def _broken(promise: str) -> type[BrokenPromise]:
    return type(f"Broken:{promise}", (BrokenPromise,), {})


class _Over(BaseException):
    """No Exception, so that Hypothesis lets it pass: nothing may be asked any more, or the hunt's number is used up."""


@dataclass
class _Finding:
    """What broke one promise: how often, and the trial whose request is shortest."""

    times: int
    size: tuple[int, str]
    trial: Trial
    exchange: Exchange
    values: Mapping[str, object]


@dataclass
class Hunter:
    """Asks trials as one client with its token, and keeps what came of them in the session's story."""

    session: Session
    client: Client
    token: str
    lasts: float = math.inf
    """Seconds for which a token may be used: half of its life."""
    asked: dict[Trial | object, Exchange] = field(default_factory=dict)
    found: dict[str, _Finding] = field(default_factory=dict)
    kept_back: Forbidden | None = None
    _stopped: BaseException | None = None
    _most: int = 0
    _skips: int = 0
    _shown: frozenset[str] = frozenset()
    """Promises of which earlier hunts made something smaller: that is shown, and enough."""
    _since: float = field(default_factory=time.monotonic)
    """When the token was given, or soon after."""

    def __post_init__(self) -> None:
        # its own, since how much of the session's is used depends on the identifiers that states give
        self._chance = random.Random(self.session.draw.getrandbits(64))  # noqa: S311 (repeatable, not secret)

    def hunt_all(self, hunts: "Iterable[tuple[Sequence[SearchStrategy[Trial]], int]]") -> None:
        """Hunt with each (strategies, how many trials of them together), and tell what broke.

        Of more strategies than trials some are left out, by the seed. Ends with what was kept back, if anything.
        """
        try:
            for strategies, number in hunts:
                for drawn, examples in self._spread(strategies, number):
                    self._hunt(drawn, examples)
        finally:
            self._tell()
        if self.kept_back is not None:
            raise self.kept_back

    def _spread(
        self, strategies: "Sequence[SearchStrategy[Trial]]", number: int
    ) -> "Iterator[tuple[SearchStrategy[Trial], int]]":
        each, rest = divmod(number, len(strategies))
        more = set(self._chance.sample(range(len(strategies)), rest))
        for place, drawn in enumerate(strategies):
            if each or place in more:
                yield drawn, each + (place in more)

    def _hunt(self, drawn: "SearchStrategy[Trial]", examples: int) -> None:
        """Draw trials; what broke is in `found`. NotExercised where nothing may be asked any more."""
        from hypothesis.errors import Flaky, Unsatisfiable

        try:
            self._draw(drawn, examples)
        except (BrokenPromise, ExceptionGroup, Flaky, Unsatisfiable):
            pass
        except _Over:
            if self._stopped is not None:
                raise self._stopped from None

    def _draw(self, drawn: "SearchStrategy[Trial]", examples: int) -> None:
        """Draw so many trials, and some more, at most, to make smaller what breaks.

        Where the session repeats nothing, it makes nothing smaller either.
        """
        import hypothesis

        seed = self._chance.getrandbits(64)
        self._shown = frozenset(self.found)
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
        broken = [one for one in trial.all_promises() if breaks(one, exchange, values)]
        for promise in trial.all_promises():
            self._note(promise, trial, exchange, values, broke=promise in broken)
        new = [one for one in broken if one not in self._shown]
        if new and self.session.repeats:
            raise _broken(new[0])

    def _answer(self, trial: Trial) -> Exchange | None:
        """Ask, unless it was asked before; None where it may not leave."""
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
            exchange = self.session.ask(request)
            if exchange.answer is None:
                exchange = self.session.ask(request)
        except Forbidden as error:
            self.kept_back = error
            return None
        except (NotExercised, CannotTell, KeyboardInterrupt) as error:
            self._stopped = error
            raise _Over from None
        self.asked[key] = exchange
        return exchange

    def _good_token(self) -> str:
        """Return the hunt's token, or another where that may end before the hunt does."""
        if time.monotonic() > self._since + self.lasts:
            self.token, self._since = self.session.token(self.client, fresh=True), time.monotonic()
        return self.token

    def _note(
        self, promise: str, trial: Trial, exchange: Exchange, values: Mapping[str, object], *, broke: bool
    ) -> None:
        """Make a step of an answer that held, once; remember of those that did not how many, and the smallest."""
        if not broke:
            label = f"{promise}/{exchange.number}"
            if not self.session.story.has(label):
                self.session.story.add(label, exchange)
                self.session.note(label, values)
            return
        size = (len(exchange.request.url) + len(exchange.request.body or b""), exchange.request.url)
        known = self.found.get(promise)
        if known is None:
            self.found[promise] = _Finding(1, size, trial, exchange, values)
            return
        known.times += 1
        if size < known.size:
            known.size, known.trial, known.exchange, known.values = size, trial, exchange, values

    def _tell(self) -> None:
        """Make a step of the smallest that broke each promise."""
        for promise, found in self.found.items():
            label = f"{promise}/{SMALLEST}"
            self.session.story.add(label, found.exchange)
            why = f"{found.values['why']} (the smallest of {found.times} drawn that broke it)"
            self.session.note(label, {**found.values, "why": why if found.times > 1 else found.values["why"]})
