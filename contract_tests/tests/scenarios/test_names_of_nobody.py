"""Names like another's may be a real organization's, and a report of a fixture is a real one: they are spared."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from contract_tests.tests.helpers.handwritten import exchange, problem
from pacsimile_contract.checkers import isolation as checks
from pacsimile_contract.errors import NotExercised
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.part import Part
from pacsimile_contract.findings.story import Story
from pacsimile_contract.provider.states import ProvidedState
from pacsimile_contract.scenarios import isolation, sharing
from pacsimile_contract.target.model import Client, Target

US, THEM = Client("primary", "a", "", "org-a"), Client("other_org", "b", "", "org-b")


class Asking:
    """A session without states, of a service with the objects in `existing`; it takes down calls and states."""

    level = "standard"

    def __init__(self, *existing: str) -> None:
        self.target = Target("", "", {"primary": US, "other_org": THEM})
        self.home = ProvidedState("fresh_organization", {}, US)
        self.story, self.made, self._existing = Story("by-hand", [], {}), list[str](), existing

    def fresh_state(self, name: str, *_: str, **params: Any) -> ProvidedState:
        """Take it down: there is none."""
        self.made.append(name)
        raise NotExercised(f"needs {name}")

    def lookalike(self, text: str, *, near: bool = False) -> str:
        """Return a name that says how it was made."""
        return f"{'near' if near else 'unlike'} {text}"

    def call(self, operation: str, label: str, asked: Any = None, client: Any = None, **more: str) -> Exchange:
        """Answer as a service does that has the existing objects, and no organization for the caller."""
        given = {**(asked or {}), **more}
        if set(self._existing) & set(given.values()):
            answer = exchange(operation, document={}, asked=given, headers=(("X-Report-Id", "REP-1"),))
        elif "organizationId" in given:
            answer = exchange(operation, 403, problem("organization-not-allowed", 403), asked=given)
        else:
            answer = exchange(operation, 404, problem("order-not-found", 404), asked=given)
        self.story.add(label, answer)
        return answer

    def asked(self, label: str) -> list[str]:
        """Return the names that were asked for below a label."""
        return [next(iter(asked.given.values())) for _, asked in self.story.below(label)]


def test_nothing_is_acknowledged_for_a_name_that_resembles_another() -> None:
    """SEC-2: `org-b`, mistyped, may be `org-c`. It may be listed, as a GET changes nothing."""
    session: Any = Asking()
    with pytest.raises(NotExercised):
        sharing.queues(session)
    assert session.asked("unknown") == ["near org-b", "unlike org-b"]
    assert [asked.operation for _, asked in session.story.below("unknown")] == ["listReports", "acknowledgeReports"]
    assert session.asked("foreign") == ["org-b", "org-b"]


@pytest.mark.parametrize(("existing", "names"), [((), ["near X"]), (("near X",), ["near X", "unlike X"])])
def test_another_name_is_asked_for_where_the_first_exists(existing: tuple[str, ...], names: list[str]) -> None:
    """SEC-1: what is answered about somebody's order tells nothing of how an unknown one is refused."""
    session: Any = Asking(*existing)
    isolation._ask_both(session, "status-by-order", checks.CALLS["status-by-order"], "X")
    assert session.asked("unknown") == names
    parts = list(checks.answers_as_unknown(session.story))
    assert {part.name for part in parts} == {"status-by-order", "as-an-unknown-one"}
    assert all(finding.holds for part in parts for finding in part.findings)


class AskingReplicas(Asking):
    """A session with a service of two replicas that answer in turn, of which one adds a header."""

    def call(self, operation: str, label: str, asked: Any = None, client: Any = None, **more: str) -> Exchange:
        """Answer as the next replica."""
        answer = super().call(operation, label, asked, client, **more)
        if answer.answer is not None and len(self.story.steps) % 2:
            answer.answer = replace(answer.answer, headers=(*answer.answer.headers, ("X-Second-Site", "1")))
        return answer


def test_two_replicas_that_answer_in_turn_tell_no_organization() -> None:
    """SEC-1, SEC-2: a header of one of them comes and goes, whoever is asked about."""
    session: Any = AskingReplicas()
    isolation._ask_both(session, "status-by-order", checks.CALLS["status-by-order"], "X")
    assert session.asked("foreign-again") == ["X"]
    assert _all_hold(checks.answers_as_unknown(session.story))
    session = AskingReplicas()
    with pytest.raises(NotExercised):
        sharing.queues(session)
    assert session.asked("foreign-again") == ["org-b"]
    assert _all_hold(checks.keeps_queues_apart(session.story))


def _all_hold(parts: Iterable[Part]) -> bool:
    return all(finding.holds for part in parts for finding in part.findings)


@pytest.mark.parametrize(("owned", "made"), [(True, ["report_amended"]), (False, [])])
def test_only_a_report_that_a_state_made_is_amended(owned: bool, made: list[str]) -> None:
    """SEC-3: a study of the target file's fixtures is left as it is."""
    session: Any = Asking("1.2.3")
    session.call("getResult", "theirs/result", study_uid="1.2.3")
    values = {"organization_id": "org-a", "other_organization_id": "org-b", "study_uid": "1.2.3"}
    study = ProvidedState("study_shared_between_organizations", values, US, owned=owned, other=THEM)
    sharing._list_amended(session, study)
    assert session.made == made
