"""Scenarios: what a file says is what a world holds, and what is wrong in it is told with its place."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock.tests.helpers.in_process import START, Service
from pacsimile_mock.clock import SECOND
from pacsimile_mock.config import WorldOptions
from pacsimile_mock.seed import build
from pacsimile_mock.seed.load import load, parse, shipped
from pacsimile_mock.seed.model import ScenarioError

HEAD = """\
organizations:
  - id: hospital
    clients:
      - {id: viewer, secret: s3cret, scopes: [status.read]}
"""


def wrong(text: str) -> str:
    """What is said of a file that cannot be used."""
    with pytest.raises(ScenarioError) as error:
        parse("mine.yaml", text)
    said = str(error.value)
    assert "\n" not in said
    return said


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("orders: 5", "5:9: expected a list"),
        ("orders:\n  - 7", "6:5: expected a mapping with organization, count, status"),
        ("orders:\n  - {organization: clinic, status: FAILED}", "6:20: expected one of hospital, not 'clinic'"),
        ("orders:\n  - {organization: hospital}", "6:5: expected either status"),
        ("orders:\n  - {organization: hospital, status: FAILED, moves: {finishes: 1s}}", "6:5: expected either status"),
        ("orders:\n  - {organization: hospital, status: DONE}", "6:38: expected one of RECEIVED, PROCESSING"),
        ("orders:\n  - organization: hospital\n    status: completed", "7:13: expected one of RECEIVED"),
        ("orders:\n  - {organization: hospital, status: FAILED, count: 0}", "6:53: expected a whole number from 1"),
        ("orders:\n  - {organization: hospital, status: FAILED, count: 1e3}", "6:53: expected a whole number"),
        ("orders:\n  - {organization: hospital, status: FAILED, count: 100001}", "6:53: expected a whole number"),
        ("orders:\n  - {organization: hospital, status: FAILED, created: soon}", "6:55: expected a duration up to"),
        ("orders:\n  - {organization: hospital, status: FAILED, created: -5m}", "6:55: expected a duration up to"),
        ("orders:\n  - {organization: hospital, status: FAILED, created: 99999d}", "up to 3650d"),
        ("orders:\n  - {organization: hospital, status: FAILED, created: [5m]}", "6:55: expected a word"),
        ('orders:\n  - {organization: hospital, status: FAILED, group: ""}', "6:53: expected 1 to 128 printable"),
        ("orders:\n  - {organization: hospital, status: FAILED, colour: red}", "6:46: expected one of organization"),
        ("orders:\n  - {organization: hospital, status: FAILED, status: FAILED}", "6:46: expected status once"),
        ("orders:\n  - {organization: hospital, moves: {starts: 5s}}", "6:37: expected a mapping with finishes"),
        ("orders:\n  - {organization: hospital, moves: {finishes: 5s, outcome: LOST}}", "6:61: expected one of COMPL"),
        ("orders:\n  - {organization: hospital, moves: 5s}", "6:37: expected a mapping with starts"),
        (
            "orders:\n  - {organization: hospital, moves: {starts: 9s, finishes: 5s}}",
            "6:60: expected finishes not to lie before starts",
        ),
        (
            "orders:\n  - {organization: hospital, status: FAILED, amended: 5m}",
            "6:55: expected status COMPLETED beside amended",
        ),
        ("surprise: 1", "5:1: expected one of summary, seed, pace, organizations, orders, faults; 'surprise' is not"),
        ("organizations: []", "5:1: expected organizations once"),
        ("orders: [", "6:1: this is not YAML"),
        ("orders: *nowhere", "5:9: this is not YAML"),
        ("\torders: []", "5:1: this is not YAML"),
        ("orders: 'x\n", "this is not YAML"),
        ("---\norders: []", "this is not YAML"),
    ],
)
def test_a_mistake_is_told_with_file_line_and_column(line: str, said: str) -> None:
    """And with what was expected there, in one line."""
    assert wrong(HEAD + line + "\n").startswith("mine.yaml:")
    assert said in wrong(HEAD + line + "\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "mine.yaml:1:1: expected a mapping with organizations and orders; the file is empty"),
        ("# nothing\n", "mine.yaml:1:1: expected a mapping"),
        ("[]", "mine.yaml:1:1: expected a mapping with summary, seed, pace, organizations, orders"),
        ("hello", "mine.yaml:1:1: expected a mapping"),
        ("pace: demo", "mine.yaml:1:1: expected a mapping with organizations or orders"),
        ("organizations: []", "mine.yaml:1:16: expected a list with at least one entry"),
        ("organizations: [{id: a}]", "mine.yaml:1:17: expected a mapping with clients, which is missing"),
        ("organizations: [{id: a, clients: []}]", "mine.yaml:1:34: expected a list with at least one entry"),
        ("organizations: [{id: a b, clients: []}]", "mine.yaml:1:22: expected 1 to 64 letters"),
        ("a: \x07", "mine.yaml"),
        ("? {a: b}\n: c", "mine.yaml:1:3: expected a word"),
    ],
)
def test_a_file_of_another_kind_is_told_what_was_expected(text: str, said: str) -> None:
    """Empty, a list, organizations without clients."""
    assert wrong(text).startswith(said)


@pytest.mark.parametrize(
    ("client", "said"),
    [
        ("{id: viewer, secret: s}", "4:9: expected a mapping with scopes"),
        (
            "{id: a:b, secret: s, scopes: [status.read]}",
            "4:14: expected a client id of printable ASCII without a colon",
        ),
        ("{id: ä, secret: s, scopes: [status.read]}", "4:14: expected a client id"),
        ("{id: a, secret: '', scopes: [status.read]}", "4:25: expected a secret"),
        ("{id: a, secret: s, scopes: [admin]}", "4:37: expected one of status.read"),
        ("{id: a, secret: s, scopes: []}", "4:36: expected a list with at least one entry"),
        ("{id: a, secret: s, scopes: status.read}", "4:36: expected a list"),
        (
            "{id: a, secret: s, scopes: [status.read]}\n      - {id: a, secret: t, scopes: [status.read]}",
            "5:14: expected",
        ),
    ],
)
def test_a_client_that_could_not_get_a_token_is_told(client: str, said: str) -> None:
    """Its id and secret must fit into HTTP Basic, its id be its own, and its scopes be known."""
    text = f"organizations:\n  - id: hospital\n    clients:\n      - {client}\n"
    assert said in wrong(text)


def test_a_mistake_does_not_repeat_a_secret() -> None:
    """It may be right, and only its form wrong."""
    client = "{id: a, secret: 'hush:hush', scopes: [status.read]}"
    assert "hush" not in wrong(f"organizations: [{{id: a, clients: [{client}]}}]")


def test_an_organization_or_client_given_twice_is_told() -> None:
    """One would silently take the other's place."""
    again = "  - {id: hospital, clients: [{id: other, secret: s, scopes: [status.read]}]}\n"
    assert "5:10: expected another id: 'hospital' is given twice" in wrong(HEAD + again)
    other = "  - {id: clinic, clients: [{id: viewer, secret: s, scopes: [status.read]}]}\n"
    assert "5:33: expected another id: 'viewer' is given twice" in wrong(HEAD + other)


