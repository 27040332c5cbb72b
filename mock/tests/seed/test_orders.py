"""Scenarios with data of the user's own: study UIDs, patients, files; and orders that count status calls."""

from datetime import date
from itertools import count
from pathlib import Path

import pytest

from mock.tests.helpers.in_process import START
from pacsimile_fixtures.people import Patient
from pacsimile_mock.clock import SECOND
from pacsimile_mock.orders.model import Order
from pacsimile_mock.orders.polls import Polls, Step
from pacsimile_mock.seed import build
from pacsimile_mock.seed.load import load, parse
from pacsimile_mock.seed.model import ScenarioError

PATIENT = "{mrn: A-1, family_name: O'Brien-Ångström, given_name: Zoë, birth_date: 1970-01-31, sex: F}"
ZOE = Patient("A-1", "O'Brien-Ångström", "Zoë", date(1970, 1, 31), "F", "en_US")


def wrong(text: str, folder: Path = Path()) -> str:
    """What is said of a file that cannot be used."""
    with pytest.raises(ScenarioError) as error:
        parse("mine.yaml", text, folder)
    return str(error.value).removeprefix("mine.yaml:")


def made(text: str, pace: str = "demo", folder: Path = Path()) -> list[Order]:
    """The orders of a scenario that begins at START."""
    numbers = count(1)
    return list(build.orders(parse("mine.yaml", text, folder), 1, pace, START, lambda: next(numbers)))


def lines(*orders: str) -> str:
    """A file with these orders, of the documented organizations."""
    return "orders:\n" + "".join(f"  - {order}\n" for order in orders)


def test_without_organizations_there_are_the_documented_ones() -> None:
    """Those of `empty`, and an order that names none is the first one's."""
    scenario = parse("mine.yaml", lines("{status: FAILED}", "{status: FAILED, organization: demo-clinic}"))
    assert scenario.clients == load("empty").clients == load("demo").clients
    assert [plan.organization_id for plan in scenario.orders] == ["demo-hospital", "demo-clinic"]


def test_summary_seed_and_pace_are_read() -> None:
    """And are None, or empty, where they are missing."""
    told = parse("mine.yaml", "summary: Of three words\nseed: 9223372036854775807\npace: polls\norders: []\n")
    assert (told.summary, told.seed, told.pace) == ("Of three words", 2**63 - 1, "polls")
    silent = parse("mine.yaml", "orders: []\n")
    assert (silent.summary, silent.seed, silent.pace) == ("", None, None)


def test_a_study_uid_of_ones_own() -> None:
    """Orders with the same one are of one study, made from one entity; others are not."""
    first, second, other = made(
        lines("{status: FAILED, study_uid: 1.2.840.1}", "{status: COMPLETED, study_uid: 1.2.840.1}", "{status: FAILED}")
    )
    assert first.study_uid == second.study_uid == "1.2.840.1"
    assert first.study_number == second.study_number
    assert other.study_number != first.study_number


def test_a_patient_of_ones_own_is_that_of_all_orders_of_the_study() -> None:
    """Whichever of them names it; not of another organization's orders."""
    clinic = "{organization: demo-clinic, status: COMPLETED, study_uid: 1.2.840.1}"
    orders = made(
        lines(
            "{status: COMPLETED, study_uid: 1.2.840.1}",
            f"{{status: FAILED, study_uid: 1.2.840.1, patient: {PATIENT}}}",
            clinic,
            f"{{status: COMPLETED, patient: {PATIENT}}}",
            "{status: COMPLETED}",
        )
    )
    assert [order.patient for order in orders] == [ZOE, ZOE, None, ZOE, None]


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("mrn: ''", "2:37: expected 1 to 64 printable characters without a backslash"),
        ("mrn: 'a\\b'", "2:37: expected 1 to 64 printable characters without a backslash"),
        ("family_name: a^b", "2:45: expected 1 to 62 printable characters without ^"),
        ("given_name: ' a'", "2:44: expected 1 to 62 printable characters without ^"),
        (f"given_name: {'g' * 63}", "expected family_name and given_name of 63 characters together at most"),
        ("birth_date: 19700131", "2:44: expected a day such as 1970-01-31, not 19700131"),
        ("birth_date: 1970-02-30", "2:44: expected a day such as 1970-01-31; there is no 1970-02-30"),
        ("sex: female", "2:37: expected one of F, M, O, U, not 'female'"),
        ("colour: red", "2:32: expected one of mrn, family_name, given_name, birth_date, sex; 'colour' is not"),
    ],
)
def test_a_patient_that_no_format_could_hold_is_told(field: str, said: str) -> None:
    """With its place."""
    name = field.partition(":")[0]
    whole = {"mrn": "A", "family_name": "B", "given_name": "C", "birth_date": "1970-01-01", "sex": "F"}
    rest = ", ".join(f"{key}: {value}" for key, value in whole.items() if key != name)
    assert said in wrong(lines(f"{{status: FAILED, patient: {{{field}, {rest}}}}}"))


