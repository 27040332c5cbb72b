"""What every scenario has: what it may know of the run, a story that it tells, and ways of ending early."""

import random
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import cycle
from math import ceil
from typing import Any, TypeVar

from pacsimile_contract.dialects.vocabulary import group_types, order_types, plain_type, scopes_without, selects_by
from pacsimile_contract.errors import Blocked, BudgetSpent, NotApplicable, NotExercised
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.story import Story
from pacsimile_contract.provider.mock_journal import read_journal
from pacsimile_contract.run.run import Run
from pacsimile_contract.target.model import Client, Target
from pacsimile_spec.dialects import Dialect

Thing = TypeVar("Thing")


class ScenarioContext:
    """A scenario's place in a run, and its story.

    `first` is the story of the first attempt, where the scenario is played again: what generates asks that alone.
    """

    def __init__(self, run: Run, name: str, attempt: int = 1, first: Story | None = None) -> None:
        self._run, self.first = run, first
        self.story = Story(name, attempt=attempt)
        self.skipped: str | None = None
        """Why a call was left out, of an operation that the service does not have."""
        self._types: dict[str, Iterator[str]] = {}
        self.draw = random.Random(f"{run.options.seed}/{name}")  # noqa: S311 (repeatable, not secret)

    @property
    def target(self) -> Target:
        """The target: addresses, clients, what the operator allows."""
        return self._run.target

    @property
    def dialect(self) -> Dialect | None:
        """The dialect that the service speaks; None where it spells as the contract does."""
        return self._run.target.dialect.dialect if self._run.target.dialect else None

    def scopes_without(self, scope: str) -> list[str]:
        """Return the scopes of the API that a client may have who lacks this one."""
        return scopes_without(self.dialect, scope)

    def can_ask(self, operation: str, selector: str) -> bool:
        """Whether the service has an operation, and it can be asked by `order_id` or `study_uid`."""
        return operation not in self.target.absent and selects_by(self.dialect, operation, selector)

    @property
    def order_types(self) -> tuple[str, ...]:
        """The types in which the service offers an order's report."""
        return order_types(self.dialect)

    @property
    def group_types(self) -> tuple[str, ...]:
        """The types in which the service offers a study group's report."""
        return group_types(self.dialect)

    @property
    def plain_type(self) -> str:
        """The type of an order's report that is asked for where any will do."""
        return plain_type(self.order_types)

    @property
    def plain_group_type(self) -> str:
        """The type of a study group's report that is asked for where any will do."""
        return plain_type(self.group_types)

    def drawn_type(self) -> str:
        """Return a type of an order's report, each time another: where any type must be refused alike.

        An order of a standing service may offer few, and is asked for one that it is likely to have.
        """
        return self._drawn("order", self.order_types) or self.plain_type

    def drawn_group_type(self) -> str:
        """Return a type of a study group's report, each time another."""
        return self._drawn("group", self.group_types) or self.plain_group_type

    def types_in_turn(self, count: int, skip: int = 0) -> list[str]:
        """Return types of an order's report in turn, from one on that the seed decides. The first follows the last.

        Two scenarios together ask for all types: one takes the first four, and the other skips these. For a standing
        service, each is the plain type, as with `drawn_type`.

        Args:
            count: how many types.
            skip: how many are left out before them.
        """
        types = self.order_types
        if self._run.state_url is None or not types:
            return [self.plain_type] * count
        return [types[(self.seed + skip + place) % len(types)] for place in range(count)]

    def in_turn(self, things: Iterable[Thing], of: int, always: Collection[Thing] = ()) -> list[Thing]:
        """Return one in `of` things, which the seed decides, and those of `always`, in their order; at level full all.

        `of` seeds in a row return each of them once. Let nothing take turns that does harm when it is broken.
        """
        if self.level == "full":
            return list(things)
        place, chosen = self.seed, list[Thing]()
        for thing in things:
            if thing in always:
                chosen.append(thing)
                continue
            if place % of == 0:
                chosen.append(thing)
            place += 1
        return chosen

    def spread(self, start: int, total: int, stride: int) -> list[int]:
        """Return the indexes of the places that get an input: one below level full, every `stride`-th at level full.

        Places are operations, mostly. If `start` is the seed plus the input's number, each place gets as many inputs as
        any other. At level full, `stride` seeds in a row bring each input to each place; below it, `total` seeds do.

        Args:
            start: the first index, modulo `total`.
            total: how many places there are.
            stride: how far the places at level full are from each other.
        """
        number = ceil(total / stride) if self.level == "full" else 1
        return [(start + stride * step) % total for step in range(number)]

    def _drawn(self, kind: str, types: Sequence[str]) -> str | None:
        if self._run.state_url is None:
            return None
        if kind not in self._types:
            self._types[kind] = cycle(self.draw.sample(list(types), len(types)))
        return next(self._types[kind], None)

    @property
    def level(self) -> str:
        """`smoke`, `standard` or `full`: how much to ask."""
        return self._run.options.level

    @property
    def seed(self) -> int:
        """What is drawn from: the same seed gives the same requests."""
        return self._run.options.seed

    @property
    def wanted(self) -> tuple[str, ...]:
        """The requirements that the run was asked for; empty where it judges all."""
        return self._run.options.requirements

    @property
    def repeats(self) -> int:
        """How often what is broken may be asked again; 0 where it is neither repeated nor shrunk."""
        return self._run.options.repeats

    @property
    def requests_left(self) -> int:
        """How many requests may still be asked: what is generated stops there, and what goes beyond is BudgetSpent."""
        return self._run.transport.pace.left

    def need_requests(self, number: int) -> None:
        """Raise BudgetSpent if fewer requests are left."""
        if self.requests_left < number:
            raise BudgetSpent(f"not reached: the run's limits leave only {self.requests_left} requests for it")

    @property
    def rehearsed(self) -> bool:
        """Whether the run is only rehearsed: answers mean nothing then."""
        return self._run.transport.pace.rehearsed

    @property
    def first_token(self) -> Exchange | None:
        """The answer that brought the run's first token; None where none came."""
        return self._run.first_token

    @property
    def agent(self) -> str:
        """The `User-Agent` of the run's requests."""
        return self._run.transport.agent

    @property
    def keys(self) -> Exchange | None:
        """What `jwks_url` answered before the checks; None where that was not asked."""
        return self._run.keys

    @property
    def asked_so_far(self) -> Sequence[Exchange]:
        """Everything that the run has asked up to now."""
        return self._run.history.exchanges

    def client_of_states(self, name: str | None) -> Client | None:
        """Return the client of that name which a state of this run has made; None where there is none."""
        return self._run.states.clients.get(name or "")

    def journal(self) -> Sequence[Mapping[str, Any]]:
        """Return the audit records of the mock's world, oldest first; N/A elsewhere, where no caller sees them."""
        if self.target.journal_url is None:
            raise NotApplicable("no caller sees the audit log of a service")
        return read_journal(self._run.transport, self.target.journal_url)

    def note(self, label: str, values: Mapping[str, Any] | object) -> None:
        """Note values for the checker: a JSON object, or one JSON value, which it reads as `given(label)["value"]`."""
        self.story.values[label] = values if isinstance(values, Mapping) else {"value": values}

    # Ending early

    def require(self, condition: bool, requirement: str) -> None:
        """Go on only where `condition` holds; else NOT-EXERCISED, blocked by `requirement`, which judges that."""
        if not condition:
            raise Blocked(requirement)

    def lack(self, what: str) -> None:
        """End the scenario: NOT-EXERCISED, for what is lacking."""
        raise NotExercised(what)

    def not_applicable(self, why: str) -> None:
        """End the scenario: N/A, for a lack that the operator declared or the kind of target has."""
        raise NotApplicable(why)