def test_words_are_taken_as_they_are_written() -> None:
    """A date, `NO`, a number, a time of day: an id is what stands in the file."""
    text = HEAD.replace("hospital", "2025-06-23").replace("viewer", "NO").replace("s3cret", "0123")
    client = parse("x.yaml", text).clients[0]
    assert (client.organization_id, client.client_id, client.client_secret) == ("2025-06-23", "NO", "0123")


@pytest.mark.parametrize(
    ("written", "seconds"), [("0s", 0), ("90", 90), ("1.5m", 90), ("1h30m", 5400), ("1d", 86_400), ("250ms", 0.25)]
)
def test_durations(written: str, seconds: float) -> None:
    """Of seconds where they have no unit."""
    text = HEAD + f"orders: [{{organization: hospital, status: COMPLETED, created: {written}}}]\n"
    assert parse("x.yaml", text).orders[0].created_ago == seconds * SECOND


@settings(deadline=None, derandomize=True, database=None, max_examples=150)
@given(st.text(alphabet="abo{}[]:,-*&!|>'\"#? \n\t%@`\x00\ufeffé", max_size=30))
def test_whatever_stands_in_a_file_is_a_scenario_or_a_mistake(text: str) -> None:
    """No text leads to an error of another kind."""
    try:
        parse("mine.yaml", text)
    except ScenarioError as error:
        assert str(error).startswith("mine.yaml")


@pytest.mark.parametrize(
    "text",
    [
        "[" * 3_000,
        "{a: " * 3_000,
        "- " * 3_000,
        "&a [*a, *a]",
        "[" * 100_000,
        "[" * 9_000 + "]" * 9_000,
        "{a: " * 9_000 + "}" * 9_000,
    ],
)
def test_a_file_nested_without_end_is_a_mistake(text: str) -> None:
    """However deep, it ends in one line."""
    assert wrong("organizations: " + text if text[0] != "-" else text)


