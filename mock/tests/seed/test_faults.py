"""Faults of a scenario: read by the faults' own rules, and told with their place where one cannot be set."""

from collections.abc import Iterator

import pytest

from pacsimile_mock.faults import capability
from pacsimile_mock.faults.service import MOST
from pacsimile_mock.seed import faults
from pacsimile_mock.seed.load import load, parse
from pacsimile_mock.seed.model import ScenarioError


def wrong(text: str) -> str:
    """What is said of a file that cannot be used."""
    with pytest.raises(ScenarioError) as error:
        parse("mine.yaml", text)
    return str(error.value).removeprefix("mine.yaml:")


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("7", "3:5: expected a fault; a fault must be an object"),
        ("[7]", "3:5: expected a word, a number, or a small mapping"),
        ("{}", "3:5: expected a fault; effect is missing"),
        ("{effect: {status: 200}}", "3:23: expected a fault; effect.status must be a whole number from 400 to 599"),
        ("{effect: {status: '503'}}", "3:23: expected a fault; effect.status must be a whole number"),
        ("{effect: {status: 503, colour: red}}", "3:36: expected a fault; effect.colour is not known"),
        ("{effect: {malformed: true}, match: {client_id: nobody}}", "3:52: expected the id of one of the clients"),
        ("{effect: {malformed: true}, effect: {drip: true}}", "3:33: expected effect once; it is given twice"),
        ("{effect: {truncate: {bytes: [1]}}}", "3:33: expected a word, a number, or a small mapping"),
        ("{effect: {truncate: {bytes: {a: {b: 1}}}}}", "3:37: expected a word, a number, or a small mapping"),
        ("&a {effect: *a}", "3:17: expected an alias to a value that has ended; a holds itself"),
        ("{effect: {" + ", ".join(f"a{n}: 1" for n in range(21)) + "}}", "3:14: expected a word, a number"),
    ],
)
def test_a_fault_that_cannot_be_set_is_told_with_its_place(fault: str, said: str) -> None:
    """By the faults' own rules."""
    assert wrong(f"orders: []\nfaults:\n  - {fault}\n").startswith(said)


def test_faults_are_what_the_control_api_takes() -> None:
    """Numbers, truth and words of their types; a client's id is that of its world."""
    text = (
        "orders: []\nfaults:\n"
        "  - {match: {client_id: demo-clinic, every: 2}, effect: {latency_ms: 1.5, reset: request}, limit: null}\n"
    )
    (fault,) = parse("mine.yaml", text).faults
    assert fault == {
        "match": {"client_id": "demo-clinic", "every": 2},
        "effect": {"latency_ms": 1.5, "reset": "request"},
    }
    assert faults.of_world(fault, "-w").match.client_id == "demo-clinic-w"
    assert faults.of_world(fault, "").match.client_id == "demo-clinic"
    assert faults.of_world({"effect": {"malformed": True}}, "-w").match.client_id is None


@pytest.fixture
def without_resets(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A system that finds no way to reset a connection."""
    capability.descriptors.cache_clear()
    monkeypatch.setattr("sys.platform", "win32")
    yield
    capability.descriptors.cache_clear()


@pytest.mark.usefixtures("without_resets")
def test_an_effect_that_this_system_cannot_have_is_told() -> None:
    """When the file is read, rather than when the call is made; none of those shipped asks for it."""
    assert wrong("orders: []\nfaults: [{effect: {reset: true}}]\n").startswith("2:19: expected another effect")
    assert load("flaky_network").faults


def test_a_world_has_so_many_faults_at_most() -> None:
    """Each is looked at on each call."""
    text = "orders: []\nfaults:\n  - &a {effect: {malformed: true}}\n" + "  - *a\n" * MOST
    assert wrong(text).startswith("3:3: expected 1000 faults at most")
