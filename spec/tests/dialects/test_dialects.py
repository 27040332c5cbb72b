"""Dialect files: what they say, and the one line that each mistake in them gets."""

import json
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
import yaml

from pacsimile_spec.dialects import SHIPPED, DialectError, identity, load_dialect, parse_dialect
from pacsimile_spec.dialects.model import Carried, PathTemplate, Times
from pacsimile_spec.dialects.reading import shipped_text
from pacsimile_spec.dialects.schema import dialect_schema


def read(text: str) -> object:
    """Read a dialect whose name is given."""
    return parse_dialect("name: vendor\n" + text)


MISTAKES = {
    "foo: 1": "dialect:2: foo: unknown key; expected one of name, operations, paths",
    "fields: {OrderStatus: {orderid: /a}}": "did you mean 'order_id'?",
    "fields: {OrderStatus: {order_id: /a, status: /a}}": (
        "dialect:2: fields.OrderStatus.status: expected a place of its own for each fact; "
        "order_id and status both stand at /a"
    ),
    "fields:\n  OrderStatus:\n    order_id: /a\n    status: /a/b": (
        "dialect:5: fields.OrderStatus.status: expected a place of its own for each fact; "
        "order_id and status stand at /a and inside of it, at /a/b"
    ),
    "errors: {type: /a, detail: /a}": "dialect:2: errors.type: expected a place of its own",
    "fields: {Problem: {type: /x}}": "dialect:2: fields.Problem: expected under errors, not here",
    "fields: {OrderStatus: {order_id: orderId}}": "expected a JSON Pointer that begins with /, such as /data/orderId",
    "fields: {OrderStatus: {order_id: /a//b}}": "a step is empty",
    "fields: {OrderStatus: {order_id: /a~2}}": "~ is written ~0",
    "fields: {Token: {access_token: null}}": "without access_token nobody can use a service",
    "values: {OrderStatus.status: {FAILED: x, CANCELLED: x}}": (
        "values.OrderStatus.status.CANCELLED: expected each word once; 'x' stands for FAILED and for CANCELLED"
    ),
    "values: {report_type: {pdf: []}}": "expected at least one value; got an empty list",
    "operations: {postToken: false}\ntoken: {credentials: body}": (
        "dialect:3: token.credentials: expected basic, query or headers: without postToken no request has a body"
    ),
    "times: '%Y-%m-%d %H:%M'": "a strptime pattern with a date, a time and a zone (%z)",
    "times: '%Y%%z'": "a strptime pattern with a date, a time and a zone (%z)",
    "codes: {unknown: 403}": "expected 404 or 200-empty; got 403",
    "codes: {not_ready: '404'}": 'expected 409, 404, 202 or 425; got the text "404": write it without quotes',
    "operations: {getStatus: 'false'}": 'expected true or false; got the text "false"',
    "acknowledgement: {without_body: 'true'}": 'expected true or false; got the text "true"',
    "times: epoc_s": "did you mean 'epoch_s'?",
    "codes: {not_ready: 500}": "expected 409, 404, 202 or 425; got 500",
    "headers: {X-Order-Id: x-report-id}": "X-Report-Id is that of X-Order-Id too",
    "parameters: {order_id: id, study_uid: id}": "expected a name of its own; id is that of order_id too",
    "parameters: {order_id: null}": "expected the vendor's name of the parameter; got null",
    "constants: {limit: '5'}": "expected a name that no parameter has",
    "paths: {getStatus: '/v2/{order_id}', getOrderIds: '/v2/{study_uid}'}": "GET /v2/{} is that of getStatus too",
    "paths: {getStatus: '/v2/{report_type}'}": "expected parameters of getStatus: order_id, study_uid",
    "paths: {getStatus: '/v2/{order_id}/{order_id}'}": "expected order_id once in the path",
    "paths: {getStatus: ['/a', '/b']}": "expected paths that differ in the parameters",
    "paths: {getToken: '/{scope}'}": "expected no parameter in the path of a token operation",
    "paths: {getStatus: status}": 'expected a path, such as /v2/orders/{order_id}; got "status"',
    "operations: {getStatus: false}\npaths: {getStatus: /s}": "operations says that the service does not have it",
    "operations: {getStatus: no}": 'expected true or false; got "no"',
    "reports_carried: link": "expected bytes or redirect",
    "reports_carried: {}": "expected bytes, redirect, {url: POINTER} or {base64: POINTER}",
    "report_types: [csv]": "expected at least one type of an order's report",
    "report_types: [docx]": "expected json, txt",
    "media_types: {pdf: pdf}": "expected a media type",
    "acknowledgement: {without_body: false, body: null}": "leaves no way to acknowledge",
    "acknowledgement: {answer: /x}": "expected null",
    "name: again": "dialect:2: expected name once; it is given twice",
    "fields: &a {OrderStatus: *a}": "dialect:2:",
    "fields: [1]": "dialect:2: fields: expected a mapping, such as {Token: ...}; got a list",
    "fields: {OrderStatus: {order_id: '\\ud800'}}": "dialect:2:",
}

