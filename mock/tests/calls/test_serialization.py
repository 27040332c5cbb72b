"""How facts are spelled in answers."""

from base64 import b64decode
from hashlib import sha256

import pytest

from pacsimile_mock.calls import serialization
from pacsimile_mock.reports.model import Document

OF_ORDER = {"order_id": "ORD-1", "report_id": "RPT-1"}


@pytest.mark.parametrize("supplied", [False, True])
@pytest.mark.parametrize("ids", [OF_ORDER, {}])
def test_a_report_is_served_with_what_describes_it(ids: dict[str, str], supplied: bool) -> None:
    """RESULTS-9: digest and name; ids where it is an order's, and the source where the bytes are the user's own."""
    answer = serialization.document_answer(
        Document(b"bytes", "txt", "text/plain", "report-1", supplied=supplied, **ids)
    )
    headers = dict(answer.headers)
    assert (answer.status, answer.body, answer.media_type) == (200, b"bytes", "text/plain")
    assert (
        b64decode(headers.pop("Content-Digest").removeprefix("sha-256=:").removesuffix(":"))
        == sha256(b"bytes").digest()
    )
    assert headers.pop("Content-Disposition") == 'attachment; filename="report-1.txt"'
    assert headers.pop("X-Report-Source", None) == ("scenario" if supplied else None)
    assert headers == ({"X-Order-Id": "ORD-1", "X-Report-Id": "RPT-1"} if ids else {})