def test_one_study_has_one_patient() -> None:
    """Two would make of one study two people."""
    other = PATIENT.replace("Zoë", "Zora")
    text = lines(f"{{status: FAILED, study: a, patient: {PATIENT}}}", f"{{status: FAILED, study: a, patient: {other}}}")
    assert wrong(text).startswith("3:41: expected the same patient as the study's other orders have")


# --- report_files


def test_report_files_are_read_where_the_scenario_lies(tmp_path: Path) -> None:
    """Each once; the order offers their types alone, unless it says otherwise."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "sample.pdf").write_bytes(b"%PDF-mine")
    (tmp_path / "scenario.yaml").write_text(
        lines(
            "{status: COMPLETED, count: 2, report_files: {pdf: mine/sample.pdf}}",
            "{status: COMPLETED, report_types: [json, pdf], report_files: {pdf: mine/../mine/sample.pdf}}",
        )
    )
    scenario = load(str(tmp_path / "scenario.yaml"))
    first, second = scenario.orders
    assert list(scenario.files.values()) == [b"%PDF-mine"]
    assert first.report_files == second.report_files == {"pdf": next(iter(scenario.files))}
    assert (first.report_types, second.report_types) == (("pdf",), ("json", "pdf"))
    assert tmp_path / "mine" / "sample.pdf" in scenario.sources
    assert scenario.sources[0] == tmp_path / "scenario.yaml"


def test_report_files_that_cannot_be_served_are_told(tmp_path: Path) -> None:
    """Missing, a folder, empty, of a type that is no order's, or left out of what the order offers."""
    (tmp_path / "empty.pdf").touch()
    (tmp_path / "some.pdf").write_bytes(b"x")

    def told(files: str, more: str = "") -> str:
        return wrong(lines(f"{{status: COMPLETED, report_files: {{{files}}}{more}}}"), tmp_path)

    assert told("pdf: no.pdf").startswith("2:45: expected a file that can be read, its path relative to mine.yaml; ")
    assert told("pdf: no.pdf").endswith("'no.pdf': No such file or directory")
    assert told('pdf: "a\\0.pdf"').endswith("no file has such a name")
    assert "directory" in told("pdf: .")
    assert "expected a file of 1 byte to 16 MiB" in told("pdf: empty.pdf")
    assert "'csv' is not known here" in told("csv: some.pdf")
    assert "expected a file for at least one of json, txt, pdf" in told("")
    assert "expected pdf among them, which report_files has" in told("pdf: some.pdf", ", report_types: [json]")


# --- what does not go together


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ("{status: FAILED, study: a, study_uid: 1.2.3}", "2:43: expected either study (a label) or study_uid"),
        ("{status: FAILED, study_uid: '1.2 '}", "2:33: expected a DICOM UID"),
        ("{moves: {finishes: 5s}, amended: 5m}", "2:38: expected status COMPLETED beside amended"),
        ("{moves: {finishes: 5s, amended: 5s}}", "2:37: expected amended to lie after finishes"),
        ("{moves: {finishes: 5s, outcome: FAILED, amended: 6s}}", "2:54: expected amended to lie after finishes"),
        ("{moves: {starts: 2 polls, finishes: 5s}}", "2:22: expected a duration up to"),
        ("{moves: {starts: 5s, finishes: 2 polls}}", "2:22: expected a number of status calls such as 3 polls"),
        ("{moves: {starts: 3 polls, finishes: 2 polls}}", "2:41: expected finishes not to lie before starts"),
        ("{status: COMPLETED, report_types: [csv]}", "2:40: expected one of json, txt, pdf"),
    ],
)
def test_keys_that_do_not_go_together_are_told(order: str, said: str) -> None:
    """With the place of the one that is too much."""
    assert wrong(lines(order)).startswith(said)


