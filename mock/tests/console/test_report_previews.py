"""Previews of reports: no call of a client, whatever a report is."""

from __future__ import annotations

from pathlib import Path

import pytest

from mock.tests.helpers.console_browser import ORDER, Console, Elements
from pacsimile_mock.config import WorldOptions
from pacsimile_mock.console import access
from pacsimile_spec.report_types import ORDER_TYPES


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
