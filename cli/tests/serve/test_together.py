"""Many clients at once, over real sockets: each report is acknowledged once, and none is lost: BATCH-14, CONS-1."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from mock.tests.helpers.served import Served, serving

SCENARIO = """\
organizations:
  - id: hospital
    clients:
      - {id: viewer, secret: one, scopes: [status.read, reports.read, reports.ack]}
      - {id: archive, secret: two, scopes: [status.read, reports.read, reports.ack]}
orders:
  - {organization: hospital, count: 200, status: COMPLETED, created: 1h}
"""


def drain(served: Served, client: int) -> list[str]:
    """List and acknowledge page by page until nothing is left; tells what was newly marked."""
    headers = {"Authorization": served.basic(client)}
    headers = {"Authorization": "Bearer " + served.call("GET", "/oauth2/token", headers).json["access_token"]}
    marked: list[str] = []
    while served.call("GET", "/reports?organizationId=hospital&limit=20", headers).json["count"]:
        reply = served.call("POST", "/reports?organizationId=hospital", headers)
        assert reply.status == 200
        assert reply.json["not_found"] == []
        marked += reply.json["acknowledged"]
    return marked


def test_each_report_is_acknowledged_once_and_none_is_lost(tmp_path: Path) -> None:
    """Two clients, three connections each, all draining one queue."""
    (tmp_path / "mine.yaml").write_text(SCENARIO)
    with serving(tmp_path, "--scenario", str(tmp_path / "mine.yaml")) as served, ThreadPoolExecutor(6) as pool:
        listed = served.call("GET", "/reports?organizationId=hospital", {"Authorization": f"Bearer {served.token}"})
        marked = Counter(one for part in pool.map(lambda n: drain(served, n % 2), range(6)) for one in part)
    assert set(marked) == {one["report_id"] for one in listed.json["reports"]}
    assert set(marked.values()) == {1}
    assert len(marked) == 200
