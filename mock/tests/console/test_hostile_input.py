"""Nothing that a client or a form sends can run in the console, or make it fail."""

from __future__ import annotations

import base64
import re
from urllib.parse import quote

import pytest

from mock.tests.helpers.console_browser import ORDER, Console, Elements
from pacsimile_mock.console import access

HOSTILE = (
    "<script>alert(1)</script>", "\"'><img src=x onerror=alert(2)>", "javascript:alert(3)", "\u202eevil\u2066",
    "{{7*7}}", "{% raw %}", "</textarea><svg/onload=alert(4)>", "'-alert(5)-'",
)  # fmt: skip


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


@pytest.mark.parametrize("text", ["9" * 5000, "9" * 20, "-" + "9" * 20, "\u0663", "1e3", "\0"])
def test_a_number_that_json_cannot_have_is_refused(console: Console, text: str) -> None:
    for path, fields in (("", {"seed": text}), ("default/faults", {"effect": "500", "nth": text})):
        assert console.post(path, **fields).status_code == 400


@pytest.mark.parametrize("part", [b"[" * 20_000, b"9" * 5000, b"\xff", b"{}"])
def test_a_text_that_is_no_token_is_refused(console: Console, part: bytes) -> None:
    text = base64.urlsafe_b64encode(part).decode()
    page = console.post("default/clients/token", access_token=f"{text}.{text}.x")
    assert page.status_code == 200 and "It is accepted" not in page.text
