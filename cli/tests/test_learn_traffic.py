"""`pacsimile learn --har`: what the traffic of a working client says of a dialect, and what is never written."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.tests.helpers.vendor_traffic import working_day
from contract_tests.tests.helpers.learned import differing, score
from pacsimile import learn
from pacsimile.learn import command
from pacsimile_spec.dialects import load_dialect

MADE_UP = Path(__file__).parents[2] / "contract_tests" / "tests" / "learn" / "dialects"


def learned(tmp_path, archive):
    path = tmp_path / "traffic.har"
    path.write_text(json.dumps(archive), "utf-8")
    result = CliRunner().invoke(command, ["--har", str(path)])
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize(("name", "share"), [("identity", 1.0), ("camel", 1.0), ("legacy", 0.9), ("german.yaml", 0.9)])
def test_a_dialect_is_learned_from_traffic(tmp_path, name, share):
    """Most lines are right; none is wrong that is not marked, and none is missing that is not asked."""
    dialect = str(MADE_UP / name) if name.endswith(".yaml") else name
    true = load_dialect(dialect)
    outcomes = score(true, learned(tmp_path, working_day(dialect)))
    right = sum(outcome.startswith("right") for outcome in outcomes.values())
    assert right >= share * len(differing(true)), outcomes
    assert not {"wrong-sure", "missing-silent"} & set(outcomes.values()), outcomes


def test_no_secret_no_patient_and_no_identifier_is_written(tmp_path):
    """Of all values in the traffic, the file has words, names and numbers of the contract alone."""
    archive = working_day("legacy")
    text = learned(tmp_path, archive)
    for entry in archive["log"]["entries"]:
        for value in _identifying(entry):
            assert value not in text, value


def _identifying(entry):
    """Yield the credentials, identifiers and names of people in a call."""
    for header in entry["request"]["headers"]:
        if header["name"] == "Authorization":
            yield header["value"].split()[1]
    content = entry["response"]["content"]
    if "json" in content.get("mimeType", "") and content.get("text"):
        yield from _texts(json.loads(content["text"]))


def _texts(document, name=""):
    if isinstance(document, dict):
        for key, inside in document.items():
            yield from _texts(inside, key)
    elif isinstance(document, list):
        for inside in document:
            yield from _texts(inside, name)
    elif isinstance(document, str) and name in NAMES:
        yield document


NAMES = {
    "access_token", "order_id", "study_uid", "study_group", "report_id", "organization_id", "order_ids", "mrn",
    "family_name", "given_name", "birth_date", "accession_number", "impression", "findings", "indication",
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "neither YAML nor JSON"),
        ("[]", "expected an HTTP archive"),
        ('{"log": {"entries": 5}}', "expected an HTTP archive"),
        ('{"log": {"entries": []}}', "no call in it has an answer"),
        (
            '{"log": {"entries": [5, {"request": 7}, {"request": {"url": "x", "method": "GET"}, "response": {}}]}}',
            "no call",
        ),
    ],
)
def test_an_archive_that_cannot_be_used_is_told_in_one_line(tmp_path, text, problem):
    path = tmp_path / "bad.har"
    path.write_text(text)
    result = CliRunner().invoke(command, ["--har", str(path)])
    assert result.exit_code == 2
    assert problem in result.stderr
    assert result.stderr.count("\n") == 1


def test_odd_entries_are_passed_over(tmp_path):
    archive = working_day("camel")
    odd = [
        {"request": {"url": "http://[", "method": "GET"}, "response": {"status": 200}},
        {
            "request": {"url": "ht tp:/x", "method": "G"},
            "response": {"status": 200, "content": {"size": 3}, "headers": 5},
        },
        {
            "request": {"url": "/a?%ff=%", "method": "POST", "postData": {"params": [5, {}]}},
            "response": {"status": 404},
        },
    ]
    plain = learned(tmp_path, archive)
    archive["log"]["entries"] += odd
    assert [line for line in plain.splitlines() if "sure: " in line] == [
        line for line in learned(tmp_path, archive).splitlines() if "sure: " in line
    ]


def test_names_and_ids_are_not_taken_for_words_or_members(tmp_path):
    """Answers keyed by an id, people's names near a status, an organization in each call: none is written."""
    entries = []
    for number, person in enumerate(("Ruiz", "Ng", "Weber", "Ito")):
        order = f"A{number}77120931"
        answer = {order: {"status": "done"}, "info": {"stat_person": person, "orderNumber": order, "percent": 5}}
        entries.append(
            {
                "request": {
                    "method": "GET",
                    "url": f"https://vendor.example/orders/{order}/status?tenant=stjohns&v=2025-06",
                    "headers": [{"name": "Authorization", "value": "Bearer s3cret"}],
                },
                "response": {
                    "status": 200,
                    "headers": [{"name": "Content-Type", "value": "application/json"}],
                    "content": {"mimeType": "application/json", "text": json.dumps(answer)},
                },
            }
        )
    text = learned(tmp_path, {"log": {"entries": entries}})
    assert "/info/orderNumber" in text
    for datum in ("77120931", "Ruiz", "Ng", "Weber", "Ito", "stjohns", "s3cret"):
        assert not re.search(rf"\b{datum}", text), (datum, text)


def _call(url, answer, status=200, headers=(), method="GET", media_type="application/json"):
    """Return a call with a token, as an entry of an archive."""
    received = {"Content-Type": media_type, **dict(headers)}
    return {
        "request": {"method": method, "url": url, "headers": [{"name": "Authorization", "value": "Bearer t0ken"}]},
        "response": {
            "status": status,
            "headers": [{"name": name, "value": value} for name, value in received.items()],
            "content": {"mimeType": media_type, "text": answer if isinstance(answer, str) else json.dumps(answer)},
        },
    }