MISTAKES |= {
    **{f"fields: {{{table}: {{{member}: null}}}}": f"without {member} nobody can use a service" for table, member in (
        ("OrderStatus", "order_id"), ("OrderStatus", "status"), ("OrderIds", "order_ids"), ("ReportList", "reports"),
        ("ReportList.reports", "report_id"), ("ReportList.reports", "order_id"),
    )},
    **dict.fromkeys(
        (f"headers: {{X-Request-Id: {name}}}" for name in (
            "Content-Length", "transfer-encoding", "Content-Type", "Date", "Connection", "Set-Cookie", "Host",
        )), "dialect:2: headers.X-Request-Id: expected the vendor's name of the header, or null; HTTP itself needs ",
    ),
    **dict.fromkeys(
        (f"times: '{pattern}'" for pattern in (
            "%Q%z", "%H:%M%z", "%z", "%d.%m.%Y %z", "%Z%z", "%Y-%m-%d %I:%M%z", "%d%d%m%Y%H%M%z", "%-d.%m.%Y %H:%M%z",
            "%Y-%m-%dT%H:%M%z%",
        )), "dialect:2: times: expected rfc3339, epoch_s, epoch_ms, or a strptime pattern",
    ),
    "paths: {getStatus: /_mock/worlds}": "expected a path outside of /_mock/, where a mock has its own",
    "paths: {getStatus: /w/default/status}": "expected a path outside of /w/, where a mock has its own",
    "paths: {getStatus: /../../etc/passwd}": "expected a path without . and .. as a segment",
    "paths: {getStatus: /a/./b}": "expected a path without . and .. as a segment",
    "paths: {getStatus: //evil.example/x}": "expected a path without //",
    "paths: {getStatus: /a%2f%00b}": "expected a path without an escaped control, dot or slash",
    "paths: {getStatus: /a%2e%2e/b}": "expected a path without an escaped control, dot or slash",
    "paths: {getStatus: /a%zz}": "expected a path, such as /v2/orders/{order_id}",
    "values: {scope: {status.read: 'a b'}}": "dialect:2: values.scope.status.read: expected a scope",
    "values: {scope: {status.read: ['a', 'ä']}}": "expected a scope",
    "token: {credentials: headers}\nparameters: {client_id: Content-Length}": "dialect:3: parameters.client_id:",
    "token: {credentials: headers}\nparameters: {client_secret: a b}": "dialect:3: parameters.client_secret: expected",
    "acknowledgement: {body: /ids}": "acknowledgement.body: expected a mapping, such as {report_ids: ...}; got",
    "acknowledgement: {body: {report_ids: null}}": "without report_ids nobody can use a service",
    f"fields: {{OrderStatus: {{order_id: {'/a' * 5000}}}}}": "expected 200 characters at most; got 10000: ",
    f"? {'a' * 200_000}\n: 1": f'"{"a" * 60}": unknown key',
    '"\\u202e\\n::error::x\\u2028##[error]": 1': r'dialect:2: "\u202e\n::error::x\u2028\x23#[error]": unknown key',
    "parameters: {order_id: false}": "got false: write 'false' if it is a text",
    "constants: {Version: 4.1}": "got 4.1: write '4.1' if it is a text",
    "codes: {not_ready: 200}": "expected 409, 404, 202 or 425; got 200",
    **{f"values: {{OrderStatus.status: {{FAILED: {word}}}}}": f"write '{word}' if it is a text" for word in (
        "true", "False", ".inf", "1.0", "1e3",
    )},
}  # fmt: skip


@pytest.mark.parametrize("text", MISTAKES, ids=lambda text: text[:60].encode("unicode_escape").decode())
def test_a_mistake_is_one_line_that_says_where_and_what_is_expected(text: str) -> None:
    """File, line and place, and no traceback."""
    with pytest.raises(DialectError) as caught:
        read(text)
    message = str(caught.value)
    assert MISTAKES[text] in message
    assert message.startswith("dialect:")
    assert message.isprintable()
    assert len(message) < 500
    assert "did you mean '2" not in message


@pytest.mark.parametrize(
    "text",
    [
        "times: '%d/%m/%y %H:%M:%S %z'", "times: '%Y-%m-%d %I:%M:%S %p %z'", "times: '%Y%m%d%H%M%S.%f%z'",
        "headers: {WWW-Authenticate: null, X-Request-Id: ETag}", "paths: {getStatus: /web/w/_mock/a%20b/status/}",
        "values: {OrderStatus.status: {FAILED: 'true', COMPLETED: 1.0.2, PROCESSING: -1}}",
    ],
)  # fmt: skip
def test_what_is_unusual_is_read(text: str) -> None:
    """No rule refuses what services have."""
    read(text)


def test_a_file_name_cannot_break_the_line(tmp_path: Path) -> None:
    """A terminal and a CI runner read the message."""
    file = tmp_path / "a\n::error::\u202e.yaml"
    with pytest.raises(DialectError) as caught:
        load_dialect(file)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("text", ["", "[1]", "name: [a]", "name: ''", "name: a b", "paths: {}"])
def test_a_dialect_has_a_name(text: str) -> None:
    """An empty file is none."""
    with pytest.raises(DialectError, match=r"^dialect:1: "):
        parse_dialect(text)


