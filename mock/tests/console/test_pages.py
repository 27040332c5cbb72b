"""The console's pages: what they show of a world, what their forms do, and that nothing a client sends can run."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

import pytest
from werkzeug.test import Client, TestResponse

from mock.tests.helpers.in_process import Service
from pacsimile_mock.config import ServerOptions, WorldOptions
from pacsimile_mock.console import access
from pacsimile_mock.console.time_line import WIDTH, time_line
from pacsimile_mock.console.visit import SECTIONS
from pacsimile_mock.control.server_state import ServerState
from pacsimile_mock.serving.app import create_app
from pacsimile_spec.report_types import ORDER_TYPES

ORDER = "ORD-5QBC5V-000003"
HOSTILE = (
    "<script>alert(1)</script>", "\"'><img src=x onerror=alert(2)>", "javascript:alert(3)", "\u202eevil\u2066",
    "{{7*7}}", "{% raw %}", "</textarea><svg/onload=alert(4)>", "'-alert(5)-'",
)  # fmt: skip


class Console:
    """A browser that is signed in to a mock of its own."""

    def __init__(self, **options: object) -> None:
        self.state = ServerState(ServerOptions(control_token="c", **options), "http://localhost")  # type: ignore[arg-type]
        self.http = Client(create_app(self.state))
        self.http.get(f"{access.SIGN_IN}?code={access.code_of('c')}")
        self.world = self.state.worlds.default

    def get(self, path: str) -> TestResponse:
        """Load a page of the default world."""
        return self.http.get(f"{access.HOME}/worlds/default/{path}")

    def post(self, path: str, **fields: str) -> TestResponse:
        """Send a form of the session."""
        cookie = self.http.get_cookie(access.cookie_name("c"), path=access.HOME)
        assert cookie is not None
        known = access.form_token("c", cookie.value)
        address = f"{access.HOME}/worlds/{path}".rstrip("/")
        return self.http.post(address, data={**fields, "form_token": known})


@pytest.fixture(scope="module")
def console() -> Iterator[Console]:
    made = Console()
    yield made
    made.state.close()


class Elements(HTMLParser):
    """What a browser makes of a page: the names of its elements, and the attributes that could run or load."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.scripts: list[str | None] = []
        self.handlers: list[str] = []
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what matters of an element."""
        values = dict(attrs)
        if tag == "script":
            self.scripts.append(values.get("src"))
        self.handlers += [name for name in values if name.startswith("on") or name == "style"]
        self.links += [values[name] or "" for name in ("href", "src", "action") if name in values]


@pytest.mark.parametrize("section", [name for name, _ in SECTIONS])
def test_every_page_is_there_and_runs_its_own_script_alone(console: Console, section: str) -> None:
    page = console.get(section)
    elements = Elements(page.text)
    assert page.status_code == 200 and f"<h1>{dict(SECTIONS)[section]}" in page.text
    assert elements.scripts == [f"{access.HOME}/assets/console.js"] and elements.handlers == []
    assert all(link.startswith(("/_mock/ui", "#", "data:,")) for link in elements.links)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_a_client_sends_runs(text: str) -> None:
    """In whatever it can send: a path, a parameter, a client id; as filter of a page, and as the name of something."""
    console = Console()
    escaped = quote(text, safe="")
    for target in (
        f"/{escaped}",
        f"/status?order_id={escaped}",
        f"/status?{escaped}=1",
        f"/oauth2/token?client_id={escaped}",
    ):
        console.http.get(target)
    console.http.get("/oauth2/token", headers={"Authorization": "Basic " + "dTpw"})
    pages = [console.get("journal"), *(console.get(f"journal/{number}") for number in range(1, 6))]
    pages += [
        console.get(f"orders?study_group={escaped}&status={escaped}"), console.get(f"journal?client_id={escaped}"),
        console.get(f"orders/{escaped}"), console.get(f"journal/{escaped}"),
        console.get(f"orders/{ORDER}/reports/{escaped}"), console.http.get(f"{access.HOME}/worlds/{escaped}/journal"),
        console.post("default/clients/token", access_token=text), console.post("default/clock", advance=text),
        console.post("default/faults", effect="500", nth=text), console.post("default/orders", study_group=text),
    ]  # fmt: skip
    for page in pages:
        if page.status_code == 303:  # such a study group may be: the order's page names it
            page = console.http.get(page.location)
        elements = Elements(page.text)
        assert len(elements.scripts) == 1 and elements.handlers == []
        assert all(link.startswith(("/_mock/ui", "#", "data:,")) for link in elements.links)
        assert "\u202e" not in page.text and "49" not in re.findall(r"order_id=(\w+)", page.text)
    console.state.close()


def test_the_journal_shows_calls_and_filters_them() -> None:
    console = Console()
    console.http.get("/nowhere")
    console.http.get("/reports")
    page = console.get("journal").text
    assert page.index("GET /reports") < page.index("GET /nowhere")
    assert "AUTH-9: No access token" in page
    assert "/nowhere" not in console.get("journal?status=401").text
    wrong = console.get("journal?status=4x")
    assert wrong.status_code == 400 and "or a class such as 4xx" in wrong.text
    call = console.get("journal/1").text
    assert "curl -i -H" in call and "http://localhost/nowhere" in call
    assert console.get("journal/99").status_code == 404
    console.state.close()


def test_a_world_of_another_name_has_its_own_pages(console: Console) -> None:
    assert console.http.get(f"{access.HOME}/worlds/nowhere/journal").status_code == 404
    made = console.post("", scenario="empty", seed="7", pace="manual")
    page = console.http.get(made.location)
    assert made.status_code == 303 and "No such call was made yet" in page.text
    wrong = console.post("", seed="x")
    assert wrong.status_code == 400 and "seed" in wrong.text and "Make a world" in wrong.text
    name = console.state.worlds.create(WorldOptions(scenario="backlog:3")).name
    queue = console.http.get(f"{access.HOME}/worlds/{name}/queue").text
    assert "3 waiting" in queue
    assert console.post(f"{name}/end").status_code == 303
    assert console.http.get(f"{access.HOME}/worlds/{name}/queue").status_code == 404
    refused = console.post("default/end")
    assert refused.status_code == 400 and "lives as long as the server" in refused.text


def test_orders_are_submitted_and_moved() -> None:
    """A final order says so on its page; what is refused is said there, with what to do."""
    console = Console(world=WorldOptions(pace="manual"))
    made = console.post("default/orders", study_group="A & B")
    path = made.location.split("/worlds/default/")[1]
    page = console.get(path).text
    assert made.status_code == 303 and "A &amp; B" in page
    assert console.post(f"default/{path}/finish").status_code == 303
    assert "COMPLETED" in console.get(path).text
    refused = console.post(f"default/{path}/start")
    assert refused.status_code == 409 and 'role="alert"' in refused.text
    assert console.post(f"default/{path}/amend").status_code == 303
    assert console.get(path).text.count("REP-") == 2
    wrong = console.post("default/orders", finishes="soon")
    assert wrong.status_code == 400 and "must be a duration" in wrong.text
    both = console.post("default/orders", finishes="5m", status="FAILED")
    assert both.status_code == 400 and "not both" in both.text
    console.state.close()


@pytest.mark.parametrize("report_type", ORDER_TYPES)
def test_a_preview_is_no_call_of_a_client(console: Console, report_type: str) -> None:
    """It acknowledges nothing and leaves no entry; a file of any type but PDF is saved, never shown."""
    total = console.world.journal.total
    page = console.get(f"orders/{ORDER}/reports/{report_type}")
    assert page.status_code == 200 and Elements(page.text).scripts == [f"{access.HOME}/assets/console.js"]
    file = console.get(f"orders/{ORDER}/reports/{report_type}/file")
    document = console.world.reports.of_order(
        console.world.store.find_order(ORDER), report_type, console.world.clock.now()
    )  # type: ignore[arg-type]
    assert file.data == document.content
    how = "inline" if report_type == "pdf" else "attachment"
    assert file.headers["Content-Disposition"].startswith(how)
    assert "sandbox" in file.headers["Content-Security-Policy"] or report_type == "pdf"
    assert console.world.journal.total == total


def test_reports_that_are_not_there(console: Console) -> None:
    for path in ("orders/NONE/reports/json", f"orders/{ORDER}/reports/xml", "orders/ORD-5QBC5V-000001/reports/json"):
        assert console.get(path).status_code == 404


STRANGE_FILES = (
    b"\0" * 100, b"<script>alert(1)</script>", b"[" * 100_000, b'{"a": ' + b"9" * 5000 + b"}", b"NaN", b'"\\ud800"',
    b"\xff\xfe", b"\0" * 128 + b"DICM\x08\0\x05\0CS\xff\xff", b"[" + b"1," * 300_000 + b"1]",
    b'{"a":' * 300 + b"1" + b"}" * 300, b"MSH#^~&#<script>\rPID#1##x",
)  # fmt: skip


def test_a_users_own_report_may_be_anything(tmp_path: Path) -> None:
    """What is not of its type is shown as text; of what is too long for a page, a part."""
    orders = []
    for number, content in enumerate(STRANGE_FILES):
        (tmp_path / f"{number}.bin").write_bytes(content)
        files = ", ".join(f"{name}: {number}.bin" for name in ("json", "hl7v2", "dicom_sr", "txt"))
        orders.append(f"  - {{status: COMPLETED, created: 2h, report_files: {{{files}}}}}\n")
    (tmp_path / "own.yaml").write_text("orders:\n" + "".join(orders))
    console = Console(world=WorldOptions(scenario=str(tmp_path / "own.yaml")))
    (organization_id,) = console.world.store.organizations()
    for number, order in enumerate(console.world.store.orders_of(organization_id)):
        for name in ("json", "hl7v2", "dicom_sr", "txt"):
            page = console.get(f"orders/{order.order_id}/reports/{name}")
            assert page.status_code == 200 and len(page.data) < 1_000_000
            assert Elements(page.text).scripts == [f"{access.HOME}/assets/console.js"]
            if b"<script>" in STRANGE_FILES[number] and name in ("json", "dicom_sr"):
                assert "they are shown as text" in page.text
    assert '<th scope="row">PID-3</th>' in console.get(f"orders/{order.order_id}/reports/hl7v2").text
    console.state.close()


def test_clock_and_coming_changes() -> None:
    console = Console()
    assert "Advance to it" in console.get("clock").text
    before = console.world.clock.now()
    assert console.post("default/clock", advance="1h").status_code == 303
    assert console.world.clock.now() - before >= 3600 * 1_000_000
    wrong = console.post("default/clock", advance="soon")
    assert wrong.status_code == 400 and "advance" in wrong.text
    console.state.close()


def test_faults_are_set_and_removed() -> None:
    console = Console()
    assert console.post("default/faults", effect="500", operation="getStatus", count="2").status_code == 303
    page = console.get("faults").text
    fault = re.search(r'id="(fault-[^"]+)"', page)
    assert fault is not None and "status 500" in page and "operation=getStatus" in page
    assert console.post("default/faults", effect="none").status_code == 400
    assert console.post(f"default/faults/{fault[1]}/remove").status_code == 303
    assert "No fault is set" in console.get("faults").text
    assert console.post(f"default/faults/{fault[1]}/remove").status_code == 404
    console.state.close()


@pytest.mark.parametrize("token_format", ["jwt", "opaque"])
def test_a_token_is_read_and_not_shown_again(token_format: str) -> None:
    console = Console(world=WorldOptions(token_format=token_format))
    basic = {"Authorization": "Basic ZGVtby1ob3NwaXRhbDpkZW1vLWhvc3BpdGFsLXNlY3JldA=="}
    token = console.http.get("/oauth2/token", headers=basic).json["access_token"]  # type: ignore[index]
    page = console.post("default/clients/token", access_token=token)
    assert "It is accepted for status.read" in page.text and token not in page.text
    assert ("&#34;jti&#34;" in page.text) is (token_format == "jwt")
    wrong = console.post("default/clients/token", access_token=token[:-2])
    assert wrong.status_code == 200 and "It is accepted" not in wrong.text
    assert console.post("default/clients/token", access_token="").status_code == 400
    console.state.close()


def test_a_time_line_keeps_the_order_of_states() -> None:
    """Each state has a place of its own, however close together they are; now lies where it belongs."""
    plan = [
        {"at": "2026-01-01T00:00:00+00:00", "status": "RECEIVED", "progress": 0},
        {"at": "2026-01-01T00:00:01+00:00", "status": "PROCESSING", "progress": 10},
        {"at": "2026-02-01T00:00:00+00:00", "status": "COMPLETED", "progress": 100},
    ]
    line = time_line(plan, "2026-01-01T00:00:05+00:00")
    states = line["states"]
    assert [state["future"] for state in states] == [False, False, True]
    assert all(state["width"] > 50 for state in states)
    assert all(one["x"] + one["width"] == pytest.approx(other["x"], abs=0.2) for one, other in pairwise(states))
    assert states[-1]["x"] + states[-1]["width"] == pytest.approx(WIDTH, abs=0.2)
    assert states[1]["x"] < line["now"] < states[2]["x"]
    alone = time_line(plan[:1], plan[0]["at"])
    assert alone["states"][0]["width"] == WIDTH


def test_a_service_in_process_has_a_console_too() -> None:
    assert Service().call("GET", access.SIGN_IN).status == 200


@pytest.mark.parametrize("text", ["9" * 5000, "9" * 20, "-" + "9" * 20, "\u0663", "1e3", "\0"])
def test_a_number_that_json_cannot_have_is_refused(console: Console, text: str) -> None:
    for path, fields in (("", {"seed": text}), ("default/faults", {"effect": "500", "nth": text})):
        assert console.post(path, **fields).status_code == 400


@pytest.mark.parametrize("part", [b"[" * 20_000, b"9" * 5000, b"\xff", b"{}"])
def test_a_text_that_is_no_token_is_refused(console: Console, part: bytes) -> None:
    text = base64.urlsafe_b64encode(part).decode()
    page = console.post("default/clients/token", access_token=f"{text}.{text}.x")
    assert page.status_code == 200 and "It is accepted" not in page.text


def test_times_are_in_utc_wherever_the_organization_is(console: Console) -> None:
    """The order's own times have the offset of its organization; beside the clock's they would mislead."""
    facts = console.get(f"orders/{ORDER}").text
    assert len(re.findall(r"<dd>[0-9-]{10} [0-9:]{8}Z</dd>", facts)) == 3


def test_to_advance_to_a_change_reaches_it() -> None:
    """A part of a second is rounded up."""
    console = Console()
    page = console.get("clock").text
    first = re.search(r"<td>([0-9]+) s</td><td><a [^>]*>([^<]+)<.*?<span[^>]*>([A-Z]+)</span> ([0-9]+) %", page, re.S)
    assert first is not None
    console.post("default/clock", advance=f"{first[1]}s")
    order = console.world.store.find_order(first[2])
    assert order is not None and order.state(console.world.clock.now()).progress >= int(first[4])
    console.state.close()


def listed(console: Console, client_id: str = "demo-hospital") -> None:
    """Let a client list its reports."""
    basic = base64.b64encode(f"{client_id}:{client_id}-secret".encode()).decode()
    token = console.http.get("/oauth2/token", headers={"Authorization": f"Basic {basic}"}).json["access_token"]  # type: ignore[index]
    target = f"/reports?organizationId={client_id}&limit=3"
    listing = console.http.get(target, headers={"Authorization": f"Bearer {token}"})
    assert listing.status_code == 200


@pytest.mark.parametrize("redact_journal", [False, True])
def test_the_queue_tells_what_a_post_without_a_body_acknowledges(redact_journal: bool) -> None:
    """By what the mock remembers: a journal that was cleared or hashes identifiers changes nothing."""
    console = Console(redact_journal=redact_journal)
    listed(console)
    page = console.get("queue").text
    assert "<b>demo-hospital</b> now acknowledges 3 reports. It listed at" in page
    first = console.world.store.list_unacknowledged("demo-hospital", console.world.clock.now(), 1)[0]
    assert page.count(first.version.report_id) == 2
    console.world.journal.store.clear()
    console.world.store.acknowledge("demo-hospital", [first.version.report_id], console.world.clock.now())
    assert "<b>demo-hospital</b> now acknowledges 2 reports." in console.get("queue").text
    console.state.close()


def test_a_call_leads_to_its_order(console: Console) -> None:
    console.http.get(f"/status?order_id={ORDER}")
    number = console.world.journal.total
    assert f'href="{access.HOME}/worlds/default/orders/{ORDER}"' in console.get(f"journal/{number}").text


def test_a_planned_report_is_not_shown_as_ready() -> None:
    """Nor is a preview offered of what cannot be read yet."""
    console = Console(world=WorldOptions(scenario="empty", pace="manual"))
    console.http.post("/_mock/worlds/default/organizations", json={}, headers={"Authorization": "Bearer c"})
    made = console.post("default/orders", finishes="10m")
    path = made.location.split("/worlds/default/")[1]
    page = console.get(path).text
    assert "will be at" in page and "Preview" not in page
    assert "<td>0</td>" in console.get("orders").text
    console.post("default/clock", advance="11m")
    page = console.get(path).text
    assert "will be at" not in page and "Preview" in page
    assert "<td>1</td>" in console.get("orders").text
    console.state.close()
