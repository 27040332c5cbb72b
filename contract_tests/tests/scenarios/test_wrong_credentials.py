"""How often wrong credentials are sent again, to see which headers come and go."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from contract_tests.tests.crossing.test_table import TARGET
from contract_tests.tests.helpers.played_scenario import play
from pacsimile_contract.evidence import authorization
from pacsimile_contract.evidence.exchange import Answer, Request
from pacsimile_contract.findings.story import Story
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.dry_run import ObligingWire

MARK = ("X-Now-And-Then", "1")
Marks = Callable[[int, bool], bool]
"""Whether an answer has the header: by its number, and whether the client was known."""


class RefusingWire(ObligingWire):
    """Gives no token, and adds a header to some of its answers."""

    def __init__(self, marks: Marks) -> None:
        super().__init__(TARGET)
        self._marks, self._answered = marks, 0

    def send(self, request: Request, timeout: float, **more: Any) -> Answer:
        """Refuse it."""
        self._answered += 1
        known = any(sent.basic and sent.basic.client_id == "id" for sent in authorization.sent_by(request))
        body = json.dumps({"error": "invalid_client"}).encode()
        headers = (("Content-Type", "application/json"), *([MARK] if self._marks(self._answered, known) else ()))
        return Answer(401, headers, body, body)


def played(marks: Marks, level: Any = "standard", *, owned: bool = True) -> Story:
    """Return what was asked of such a service."""
    client = replace(TARGET.clients["primary"], owned=owned)
    return play(
        "tokens.wrong_credentials",
        RefusingWire(marks),
        replace(TARGET, clients={"primary": client}),
        Options(level=level),
    )


def asked(story: Story) -> list[str]:
    """Return the steps with a wrong secret, and those with an unknown client, that were sent again."""
    return [step.label for step in story.steps if "-again/" in step.label]


@pytest.mark.parametrize("level", ["smoke", "standard", "full"])
def test_a_header_that_came_once_is_looked_for_again(level: Any) -> None:
    """AUTH-4: at each level, since it is judged at each."""
    first = next(
        number
        for number, step in enumerate(played(lambda *_: False, level).steps, 1)
        if step.label == "wrong-secret/GET"
    )
    story = played(lambda number, _: number == first, level)
    assert asked(story) == ["wrong-secret-again/GET", "unknown-client-again/GET"]


@pytest.mark.parametrize("level", ["smoke", "standard", "full"])
def test_a_header_that_is_always_there_is_proven_with_few_wrong_secrets(level: Any) -> None:
    """AUTH-4: a service may lock the client, which the whole run needs; so three pairs are the most, in all ways."""
    again = asked(played(lambda _, known: known, level))
    assert len(again) == 6
    assert again.count("wrong-secret-again/GET") == again.count("unknown-client-again/GET") == 3


def test_two_replicas_that_answer_in_turn_tell_no_client() -> None:
    """AUTH-4: one adds a header, the other does not."""
    assert len(asked(played(lambda number, _: number % 2 == 0, "smoke"))) == 2


def test_a_client_that_no_state_made_gets_no_further_wrong_secret() -> None:
    """AUTH-4: the service may lock it."""
    assert not asked(played(lambda _, known: known, owned=False))
