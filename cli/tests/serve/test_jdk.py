"""Java's own HttpClient, left as it comes: it asks for HTTP/2 by an upgrade, and must get its answers all the same."""

import shutil
import subprocess
from pathlib import Path

from mock.tests.helpers.served import PATIENCE, serving

CLIENT = Path(__file__).with_name("JdkClient.java")


def test_javas_http_client_is_served(tmp_path: Path) -> None:
    """Every operation, with and without a body, expecting a `100`, refused, too large, and forty at once."""
    java = shutil.which("java")
    assert java is not None
    with serving(tmp_path) as served:
        command = [
            java,
            "-Xshare:auto",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            str(CLIENT),
            served.url,
            served.basic(),
            "demo-hospital",
        ]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=2 * PATIENCE, check=False)
        left = served.listing()
    assert ended.returncode == 0, ended.stderr
    told = dict(line.split(" ", 1) for line in ended.stdout.splitlines())
    too_large = told.pop("acknowledgeTooLarge")
    assert too_large in ("413 HTTP_1_1", "closed")
    assert told == {
        "getToken": "200 HTTP_1_1",
        "listReports": "200 HTTP_1_1",
        "getStatus": "200 HTTP_1_1",
        "getOrderIds": "200 HTTP_1_1",
        "getResult": "200 HTTP_1_1",
        "refused": "400 HTTP_1_1",
        "acknowledgeNothing": "200 HTTP_1_1",
        "acknowledgeExpecting": "200 HTTP_1_1",
        "acknowledgeListed": "200 HTTP_1_1",
        "parallel": "40",
    }
    assert left == []
