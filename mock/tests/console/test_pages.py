"""The console's pages: what they show of a world, and what their forms do."""

from __future__ import annotations

import base64
import re
from itertools import pairwise

import pytest

from mock.tests.helpers.console_browser import ORDER, Console, Elements
from mock.tests.helpers.in_process import Service
from pacsimile_mock.config import WorldOptions
from pacsimile_mock.console import access
from pacsimile_mock.console.time_line import WIDTH, time_line
from pacsimile_mock.console.visit import SECTIONS


@pytest.mark.parametrize("section", [name for name, _ in SECTIONS])
def test_every_page_is_there_and_runs_its_own_script_alone(console: Console, section: str) -> None:
    page = console.get(section)
    elements = Elements(page.text)
    assert page.status_code == 200 and f"<h1>{dict(SECTIONS)[section]}" in page.text
    assert elements.scripts == [f"{access.HOME}/assets/console.js"] and elements.handlers == []
    assert all(link.startswith(("/_mock/ui", "#", "data:,")) for link in elements.links)


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


def offered(page: str, name: str) -> list[str]:
    """Return the values of a form's list."""
    found = re.search(rf'<select[^>]*name="{name}".*?</select>', page, re.DOTALL)
    assert found is not None
    options = re.findall(r'<option(?: value="([^"]*)")?[^>]*>([^<]*)', found[0])
    assert len(options) > 5
    return [text if value == "" and text != "all" else value for value, text in options]


def test_every_fault_that_the_form_offers_can_be_set() -> None:
    """Each effect with each operation."""
    console = Console()
    page = console.get("faults").text
    for effect in offered(page, "effect"):
        for operation in offered(page, "operation"):
            answer = console.post("default/faults", effect=effect, operation=operation)
            assert answer.status_code == 303, (effect, operation)
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
