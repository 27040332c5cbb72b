"""Query parameters, read strictly and literally: STATUS-3, STATUS-8, ORDERID-4, SEC-5."""

from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock.tests.helpers.in_process import Caller, Service
from pacsimile_mock import parameters
from pacsimile_mock.errors import Problem
from pacsimile_spec import operations

STEADY = settings(deadline=None, derandomize=True, database=None)
RIGHT = {
    "getStatus": "order_id=ORD-1",
    "getOrderIds": "study_uid=1.2.3",
    "getResult": "order_id=ORD-1&report_type=json",
    "getGroupReport": "study_group=x&report_type=json",
    "listReports": "organizationId=hospital",
    "acknowledgeReports": "organizationId=hospital",
}
PATHS = {name: operations()[name].path for name in RIGHT}


def refusal(operation_id: str, query: str) -> Problem:
    """How a query is refused."""
    with pytest.raises(Problem) as refused:
        parameters.read(operation_id, query)
    assert refused.value.reason == "invalid-parameter"
    assert refused.value.errors
    return refused.value


def named(problem: Problem) -> set[str]:
    """The parameters that a refusal names."""
    return {name for name, _ in problem.errors}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("a=1&b=2", [("a", "1"), ("b", "2")]),
        ("&&a=1&&", [("a", "1")]),
        ("a", [("a", "")]),
        ("a=", [("a", "")]),
        ("=1", [("", "1")]),
        ("a=1=2", [("a", "1=2")]),
        ("a=1;b=2", [("a", "1;b=2")]),
        ("a=%20%2B%26%3d", [("a", " +&=")]),
        ("%61=%C3%A9", [("a", "é")]),
        ("a=1&a=1", [("a", "1"), ("a", "1")]),
        ("", []),
    ],
)
def test_a_query_is_split_literally(query: str, expected: list[tuple[str, str]]) -> None:
    """Empty pieces are ignored, an empty name is a name, a semicolon is data."""
    assert parameters.pairs(query) == expected


@STEADY
@given(st.lists(st.tuples(st.text(), st.text()), max_size=4))
def test_what_is_coded_is_decoded(sent: list[tuple[str, str]]) -> None:
    """Any text, by code point: nothing is folded, trimmed or normalized (STATUS-8)."""
    query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in sent)
    assert parameters.pairs(query) == sent


@STEADY
@given(st.text(alphabet="%&=+;aAfF09\x00\x7fé\ud7ff ", max_size=20))
def test_no_query_leads_anywhere_but_to_values_or_a_refusal(query: str) -> None:
    """PROTO-3: never an error of another kind."""
    try:
        parameters.read("getStatus", query)
    except Problem as problem:
        assert problem.reason == "invalid-parameter"


@pytest.mark.parametrize("operation_id", RIGHT)
def test_right_parameters_are_taken(operation_id: str) -> None:
    """The check of the checks below."""
    assert parameters.read(operation_id, RIGHT[operation_id])


@pytest.mark.parametrize("operation_id", RIGHT)
@pytest.mark.parametrize(
    "name", ["x", "ORDER_ID", "order-id", "orderId", "Order_id", "offset", "access_token", "", "_method"]
)
def test_an_unknown_parameter_is_refused_and_named(operation_id: str, name: str) -> None:
    """Names are literal and case-sensitive; the refusal says which are known."""
    problem = refusal(operation_id, f"{RIGHT[operation_id]}&{name}=1")
    assert named(problem) == {name}
    for parameter in operations()[operation_id].parameters:
        assert parameter.name in problem.detail


@pytest.mark.parametrize("operation_id", RIGHT)
def test_a_repeated_parameter_is_refused(operation_id: str) -> None:
    """Also with the same value."""
    first = RIGHT[operation_id].split("&")[0]
    problem = refusal(operation_id, f"{RIGHT[operation_id]}&{first}")
    assert named(problem) == {first.split("=")[0]}
    assert "more than once" in problem.detail


@pytest.mark.parametrize("operation_id", RIGHT)
def test_a_missing_parameter_is_refused_and_named(operation_id: str) -> None:
    """Each that the operation cannot do without, one at a time."""
    given_pieces = RIGHT[operation_id].split("&")
    for piece in given_pieces:
        name = piece.split("=")[0]
        problem = refusal(operation_id, "&".join(one for one in given_pieces if one != piece))
        assert name in named(problem)
    assert refusal(operation_id, "")


@pytest.mark.parametrize("operation_id", ["getStatus", "getResult"])
def test_exactly_one_selector_is_asked_for(operation_id: str) -> None:
    """Neither and both are refused, and both selectors are named."""
    rest = "&report_type=json" if operation_id == "getResult" else ""
    for query in (rest, f"order_id=ORD-1&study_uid=1.2.3{rest}"):
        problem = refusal(operation_id, query)
        assert named(problem) == {"order_id", "study_uid"}
        assert "exactly one" in problem.detail