def test_the_orders_of_a_file_have_an_end() -> None:
    """A million, whatever is multiplied."""
    text = lines("&a {status: FAILED, count: 100000}", *["*a"] * 10)
    assert wrong(text).startswith("2:32: expected 1000000 orders in all at most")


def test_a_number_may_follow_the_name_of_a_shipped_scenario() -> None:
    """In place of its one count; a scenario without one takes none."""
    assert [plan.count for plan in load("backlog:5000").orders] == [5000]
    assert [plan.count for plan in load("backlog").orders] == [1000]
    for name, said in (
        ("demo:3", "the scenario demo takes no number"),
        ("backlog:", "whole number from 1 to 100000"),
        ("backlog:0", "whole number from 1 to 100000"),
        ("backlog:100001", "whole number from 1 to 100000"),
        ("backlog:٣", "whole number from 1 to 100000"),
        ("nothing:3", "there is no scenario 'nothing:3'"),
    ):
        with pytest.raises(ScenarioError, match=said):
            load(name)


# --- status calls that move


def scenario_of(moves: str) -> str:
    """A file with one order that moves."""
    return lines(f"{{moves: {moves}}}")


@pytest.mark.parametrize(
    ("moves", "pace", "steps"),
    [
        ("{finishes: 1 poll}", "demo", [(1, "COMPLETED", 100)]),
        ("{starts: 1 poll, finishes: 2 polls}", "realtime", [(1, "PROCESSING", 5), (2, "COMPLETED", 100)]),
        ("{starts: 1 poll, finishes: 2 polls, outcome: FAILED}", "demo", [(1, "PROCESSING", 5), (2, "FAILED", 5)]),
        ("{starts: 5s, finishes: 9s}", "polls", [(2, "PROCESSING", 5), (3, "PROCESSING", 50), (4, "COMPLETED", 100)]),
        (
            "{finishes: 5 polls, amended: 7 polls}",
            "polls",
            [
                (1, "PROCESSING", 5),
                (2, "PROCESSING", 25),
                (3, "PROCESSING", 50),
                (4, "PROCESSING", 75),
                (5, "COMPLETED", 100),
                (7, "AMENDED", 100),
            ],
        ),
    ],
)
def test_orders_that_count_status_calls(moves: str, pace: str, steps: list[tuple[int, str, int]]) -> None:
    """By their own numbers in every pace, by the usual ones in the pace `polls`."""
    (order,) = made(scenario_of(moves), pace)
    assert order.polls == Polls(0, tuple(Step(*step) for step in steps))
    assert order.state(START + 10**15).status == "RECEIVED"


@pytest.mark.parametrize(("pace", "status"), [("instant", "COMPLETED"), ("manual", "RECEIVED")])
def test_paces_in_which_nothing_is_counted(pace: str, status: str) -> None:
    """At once, or by hand alone."""
    (order,) = made(scenario_of("{starts: 2 polls, finishes: 3 polls}"), pace)
    assert order.polls is None
    assert order.state(START).status == status


def test_a_report_that_is_amended_while_you_watch() -> None:
    """So long after the order was received, stretched as the rest."""
    (order,) = made(scenario_of("{starts: 1s, finishes: 2s, amended: 3s}"), "realtime")
    assert order.amendments == (START + 60 * SECOND,)
    assert [version.status for version in order.planned_versions()] == ["final", "amended"]
    (at_once,) = made(scenario_of("{starts: 1s, finishes: 2s, amended: 3s}"), "instant")
    assert at_once.amendments == (START + 1,)
