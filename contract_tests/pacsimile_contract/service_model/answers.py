"""Compare answers that have nothing to do with each other, whatever was asked.

Each has an `X-Request-Id` of its own, and a refusal names nothing that only an earlier call asked for. A conflict has
`Retry-After` if, and only if, waiting helps.
"""

import re
from collections.abc import Iterator

from pacsimile_contract import facts
from pacsimile_contract.documents.headers import report_headers
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.service_model.calls import Call
from pacsimile_contract.service_model.contradiction import Comparisons
from pacsimile_contract.service_model.orders import NOT_READY, UNKNOWN

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
"""What may be an identifier in a text. A shorter one may be a word."""
_SELECTORS = ("order_id", "study_uid", "study_group")
_FAILED = ("order-failed", "order-cancelled")


class Answers:
    """Judges what answers carry over from one another."""

    def __init__(self, comparisons: Comparisons) -> None:
        self._comparisons = comparisons
        self._numbered: dict[str, Exchange] = {}
        """By `X-Request-Id`."""
        self._asked: dict[str, tuple[str, Exchange]] = {}
        """By order, study or group that a call named, the organization that named it first."""

    def take(self, call: Call) -> None:
        """Compare an answer with those before it."""
        self._has_its_own_number(call.exchange)
        self._names_what_was_asked(call)
        self._says_when(call)
        for name in _SELECTORS:
            if name in call.parameters:
                self._asked.setdefault(call.parameters[name], (call.organization, call.exchange))

    def _has_its_own_number(self, exchange: Exchange) -> None:
        number = exchange.header("X-Request-Id")
        if not number or number.startswith("$"):
            return
        first = self._numbered.setdefault(number, exchange)
        if first is not exchange:
            self._comparisons.contradict(
                "PROTO-1", first, exchange, expected="an X-Request-Id that no other answer has", got="that of another",
                got_value=number, is_tentative=True,
            )  # fmt: skip

    def _names_what_was_asked(self, call: Call) -> None:
        """Judge that a refusal of what does not exist names nothing that only an earlier call asked for."""
        exchange = call.exchange
        if exchange.status != 404 or not any(name in call.parameters for name in _SELECTORS):
            return
        problem, own = facts.problem(exchange), set(call.parameters.values())
        if problem.reason not in UNKNOWN:
            return
        header = report_headers(exchange).order_id
        for name in (*_words(problem.detail), *_words(problem.instance), *_words(header)):
            if name in self._asked and not any(_resemble(name, value) for value in own):
                organization, first = self._asked[name]
                requirement = "PROTO-5" if organization == call.organization else "SEC-1"
                self._comparisons.contradict(
                    requirement, first, exchange, expected="a refusal that names what was asked for", got="it names",
                    got_value=name, is_tentative=True,
                )  # fmt: skip
                return

    def _says_when(self, call: Call) -> None:
        """Judge `Retry-After` of a conflict: without it, waiting does not help (RESULTS-4, GROUP-3)."""
        exchange = call.exchange
        requirement = {"getResult": "RESULTS-4", "getGroupReport": "GROUP-3"}.get(call.operation)
        if exchange.status != 409 or requirement is None or not exchange.says_header("Retry-After"):
            return
        reason, says = facts.problem(exchange).reason, exchange.header("Retry-After") is not None
        if reason == NOT_READY and not says:
            expected, got = "Retry-After while the report is not ready", "none"
        elif reason in _FAILED and says:
            expected, got = "no Retry-After where there will be no report", "Retry-After"
        else:
            return
        self._comparisons.contradict(requirement, exchange, expected=expected, got=got, is_tentative=True)


def _words(text: str | None) -> Iterator[str]:
    """Yield what may be an identifier in a text: it has a digit."""
    for match in _WORD.finditer(text or ""):
        if any(sign.isdigit() for sign in match.group()):
            yield match.group().rstrip(".")


def _resemble(name: str, asked: str) -> bool:
    """Tell whether a name may be another spelling of what was asked for: a refusal may suggest it."""
    own, other = name.casefold(), asked.casefold()
    return own in other or other in own