WRONG = {
    "order_id": ["", "a b", "a_b", "ä", "a" * 65, "a\n", "a/b", "*", "%", "a.b", "\u0661", "a\x00", " a", "a "],
    "study_uid": [
        "",
        "1",
        "1.",
        ".1",
        "1..2",
        "01.2",
        "1.02",
        "1.2.",
        "1.2.x",
        "1.2 ",
        "1.2\n",
        "1" * 65,
        "0",
        "-1.2",
        "1.\u0662",
        "1." + "2" * 63,
        "1.2.3*",
        "1,2",
        "00.1",
    ],
    "study_group": ["", "a\n", "\t", "\u200b", "a\u2028b", "\u00a0", "x" * 129, "\x7f", "\u3000"],
    "organizationId": ["", "a b", "a/b", "ä", "x" * 65, "a\n", "a@b"],
    "report_type": ["", "JSON", "Pdf", "xml", "json ", " json", "json,pdf", "fhir+json", "*"],
    "limit": [
        "",
        "0",
        "05",
        "+5",
        "5.0",
        "-1",
        "10001",
        "1e3",
        " 5",
        "5 ",
        "0x5",
        "\u0665",
        "1" * 5000,
        "none",
        "5,000",
    ],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_a_malformed_value_is_refused_with_its_form(caller: Caller, name: str, value: str) -> None:
    """On every operation that takes the parameter; the refusal names it and says what is right."""
    for operation_id, right in RIGHT.items():
        if name not in {parameter.name for parameter in operations()[operation_id].parameters}:
            continue
        selectors = operations()[operation_id].exactly_one_of
        dropped = {name, *(selectors if name in selectors else ())}
        kept = [piece for piece in right.split("&") if piece.split("=")[0] not in dropped]
        query = "&".join([*kept, f"{name}={quote(value, safe='')}"])
        problem = refusal(operation_id, query)
        assert named(problem) == {name}
        reply = caller.call(operations()[operation_id].method, f"{PATHS[operation_id]}?{query}")
        assert reply.refusal == (400, "invalid-parameter")
        assert len(problem.errors[0][1]) > 10
        assert f"{value!r}" not in problem.detail


@pytest.mark.parametrize(
    ("query", "value"),
    [
        ("order_id=" + "a" * 64, "a" * 64),
        ("order_id=A-z0-9", "A-z0-9"),
        ("study_uid=1.2", "1.2"),
        ("study_uid=0.0", "0.0"),
        ("study_uid=1." + "2" * 62, "1." + "2" * 62),
    ],
)
def test_values_at_the_border_are_taken(query: str, value: str) -> None:
    """The longest and the shortest that the contract allows."""
    assert set(parameters.read("getStatus", query).values()) == {value}


@pytest.mark.parametrize("limit", ["1", "9", "10000"])
def test_limits_at_the_border_are_taken(limit: str) -> None:
    """1 to 10,000 (BATCH-13)."""
    assert parameters.read("listReports", f"organizationId=x&limit={limit}")["limit"] == limit


@pytest.mark.parametrize("group", ["x" * 128, "a b", " ", " a ", "Ünï", "a/b?c=d&e", "日本", "👩", "a;b", "%41"])
def test_study_groups_are_any_printable_text(group: str) -> None:
    """Spaces count, and what looks like a code is text."""
    query = f"report_type=json&study_group={quote(group, safe='')}"
    assert parameters.read("getGroupReport", query)["study_group"] == group


@pytest.mark.parametrize("broken", ["%", "%4", "%zz", "%u0041", "%C3", "%ff", "%C0%AF", "%ED%A0%80", "%F5%80%80%80"])
@pytest.mark.parametrize("query", ["order_id=secret-token{}", "order_id=x&access_token=secret-token{}"])
def test_broken_escapes_are_refused_by_the_parameters_name(query: str, broken: str) -> None:
    """Neither the value nor anything else that could be a token is repeated (SEC-5)."""
    problem = refusal("getStatus", query.format(broken))
    assert named(problem) <= {"order_id", "access_token"}
    assert "secret-token" not in problem.detail + str(problem.errors)
    assert "percent" in problem.detail


@pytest.mark.parametrize("name", ["%zz", "%ff", "a%"])
def test_a_name_with_a_broken_escape_is_shown_as_it_was_sent(name: str) -> None:
    """There is no other name for it."""
    assert named(refusal("getStatus", f"{name}=1")) == {name}


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "a\r\nSet-Cookie: x=1", "é" * 300, "x" * 8000, "\x00"])
def test_a_name_that_is_shown_is_cut_and_coded(service: Service, caller: Caller, name: str) -> None:
    """In JSON, of 100 characters at most, and in no header (SEC-5)."""
    reply = caller.call("GET", f"/status?{quote(name, safe='')}=value-of-it")
    assert reply.refusal == (400, "invalid-parameter")
    assert [error["parameter"] for error in reply.json["errors"]] == [name[:100]]
    assert b"value-of-it" not in reply.body
    assert name[:10] not in str(reply.headers)
    assert reply.json["instance"] == "/status"


@pytest.mark.parametrize("operation_id", RIGHT)
def test_refusals_reach_the_client(caller: Caller, operation_id: str) -> None:
    """Over HTTP: 400, the parameter in `errors`: unknown, repeated, missing, malformed, and with another selector."""
    operation, right = operations()[operation_id], RIGHT[operation_id]
    first = right.split("&")[0]
    name = first.split("=")[0]
    wrong = {
        f"{right}&surprise=1": "surprise",
        f"{right}&{first}": name,
        right.replace(first, ""): name,
        right.replace(first, name + "="): name,
        right.replace(first, name + "=%00"): name,
    }
    if operation.exactly_one_of:
        wrong[f"{right}&study_uid=1.2.3"] = "study_uid"
    for query, at_fault in wrong.items():
        reply = caller.call(operation.method, f"{operation.path}?{query}")
        assert reply.refusal == (400, "invalid-parameter")
        assert at_fault in [error["parameter"] for error in reply.json["errors"]]


@pytest.mark.parametrize(
    ("operation", "query", "offered"),
    [
        ("getResult", "order_id=ORD-1&report_type=PDF", False),
        ("getGroupReport", "study_group=G&report_type=PDF", True),
    ],
)
def test_a_wrong_report_type_is_answered_with_those_of_the_operation(operation: str, query: str, offered: bool) -> None:
    """An order has no `csv`; a study group has."""
    with pytest.raises(Problem, match="must be one of json, ") as refused:
        parameters.read(operation, query)
    assert ("csv" in refused.value.detail) == offered