def test_a_file_that_cannot_be_read_is_told_with_what_could_stand_there(tmp_path: Path) -> None:
    """Names of shipped dialects, since one may have been meant."""
    with pytest.raises(DialectError, match=r"camell: cannot be read: .*shipped dialects are identity, camel"):
        load_dialect(tmp_path / "camell")
    large = tmp_path / "large.yaml"
    large.write_bytes(b"name: x\n" + b"#" * 10_000_000)
    with pytest.raises(DialectError, match=r"large\.yaml: cannot be read: .*MiB"):
        load_dialect(large)
    endless = tmp_path / "endless.yaml"
    endless.write_text("name: &a [*a]\n", "utf-8")
    with pytest.raises(DialectError, match=r"endless\.yaml:1: .*holds itself"):
        load_dialect(endless)


def test_what_a_file_leaves_out_is_as_in_the_contract() -> None:
    """So that a file has only what differs."""
    found = parse_dialect("name: vendor\nparameters: {order_id: orderId}\ncodes: {not_ready: 425}")
    assert found.parameters == {**identity().parameters, "order_id": "orderId"}
    assert (found.codes.not_ready, found.codes.bad_request) == (425, 400)
    assert found.fields == identity().fields
    assert found.paths == identity().paths


def test_all_that_can_be_said_is_read() -> None:
    """Each key once, in the forms that it has."""
    found = parse_dialect(
        """
        name: vendor-2025
        operations: {postToken: false}
        paths: {getStatus: ["/v2/orders/{order_id}", "/v2/studies/{study_uid}/status"], getToken: /auth}
        constants: {api-version: "2025-06"}
        fields:
          OrderStatus: {order_id: /data/a~1b, progress: null}
          Problem.errors: {parameter: /field, reason: /why/text}
        values:
          OrderStatus.status: {PROCESSING: [running, finalizing], FAILED: 8, CANCELLED: "9"}
          scope: {status.read: api, reports.read: api}
        times: "%Y%m%d%H%M%S%z"
        headers: {X-Order-Id: null}
        report_types: pdf
        reports_carried: {base64: /content/data}
        errors: {media_type: application/json, type: /code, title: null}
        token: {credentials: query}
        unknown_parameters: ignored
        acknowledgement: {without_body: false, body: {report_ids: /ids}, answer: null}
        """
    )
    assert found.absent_operations == ("postToken",)
    assert found.paths["getStatus"] == (
        PathTemplate("/v2/orders/{order_id}"),
        PathTemplate("/v2/studies/{study_uid}/status"),
    )
    assert found.paths["getStatus"][0].parameters == ("order_id",)
    assert found.fields["OrderStatus"]["order_id"] == ("data", "a/b")
    assert set(found.absent_members()) == {("OrderStatus", "progress"), ("Problem", "title")}
    statuses = found.values["OrderStatus.status"]
    assert [statuses.written(word) for word in ("PROCESSING", "FAILED", "CANCELLED")] == ["running", 8, "9"]
    assert [statuses.meanings(word) for word in ("finalizing", 8, "8", True)] == [("PROCESSING",), ("FAILED",), (), ()]
    assert found.values["scope"].meanings("api") == ("status.read", "reports.read")
    assert found.times == Times("pattern", "%Y%m%d%H%M%S%z")
    assert found.headers["X-Order-Id"] is None
    assert found.report_types == ("pdf",)
    assert found.carried == Carried("base64", ("content", "data"))
    assert (found.error_media_type, found.fields["Problem"]["type"]) == ("application/json", ("code",))
    assert found.fields["Problem.errors"] == {"parameter": ("field",), "reason": ("why", "text")}
    assert (found.credentials, found.unknown_parameters) == ("query", "ignored")
    assert found.acknowledgements.with_body
    assert not found.acknowledgements.without_body
    assert not found.acknowledgements.answered
    assert found.fields["AcknowledgementRequest"]["report_ids"] == ("ids",)


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_dialects_are_read_and_fit_the_schema(name: str) -> None:
    """The published schema is what editors check by."""
    assert load_dialect(name).name == name
    jsonschema.validate(yaml.safe_load(shipped_text(name)), dialect_schema())


def test_the_published_schema_is_that_of_the_code() -> None:
    """It is written by `python -m pacsimile_spec.dialects.schema`."""
    published = files("pacsimile_spec").joinpath("dialects", "dialect.schema.json").read_bytes()
    assert json.loads(published) == dialect_schema()


@pytest.mark.parametrize("text", [text for text in MISTAKES if "unknown key" in MISTAKES[text] or "orderid" in text])
def test_the_schema_refuses_unknown_keys_too(text: str) -> None:
    """An editor shows them before the command does."""
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.safe_load("name: vendor\n" + text), dialect_schema())


@pytest.mark.parametrize("name", ["Camel", "cammel"])
def test_a_misspelt_name_of_a_shipped_dialect_is_answered_with_the_right_one(name: str) -> None:
    """As in every other option."""
    with pytest.raises(DialectError, match="did you mean 'camel'"):
        load_dialect(name)