# --- files and names


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_scenario_loads(name: str) -> None:
    """And its first client may do everything the API offers, as scripts rely on."""
    scenario = load(name)
    assert scenario.name == name
    assert scenario.summary
    assert {"status.read", "reports.read", "reports.ack"} <= set(scenario.clients[0].scopes)


def test_an_unknown_name_is_told_the_known_ones() -> None:
    """A name that is no file's either."""
    with pytest.raises(
        ScenarioError, match="there is no scenario 'demon': give one of amended_report, backlog, demo, empty"
    ):
        load("demon")


def test_a_file_is_read_where_it_lies(tmp_path: Path) -> None:
    """By its path; and what is wrong in it is told with its name."""
    path = tmp_path / "mine.yaml"
    path.write_text(HEAD)
    assert load(str(path)).name == "mine"
    path.write_text("organizations: 1")
    with pytest.raises(ScenarioError, match=r"^mine\.yaml:1:16: expected a list"):
        load(str(path))


def test_a_file_that_cannot_be_read_is_told_why(tmp_path: Path) -> None:
    """Missing, a folder, not UTF-8, a name that no file has."""
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "latin.yaml").write_bytes(b"a: \xe9")
    for name, why in (("no.yaml", "No such file"), ("folder.yaml", "directory"), ("latin.yaml", "not UTF-8")):
        with pytest.raises(ScenarioError, match=why):
            load(str(tmp_path / name))
    for name in ("a\x00.yaml", "x" * 5_000 + ".yaml", "\ud800.yaml"):
        with pytest.raises(ScenarioError, match="cannot be read"):
            load(name)


# --- what a world holds then


def test_a_world_holds_what_its_scenario_says() -> None:
    """Orders with their times before the start, shared studies, groups, amendments."""
    text = HEAD + (
        "orders:\n"
        "  - {organization: hospital, status: COMPLETED, created: 2h, amended: 1h, study: a, group: g}\n"
        "  - {organization: hospital, count: 3, status: FAILED, created: 30m, study: a}\n"
        "  - {organization: hospital, moves: {starts: 5s, finishes: 20s}}\n"
    )
    numbers = iter(range(1, 100))
    first, *failed, moving = build.orders(parse("x.yaml", text), 1, "demo", START, lambda: next(numbers))
    assert [version.status for version in first.planned_versions()] == ["final", "amended"]
    assert (first.created_at, first.study_group) == (START - 7200 * SECOND, "g")
    assert first.amendments == (START - 3600 * SECOND,)
    assert {order.study_uid for order in failed} == {first.study_uid} != {moving.study_uid}
    assert len({order.created_at for order in failed}) == 3
    assert [moving.state(START + at * SECOND).status for at in (4, 5, 19, 20)] == [
        "RECEIVED",
        "PROCESSING",
        "PROCESSING",
        "COMPLETED",
    ]


@pytest.mark.parametrize(
    ("pace", "status"),
    [("instant", "COMPLETED"), ("demo", "RECEIVED"), ("realtime", "RECEIVED"), ("manual", "RECEIVED")],
)
def test_the_pace_stretches_the_future(pace: str, status: str) -> None:
    """At once, in seconds, in minutes, by hand alone."""
    text = HEAD + "orders: [{organization: hospital, moves: {starts: 5s, finishes: 20s}}]\n"
    (order,) = build.orders(parse("x.yaml", text), 1, pace, START, lambda: 1)
    assert order.state(START + SECOND).status == status
    done = [seconds for seconds in (1, 20, 400, 10**6) if order.state(START + seconds * SECOND).status == "COMPLETED"]
    assert (
        done == {"instant": [1, 20, 400, 10**6], "demo": [20, 400, 10**6], "realtime": [400, 10**6], "manual": []}[pace]
    )


def test_the_same_seed_makes_the_same_world() -> None:
    """And another seed another, of which nothing is the same but the scenario."""

    def ids(seed: int) -> list[tuple[str, str]]:
        store = Service(WorldOptions(seed=seed)).world.store
        return [(order.order_id, order.study_uid) for order in store.orders_of("demo-hospital")]

    assert ids(1) == ids(1)
    assert not set(ids(1)) & set(ids(2))


def test_a_scenario_that_is_broken_makes_no_world() -> None:
    """The server goes on as it was."""
    service = Service()
    with pytest.raises(ScenarioError):
        service.state.worlds.create(WorldOptions(scenario="nothing"))
    assert [world.name for world in service.state.worlds] == ["default"]
