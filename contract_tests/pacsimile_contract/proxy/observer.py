"""Judges what passes, in a thread of its own: each call as it ends, and the history as often as time allows."""

import queue
import re
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pacsimile_advice.calls import ClientCall
from pacsimile_advice.judge import judge as judge_client
from pacsimile_advice.presentation import as_data, of_calls
from pacsimile_contract.client.wire import reason_of
from pacsimile_contract.evidence.bounds import MEBIBYTE, MOST_KEPT
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.part import Part
from pacsimile_contract.findings.reasons import Reason, Unjudged
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.bench import Bench
from pacsimile_contract.judging.declared_absent import not_applicable_by_declaration
from pacsimile_contract.judging.selection import selected
from pacsimile_contract.provenance import Origin, pieces
from pacsimile_contract.proxy.advice_calls import client_call, is_complete
from pacsimile_contract.proxy.copied_call import CopiedCall
from pacsimile_contract.proxy.events import (
    EventFan,
    ExchangeFinished,
    FindingMade,
    JudgingStopped,
    MistakeMade,
    PassedUnjudged,
    ProxyEnded,
    ProxyListener,
    ProxyStarted,
)
from pacsimile_contract.proxy.reading import ExchangeReader
from pacsimile_contract.proxy.routing import Origin as Address
from pacsimile_contract.proxy.single_answers import SingleAnswers
from pacsimile_contract.run.events import RunFinished
from pacsimile_contract.run.options import Options
from pacsimile_contract.run.run import Run
from pacsimile_contract.runner.notes import notes_of_dialect
from pacsimile_contract.target.model import Profile, Target

UNSEEN = Unjudged(Verdict.NOT_EXERCISED, "not seen in this traffic", Reason.NOT_RUN)
MOST_EXCHANGES = 20_000
"""Calls that are judged at most: the more there are, the longer it takes to judge the history."""
PAUSE, SHARE = 0.5, 4.0
"""The pause after a judgement of the history: seconds at least, and as a multiple of what the judgement took."""
AT_THE_END = frozenset(
    {"ADVICE-401-IGNORED", "ADVICE-409-FINAL", "ADVICE-AMENDED-IGNORED", "ADVICE-FIRST-PAGE-ONLY", "ADVICE-NOT-RETRIED"}
)
"""Mistakes of not doing something, which are judged at the end: until then the client may still do it."""


@dataclass
class _Seen:
    """What was told already."""

    findings: set[tuple[str, str]] = field(default_factory=set)
    mistakes: set[tuple[str, str | None]] = field(default_factory=set)


