"""Compare a generated history with the reference, event by event, up to the first that does not fit.

An acknowledgement answered 5xx or not at all may be done or not: both are possible from then on, until an answer fits
one of them alone. A listing without an answer leaves open what the client's next POST marks. A listing that
is an hour old may be forgotten or not.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from pacsimile_contract.instants import Instant
from pacsimile_contract.queue_model import blame
from pacsimile_contract.queue_model.acts import Act
from pacsimile_contract.queue_model.blame import Blame
from pacsimile_contract.queue_model.events import (
    BrokenRule,
    CallOutcome,
    PlayedAct,
    PlayedHistory,
    in_words,
    listed_last,
    outcome_in_words,
    ready_at,
)
from pacsimile_contract.queue_model.reference import Books
from pacsimile_spec.statuses import COMPLETED

NOT_READY, NOT_FOUND = 409, 404
REMEMBERED = 3600.0
"""Seconds for which a listing is remembered (BATCH-5)."""


@dataclass
class HistoryJudgement:
    """The outcome: the first rule that is broken, and the requirements of which something was compared."""

    broken: BrokenRule | None = None
    exercised: set[str] = field(default_factory=set)


def judge_history(history: PlayedHistory) -> HistoryJudgement:
    """Judge a history from its beginning up to the first event that nothing explains."""
    judge = _Judge(history)
    for place in range(len(history)):
        broken = judge.take(place)
        if broken is not None:
            return HistoryJudgement(broken, judge.exercised | {broken.requirement})
    return HistoryJudgement(None, judge.exercised)


class _Judge:
    def __init__(self, history: PlayedHistory) -> None:
        self.history = history
        self.possible = [Books()]
        self.unsure: set[int] = set()
        self.age: dict[str, float] = {}
        """By client, the seconds that states let pass since its last listing."""
        self.is_unclear = False
        """Whether more than one thing is possible because an acknowledgement may be done or not."""
        self.exercised: set[str] = set()
        self.at: dict[str, Instant] = {}
        for event in history:
            self.at.update(event.answer.completed)

    def take(self, place: int) -> BrokenRule | None:
        """Take an event in. Return what is broken where it fits nothing that is possible."""
        event, past = self.history[place], self.history[:place]
        if not event.act.is_call:
            self.possible = [_changed(books, event.act) for books in self.possible]
            self._let_pass(event.act.seconds)
            return None
        if event.answer.unclear:
            self._take_unclear(event.act)
            return None
        self.is_unclear &= len(self.possible) > 1
        self._mark_exercised(("BATCH-14", self.is_unclear))
        mismatches = [next(self._mismatches(event, past, books), None) for books in self.possible]
        if all(mismatches):
            return _broken(place, event, mismatches[0], several=self.is_unclear)
        kept = [books for books, mismatch in zip(self.possible, mismatches, strict=True) if mismatch is None]
        self.possible = list(dict.fromkeys(_after(books, event) for books in kept))
        if event.act.kind == "lists":
            self.unsure.discard(event.act.who)
            self.age[str(event.act.who)] = 0.0
        return None

    def _let_pass(self, seconds: float) -> None:
        """Let listings grow old; one that is old enough may be forgotten from now on."""
        for client, age in self.age.items() if seconds else ():
            self.age[client] = age + seconds
            if self.age[client] >= REMEMBERED:
                self.possible += [books.forgotten(client) for books in self.possible]
        self.possible = list(dict.fromkeys(self.possible))

    def _take_unclear(self, act: Act) -> None:
        """Record what cannot be known: whether an acknowledgement was done, or what a client was shown."""
        if act.kind == "lists":
            self.unsure.add(act.who)
        elif act.kind in ("posts", "names"):
            unsure = act.kind == "posts" and act.who in self.unsure
            done = [] if unsure else [books.marked(_marks(act, books)) for books in self.possible]
            self.is_unclear |= bool(done)
            self.possible = list(dict.fromkeys([*self.possible, *done]))

    def _mismatches(self, event: PlayedAct, past: PlayedHistory, books: Books) -> Iterator["_Mismatch"]:
        compare = {
            "lists": self._compare_listing, "posts": self._compare_post, "names": self._compare_named_post,
            "asks": self._compare_status, "fetches": self._compare_result,
        }[event.act.kind]  # fmt: skip
        return compare(event.act, event.answer, past, books)

    # Listings

    def _compare_listing(
        self, act: Act, answer: CallOutcome, past: PlayedHistory, books: Books
    ) -> Iterator["_Mismatch"]:
        waiting, limit = books.listable, act.limit
        self._mark_exercised(
            ("BATCH-1", bool(waiting)), ("BATCH-2", True), ("BATCH-4", not waiting), ("BATCH-13", limit is not None),
            ("BATCH-3", bool(past) and past[-1].act.kind == "lists"), ("CONS-1", True),
            ("BATCH-12", any(event.act.kind == "amends" for event in past)),
            ("RESULTS-6", any(event.act.kind in ("asks", "fetches") for event in past)),
        )  # fmt: skip
        whole = limit is None or limit >= len(waiting)
        expected = in_words(waiting) if whole else f"the oldest {limit} of {in_words(waiting)}"
        if answer.status != 200:
            yield _Mismatch(("BATCH-1" if waiting else "BATCH-4", "a listing is answered 200"), expected)
            return
        shown = set(answer.reports)
        if len(shown) < len(answer.reports):
            twice = next(report_id for report_id, count in Counter(answer.reports).items() if count > 1)
            yield _Mismatch(("BATCH-1", f"{twice} is listed twice"), expected, (twice,))
        for surplus in sorted(shown - waiting):
            superseded = surplus in books.ready and not books.is_newest(surplus)
            yield _Mismatch(
                blame.listed_wrongly(past, act.who, surplus, books.acknowledged, superseded), expected, (surplus,)
            )
        if limit is not None and len(shown) > limit:
            yield _Mismatch(("BATCH-13", f"{len(shown)} are listed with limit={limit}"), expected, answer.reports)
        yield from self._compare_left_out(answer, waiting - shown, past, limit, expected)
        for report in (report_id for report_id in answer.reports if report_id in books.ready):
            former = books.superseded_by(report)
            if report in answer.supersedes and answer.supersedes[report] != former:
                why = f"{report} supersedes {former or 'nothing'}, and says {answer.supersedes[report]}"
                yield _Mismatch(("BATCH-12", why), expected, (report,))

    def _compare_left_out(
        self, answer: CallOutcome, left: Iterable[str], past: PlayedHistory, limit: int | None, expected: str
    ) -> Iterator["_Mismatch"]:
        missing = sorted(left, key=lambda report: (ready_at(past, report) or 0, report))
        if missing and (limit is None or len(answer.reports) < limit):
            yield _Mismatch(blame.lacking(past, missing[0], limit), expected, (missing[0],))
        known = [report for report in answer.reports if report in self.at]
        for first, second in pairwise(known):
            if self.at[second] < self.at[first]:
                yield _Mismatch(("BATCH-13", f"{second} is older than {first}"), expected, (first, second))
        for older in (report for report in missing if limit is not None and report in self.at):
            if known and self.at[older] < self.at[known[-1]]:
                why = f"{older}, which was left out, is older than {known[-1]}"
                yield _Mismatch(("BATCH-13", why), expected, (older, known[-1]))

    # Acknowledgements

    def _compare_post(self, act: Act, answer: CallOutcome, past: PlayedHistory, books: Books) -> Iterator["_Mismatch"]:
        who = act.who
        if who in self.unsure:
            return
        right, got = _marks(act, books), set(answer.reports)
        shown = listed_last(past, who)
        since = past[(shown or 0) + 1 :]
        self._mark_exercised(
            ("BATCH-5", bool(right)), ("BATCH-7", shown is None),
            ("BATCH-8", any(event.act.kind == "posts" and event.act.who == who for event in since)),
            ("BATCH-6", any(event.act.kind in ("readies", "finishes") for event in since)),
            ("BATCH-9", listed_last(past, 3 - who) is not None),
        )  # fmt: skip
        expected = f"{in_words(right)} acknowledged"
        if answer.status != 200:
            yield _Mismatch(("BATCH-5" if right else "BATCH-7", "a POST without a body is answered 200"), expected)
            return
        if not answer.says_what_was_done:  # the next listing shows it
            return
        others = books.marked_by_listing(str(3 - who))
        if got and got == others and got - right and right:
            why = f"that is what client {3 - who} was shown last, and client {who} was not"
            yield _Mismatch(("BATCH-9", why), expected, tuple(sorted(got - right)))
        for report in sorted(got - right):
            yield _Mismatch(blame.marked_too_much(past, who, report, books.acknowledged), expected, (report,))
        for report in sorted(right - got):
            superseded = not books.is_newest(report)
            yield _Mismatch(blame.marked_too_little(past, who, report, superseded), expected, (report,))

    def _compare_named_post(
        self, act: Act, answer: CallOutcome, past: PlayedHistory, books: Books
    ) -> Iterator["_Mismatch"]:
        right, unknown = _marks(act, books), books.unknown(act.about)
        self._mark_exercised(("BATCH-11", True))
        expected = f"{in_words(right)} acknowledged" + (f", {in_words(unknown)} not found" if unknown else "")
        if answer.status != 200:
            yield _Mismatch(("BATCH-11", "an acknowledgement by name is answered 200"), expected, act.about)
            return
        if not answer.says_what_was_done:
            return
        for report in sorted(right - set(answer.reports)):
            superseded = not books.is_newest(report)
            yield _Mismatch(blame.not_marked(past, report, superseded), expected, (report,))
        for report in sorted(set(answer.reports) - right):
            known = report in books.acknowledged
            why = f"{report} was {'acknowledged before' if known else 'not named, or is not ready here'}"
            yield _Mismatch(("BATCH-11", why), expected, (report,))
        for report in sorted(set(answer.not_found) ^ unknown):
            why = f"{report} is {'no ready report of this organization' if report in unknown else 'known'}"
            yield _Mismatch(("BATCH-11", why), expected, (report,))

    # Orders and reports

    def _compare_status(
        self, act: Act, answer: CallOutcome, past: PlayedHistory, books: Books
    ) -> Iterator["_Mismatch"]:
        report, done = act.about[0], books.newest(act.about[0]) is not None
        marked = not books.acknowledged.isdisjoint(books.versions_with(report))
        requirement = "BATCH-10" if marked else "CONS-1"
        self._mark_exercised((requirement, True))
        expected = f"the order of {report}{' COMPLETED' if done else ', not COMPLETED'}"
        if answer.status != 200:
            yield _Mismatch((requirement, f"the order of {report} is there"), expected, (report,))
        elif (answer.order_status == COMPLETED) != done:
            yield _Mismatch((requirement, f"{report} is {'' if done else 'not '}ready"), expected, (report,))

    def _compare_result(
        self, act: Act, answer: CallOutcome, past: PlayedHistory, books: Books
    ) -> Iterator["_Mismatch"]:
        report, newest = act.about[0], books.newest(act.about[0])
        amended = newest is not None and newest != report
        marked = not books.acknowledged.isdisjoint(books.versions_with(report))
        self._mark_exercised(("RESULTS-11", amended), ("BATCH-10", marked), ("CONS-2", True))
        expected = f"{newest} served" if newest else f"{NOT_READY}, since {report} is not ready"
        if newest is None and answer.status == 200:
            yield _Mismatch(("CONS-2", f"the order of {report} is not COMPLETED"), expected, (report,))
        elif newest is not None and answer.status == NOT_READY:
            requirement = "BATCH-10" if marked else "CONS-2"
            yield _Mismatch((requirement, f"the order of {report} is COMPLETED"), expected, (report,))
        elif newest is not None and answer.reports and answer.reports != (newest,):
            requirement = "RESULTS-11" if amended else "CONS-2"
            yield _Mismatch((requirement, f"{newest} is the order's newest version"), expected, (report,))

    def _mark_exercised(self, *what: tuple[str, bool]) -> None:
        self.exercised.update(requirement for requirement, holds in what if holds)


@dataclass(frozen=True, slots=True)
class _Mismatch:
    blame: Blame
    expected: str
    about: tuple[str, ...] = ()


def _broken(place: int, event: PlayedAct, wrong: _Mismatch | None, *, several: bool) -> BrokenRule:
    assert wrong is not None
    requirement, why = wrong.blame
    if several:
        requirement, why = "BATCH-14", "an acknowledgement without an answer is wholly done or not at all: neither fits"
    return BrokenRule(requirement, place, wrong.expected, outcome_in_words(event), why, wrong.about)


def _marks(act: Act, books: Books) -> frozenset[str]:
    return books.marked_by_listing(str(act.who)) if act.kind == "posts" else books.marked_by_name(act.about)


def _after(books: Books, event: PlayedAct) -> Books:
    act, answer = event.act, event.answer
    if act.kind == "lists":
        return books.listed(str(act.who), answer.reports)
    if act.kind not in ("posts", "names"):
        return books
    return books.marked(answer.reports if answer.says_what_was_done else _marks(act, books))


def _changed(books: Books, act: Act) -> Books:
    """Return the books after what a state did; an order goes by the name of its first report."""
    if act.kind in ("begins", "readies"):
        for report in act.made:
            books = books.completed(report, report)
    elif act.kind == "finishes" and act.status == COMPLETED:
        books = books.completed(act.about[0], act.about[0])
    elif act.kind == "amends":
        amended = (order for order, reports in books.versions if act.about[0] in reports)
        books = books.completed(next(amended, act.about[0]), act.made[0])
    return books