def _order(number, state, **more):
    return {"data": {"orderId": f"ORD-7{number}", "studyUid": f"1.2.840.1.{number}", "state": state, **more}}


PERSON = "Mustermann"
HOSTILE = {
    "a parameter of a media type": [
        _call("/api/orders/ORD-71/report?format=txt", "text", media_type=f'text/plain; name="{PERSON}.txt"'),
        _call("/api/orders/ORD-72/report?format=txt", "text", media_type=f"text/plain; charset={PERSON}"),
    ],
    "a status": [_call("/api/orders/ORD-73/status", _order(3, f"running {PERSON}"))],
    "a status of two orders, which is a patient's name elsewhere": [
        _call("/api/orders/ORD-74/status", _order(4, PERSON, progress=100, patientName=f"{PERSON}^Erika")),
        _call("/api/orders/ORD-75/status", _order(5, PERSON, progress=100)),
    ],
    "a reason": [
        _call("/api/orders/nope/status", {"error": {"code": f"UNKNOWN_{PERSON}", "message": "no"}}, status=404)
    ],
    "a member": [
        _call(
            "/api/reports/new?org=h",
            {"items": [{"reportId": "ORD-71-R1", "orderId": "ORD-71", "patient": {PERSON: "ORD-71-R0"}}]},
        ),
    ],
    "a header": [
        _call("/api/orders/ORD-71/report?format=pdf", "x", media_type="application/pdf", headers={f"X-{PERSON}": "1"})
    ],
    "a word of a list": [_call("/api/orders/ORD-76/status", _order(6, "done", reportTypes=["pdf", PERSON]))],
    "a segment of a path": [
        _call(f"/api/patients/{PERSON}/MRN-99/report?orderId=ORD-71&format=txt", "x", media_type="text/plain"),
        _call(f"/api/orders/{PERSON}/status", {"error": {"code": "NOT_FOUND"}}, status=404),
    ],
    "a parameter": [_call(f"/api/orders/ORD-71/status?{PERSON}=1", _order(1, "done"))],
    "an explanation": [
        _call("/api/orders/ORD-71/status", {"error": {"code": "X", "message": f"done = {PERSON}"}}, status=409)
    ],
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_may_be_a_datum_is_not_written(tmp_path, what):
    """A name or a word that one order alone shows may say something about its patient."""
    usual = [
        _call("/api/orders/ORD-71/status", _order(1, "done")),
        _call("/api/orders/ORD-72/status", _order(2, "running")),
        _call("/api/orders/ORD-71/report?format=pdf", "x", media_type="application/pdf"),
    ]
    entries = [*usual, *HOSTILE[what]]
    for entry in entries:
        entry["request"]["url"] = (
            f"https://vendor.example{entry['request']['url'].removeprefix('https://vendor.example')}"
        )
    text = learned(tmp_path, {"log": {"entries": entries}})
    assert "state" in text
    assert PERSON not in text, [line for line in text.splitlines() if PERSON in line]


def test_a_word_that_nobody_knows_is_written_if_different_orders_show_it(tmp_path):
    """So are members and headers: a service may have names that no thesaurus has."""
    entries = []
    for number in (1, 2, 3):
        answer = {"orderId": f"ORD-7{number}", "studyUid": f"1.2.840.1.{number}", "zxstate": "done", "blarg": number}
        entries.append(
            _call(f"https://vendor.example/api/orders/ORD-7{number}/qwex", answer, headers={"X-Zz-Order-Id": "7"})
        )
    assert "/qwex" in learned(tmp_path, {"log": {"entries": entries}})


def test_learning_that_takes_long_says_that_it_goes_on(tmp_path, monkeypatch):
    """The line goes to standard error, and the file to standard output as ever."""

    class Elapsed:
        daemon = False

        def __init__(self, seconds, work, args, kwargs):
            assert seconds == learn.PATIENCE
            self.start = lambda: work(*args, **kwargs)

        def cancel(self):
            pass

    path = tmp_path / "traffic.har"
    path.write_text(json.dumps(working_day("minimal")), "utf-8")
    plain = CliRunner().invoke(command, ["--har", str(path)])
    monkeypatch.setattr(learn, "Timer", Elapsed)
    slow = CliRunner().invoke(command, ["--har", str(path)])
    assert "still learning" in slow.stderr
    assert "still learning" not in plain.stderr
    assert slow.stdout == plain.stdout


def test_a_known_word_where_other_calls_have_an_identifier_is_one(tmp_path):
    """A house called hospital is a house."""
    listing = {"reports": [{"reportId": "ORD-71-R1", "orderId": "ORD-71"}]}
    entries = [
        _call(f"https://vendor.example/api/sites/{site}/reports", listing) for site in ("hospital", "S-4711", "S-4712")
    ]
    text = learned(tmp_path, {"log": {"entries": entries}})
    assert "/api/sites/{id}/reports" in text
    assert "hospital" not in text


def test_a_question_about_a_code_has_its_evidence_and_a_default(tmp_path):
    """A reader sees which answers there were of such calls, that none of them shows the code, and what holds then."""
    archive = working_day("identity")
    entries = archive["log"]["entries"]
    retrievals = [one for one in entries if re.search(r"/(results|report)\?", one["request"]["url"])]
    archive["log"]["entries"] = [one for one in entries if one not in retrievals or one["response"]["status"] == 200]
    number = sum(one["response"]["status"] == 200 for one in retrievals)
    (line,) = [line for line in learned(tmp_path, archive).splitlines() if "not_ready:" in line]
    assert line.startswith(
        "# ?   not_ready: what does the service answer for the report of an order that is still under way"
    )
    assert line.endswith(f"{number} such calls were seen, and none shows it: {number} times 200. Left out, it is 409")