class Observer:
    """Takes calls from relays, judges them, and tells listeners. Close it at the end."""

    def __init__(self, target: Target, options: Options, listeners: Sequence[ProxyListener]) -> None:
        self._target, self._options = target, options
        self.profile: Profile = options.profile or target.profile
        self.run = Run(target, options)
        self._reader = ExchangeReader(target, self.run.redactor)
        self._reader.append = self._keep
        self._single, self._seen = SingleAnswers(), _Seen()
        self._calls: list[ClientCall] = []
        self._events = EventFan(listeners)
        self._queue: queue.SimpleQueue[CopiedCall | str | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="judge", daemon=True)
        self._began, self._unjudged, self._stopped = time.monotonic(), 0, ""
        self._next_look, self._looked_at = 0.0, 0
        self._error: BaseException | None = None
        self._wanted = selected(())

    # what relays call: nothing here waits

    def finished(self, call: CopiedCall) -> None:
        """Take a call that has ended."""
        self._queue.put(call)

    def passed(self, why: str) -> None:
        """Note what is no call that can be judged, in words of ours."""
        self._queue.put(why)

    def unreachable(self, origin: Address, error: OSError) -> str:
        """Say that the service cannot be reached; return the call's failure."""
        failure = reason_of(error)
        self.passed(f"{origin.url} cannot be reached ({failure}): the client's connection was closed")
        return failure

    # the thread that judges

    def start(self, url: str) -> None:
        """Begin to judge; `url` is where the proxy listens."""
        self._events(ProxyStarted(self._target, url, self.run.redactor))
        self._thread.start()

    def close(self) -> RunFinished:
        """Judge what is left, tell listeners that it is over, and return the run.

        Raises:
            Exception: What stopped the judging, or what a listener raised.
        """
        self._queue.put(None)
        self._thread.join()
        self.run.close()
        if self._error is not None:
            raise self._error
        done = self._finish()
        if self._events.error is not None:
            raise self._events.error
        return done

    def abandon(self) -> None:
        """End without telling listeners."""
        if self._thread.is_alive():
            self._queue.put(None)
            self._thread.join()
        self.run.close()

    def _work(self) -> None:
        try:
            while (item := self._next()) is not None:
                self._take(item)
        except BaseException as error:  # raised again by `close`, in the main thread
            self._error = error
            while self._queue.get() is not None:
                pass

    def _next(self) -> CopiedCall | str | None:
        """Return the next item; while there is none, judge the history."""
        while True:
            wait = self._next_look - time.monotonic() if len(self.run.history) > self._looked_at else None
            try:
                return self._queue.get(timeout=None if wait is None else max(wait, 0.0))
            except queue.Empty:
                self._look()

    def _take(self, item: CopiedCall | str) -> None:
        if isinstance(item, str):
            self._unjudged += 1
            self._events(PassedUnjudged(item))
            return
        try:
            exchange = None if self._stopped else self._reader.read(item)
        finally:
            item.release()
        if exchange is None:
            self._unjudged += 1
            return
        self._keep(exchange)
        self._single.judge(exchange)
        self._calls.append(client_call(exchange, item.connection))
        self._events(ExchangeFinished(exchange))
        self._tell(self._bench_of_single_answers())
        self._stop_at_bound()
        if time.monotonic() >= self._next_look:
            self._look()

    def _keep(self, exchange: Exchange) -> None:
        self.run.history.append(exchange)

    def _stop_at_bound(self) -> None:
        history = self.run.history
        if history.size > MOST_KEPT or len(history) >= MOST_EXCHANGES:
            what = f"{MOST_KEPT // MEBIBYTE} MiB" if history.size > MOST_KEPT else f"{MOST_EXCHANGES:,} calls"
            self._stopped = f"{what} were judged, which is the most: what follows is passed on, and not judged"
            self._events(JudgingStopped(self._stopped))

    def _look(self) -> None:
        """Judge the whole history, and tell what is new."""
        began = time.monotonic()
        self._looked_at = len(self.run.history)
        self._tell(self._bench())
        self._tell_mistakes()
        took = time.monotonic() - began
        self._next_look = time.monotonic() + max(PAUSE, SHARE * took)

    def _bench(self) -> Bench:
        bench = self._bench_of_single_answers(self._single.parts)
        bench.add_whole_run(self.run.history.exchanges, self._wanted, None, settle=self._target.limits.settle)
        return bench

    def _bench_of_single_answers(self, parts: dict[str, list[Part]] | None = None) -> Bench:
        declared = not_applicable_by_declaration(self._target)
        bench = Bench(self.profile, declared, self._options.contract, unseen=UNSEEN)
        for requirement, said in (self._single.take_new() if parts is None else parts).items():
            bench.add_parts(requirement, said)
        return bench

    def _tell(self, bench: Bench) -> None:
        for requirement, judged in bench.broken_parts():
            for proof in judged.evidence:
                if proof.finding is None:
                    continue
                key = (judged.check, _shape(proof.finding.expected))
                if key not in self._seen.findings:
                    self._seen.findings.add(key)
                    self._events(
                        FindingMade(
                            requirement, judged.check, judged.verdict, proof.exchanges, proof.finding.expected,
                            proof.finding.got,
                        )
                    )  # fmt: skip

    def _tell_mistakes(self, *, at_end: bool = False) -> None:
        for item in as_data(judge_client(self._calls, complete=is_complete(self._calls))):
            key = (item["id"], item["client_id"])
            if key in self._seen.mistakes or (item["id"] in AT_THE_END and not at_end):
                continue
            self._seen.mistakes.add(key)
            first = item["occurrences"][0]
            self._events(
                MistakeMade(key[0], item["title"], key[1], first["words"], tuple(first["calls"]), item["remedy"])
            )

    def _finish(self) -> RunFinished:
        bench, history = self._bench(), self.run.history
        self._tell(bench)
        self._tell_mistakes(at_end=True)
        judgements = bench.judgements(self._wanted)
        advice = of_calls(self._calls, complete=is_complete(self._calls))
        failed = [one for one in judgements if one.verdict is Verdict.FAIL and one.requirement.level == "MUST"]
        done = RunFinished(
            target=self._target, options=self._options, profile=self.profile, run_id=self.run.id,
            redactor=self.run.redactor, judgements=judgements, exchanges=history.exchanges,
            stories=self._single.stories, requests=len(history), seconds=time.monotonic() - self._began,
            exit_status=int(bool(failed or advice["advice"])), notes=list(self._notes(history.exchanges)),
            unseen=UNSEEN,
        )  # fmt: skip
        self._events(ProxyEnded(done, advice, self._unjudged))
        return done

    def _notes(self, exchanges: Sequence[Exchange]) -> Iterable[str]:
        if not exchanges:
            what = "look at base_url, oauth2_endpoint and dialect" if self._unjudged else "give your client its address"
            yield f"no call of the API came through the proxy: {what}"
        yield "judged by what a client asked: what it never asked for is NOT-EXERCISED"
        if self._unjudged:
            yield f"passed on or refused without being judged: {self._unjudged}"
        if self._stopped:
            yield self._stopped
        yield from notes_of_dialect(self._target.dialect, exchanges)


def _shape(text: str) -> str:
    """Return what was expected, without values: two answers that lack the same are one finding."""
    return re.sub(r"\S*\d\S*", "#", "".join(piece for piece, origin in pieces(text) if origin is Origin.OURS))
