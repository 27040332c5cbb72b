"""What a part says of calls without an answer."""

from dataclasses import replace

from contract_tests.tests.helpers.handwritten import exchange
from pacsimile_contract.findings.part import fact, part
from pacsimile_contract.findings.verdict import Verdict

HOLDS = fact(True, "a refusal", "no answer")


def test_silence_is_neither_a_refusal_nor_an_acceptance() -> None:
    """Where no call of the evidence was answered, nothing was shown."""
    silent, answered = exchange(status=None), exchange(status=403)
    unjudged = part("opens", HOLDS, on=(silent, silent)).unjudged
    assert unjudged is not None
    assert unjudged.verdict is Verdict.ERROR
    assert part("opens", HOLDS, on=(silent, answered)).findings == (HOLDS,)
    assert part("opens", HOLDS).findings == (HOLDS,)


def test_silence_counts_where_it_is_an_answer() -> None:
    """To hostile input, to a call that we cut, and where a checker says so."""
    silent = exchange(status=None)
    assert part("plain-http", HOLDS, on=silent, silence_counts=True).findings == (HOLDS,)
    silent.request = replace(silent.request, hostile=True)
    assert part("long", HOLDS, on=silent).findings == (HOLDS,)
