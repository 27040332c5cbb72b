"""What is asked again, since it may be flaky: scenarios that found a MUST broken, and single calls that failed."""

from collections.abc import Iterable

from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.story import Story
from pacsimile_contract.run.run import Run

MOST_SCENARIOS = 8
"""Scenarios that are played again in one run: where more are broken, the service is, and not now and then."""


MOST_CALLS = 4
"""Single calls that are asked again in one run."""


REPEATED_CALLS = "asked-again"
"""The name of the story of single calls; each step is labelled with the number of the exchange that it repeats."""


def _failed(exchange: Exchange) -> bool:
    return exchange.answer is None or (exchange.answer.status >= 500 and exchange.answer.status != 503)


def repeat_failed_calls(run: Run, exchanges: Iterable[Exchange], story: Story, times: int) -> None:
    """Ask the calls that the service failed again, until one fails again too; the answers become steps of `story`."""
    for exchange in exchanges:
        request = exchange.request
        plain = request.method == "GET" and request.operation and not (request.cut or request.hostile or request.raw)
        if not (plain and _failed(exchange)) or len({step.label for step in story.steps}) >= MOST_CALLS:
            continue
        for _ in range(times):
            again = story.add(str(exchange.number), run.ask(request))
            if _failed(again):
                break
