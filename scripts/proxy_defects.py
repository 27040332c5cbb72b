"""Let an ordinary client talk to mocks that are wrong on purpose, through `pacsimile proxy`.

    python scripts/proxy_defects.py [--seed 1] [--count 20] [--jobs 4] [--page]

It draws defects of the catalogue by the seed, whatever they break, and shows which of them the proxy names. Before
each, and before an undamaged mock, clients of `examples/` work as they always do. `python_client` waits for an order's
report, fetches it in every type and by its study, lists and acknowledges; its `api.py` also asks for each order that a
ward has submitted, by order, study and group. `good_clients/results_requests.py` fetches what waits. Nothing that an
ordinary client does not send is sent. With `--page` the table goes to `docs/proxy.md`. Exit status 1 if something is
found at the undamaged mock.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from pacsimile_mock.worlds.defect_registry import catalogue
from pacsimile_spec.report_types import GROUP_TYPES
from scripts.page_table import between

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "examples"
PAGE = ROOT / "docs" / "proxy.md"
BEGIN = "<!-- Written by scripts/proxy_defects.py --page. -->\n"
PACSIMILE = (sys.executable, "-m", "pacsimile")
PATIENCE = 120
WAITING = 6
"""Reports that wait beside the two orders under way."""


@dataclass(frozen=True)
class Seen:
    """What the proxy named of one mock: requirements that FAIL, those that WARN, and how many calls passed."""

    failing: tuple[str, ...]
    warned: tuple[str, ...]
    calls: int


@contextmanager
def started(*words: str | Path, **variables: str) -> Iterator[dict[str, Any]]:
    """Start a command with `--json`, yield its line, and end it in order."""
    command = [*PACSIMILE, *map(str, words), "--port", "0", "--json"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={**os.environ, **variables}
    ) as process:
        try:
            yield json.loads(process.stdout.readline() if process.stdout else b"")
        finally:
            process.terminate()
            process.wait(PATIENCE)


def control(mock: dict[str, Any], method: str, path: str, content: object = None) -> Any:
    """Call the control API."""
    asked = urllib.request.Request(
        mock["control_url"] + path, None if content is None else json.dumps(content).encode(), method=method,
        headers={"Authorization": f"Bearer {mock['control_token']}", "Content-Type": "application/json"},
    )  # fmt: skip
    with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:
        return json.loads(answer.read() or b"null")


def write_scenario(file: Path) -> None:
    """Write a scenario: two orders under way, and some whose reports wait."""
    moving: dict[str, Any] = yaml.safe_load((EXAMPLES / "moving.yaml").read_text("utf-8"))
    for order, polls in zip(moving["orders"], (3, 4), strict=True):
        order["moves"] = {"starts": "1 polls", "finishes": f"{polls} polls"}  # whatever the machine's load
    own = {"organization": "example-hospital"}
    ready = {**own, "status": "COMPLETED"}
    moving["orders"] += [{**ready, "group": "follow-up"} for _ in range(WAITING)]
    moving["orders"] += [{**ready, "study": "several"}, {**ready, "study": "several"}, {**ready, "amended": "1h"}]
    moving["orders"] += [{**own, "status": status} for status in ("FAILED", "CANCELLED", "PROCESSING")]
    file.write_text(yaml.safe_dump(moving))


def seen(mock: dict[str, Any], defect: str | None) -> Seen:
    """Make a world with the defect, let the clients work, and return what the proxy said."""
    world = control(mock, "POST", "/worlds", {"defects": [] if defect is None else [defect]})
    client = world["clients"][0]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        target = folder / "target.yaml"
        target.write_text(
            f"base_url: {world['base_url']}\noauth2_endpoint: {world['oauth2_endpoint']}\nprofile: strict\n"
            f"organization_id: {client['organization_id']}\nclients: {{primary: {{id: AN_ID, secret: A_SECRET}}}}\n"
        )
        named = {"AN_ID": client["client_id"], "A_SECRET": client["client_secret"]}
        with started("proxy", "--target", target, "--report", folder / "report", **named) as proxy:
            work(proxy, client, *orders_of(mock, world), folder)
        told = json.loads((folder / "report" / "report.json").read_text("utf-8"))
    control(mock, "DELETE", f"/worlds/{world['world']}")
    verdicts = {row["requirement"]: row["verdict"] for row in told["verdicts"]}
    failing = tuple(name for name, verdict in verdicts.items() if verdict == "FAIL")
    warned = tuple(name for name, verdict in verdicts.items() if verdict == "WARN")
    return Seen(failing, warned, told["requests"])


def orders_of(mock: dict[str, Any], world: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Return the ids of the two orders that will be ready, and those of all others."""
    orders = control(mock, "GET", f"/worlds/{world['world']}/orders")["orders"]
    names = sorted(order["order_id"] for order in orders)
    return names[:2], names[2:]


def work(proxy: dict[str, Any], client: dict[str, str], moving: list[str], others: list[str], folder: Path) -> None:
    """Let the clients work, whatever becomes of it."""
    integration = [
        sys.executable, EXAMPLES / "python_client" / "integration.py", "--url", proxy["url"], "--client-id",
        client["client_id"], "--client-secret", client["client_secret"], "--organization", client["organization_id"],
        *moving,
    ]  # fmt: skip
    fetching = [sys.executable, EXAMPLES / "good_clients" / "results_requests.py", folder / "reports"]
    ward = [sys.executable, __file__, "--ward", *others]
    variables = {
        "API_URL": proxy["url"], "TOKEN_URL": f"{proxy['oauth2_endpoint']}/token", "FIRST_PAUSE": "0.2",
        "CLIENT_ID": client["client_id"], "CLIENT_SECRET": client["client_secret"],
        "ORGANIZATION_ID": client["organization_id"],
    }  # fmt: skip
    for command in (ward, fetching, integration, ward):
        try:
            subprocess.run(
                command, env={**os.environ, **variables}, capture_output=True, timeout=PATIENCE / 4, check=False
            )
        except subprocess.TimeoutExpired:
            continue


def ward_round(orders: list[str]) -> None:
    """Ask for every order that a ward has submitted, by all that the API offers, with the client of an example."""
    sys.path.insert(0, str(EXAMPLES / "python_client"))
    from api import ResultsApi

    api = ResultsApi(os.environ["API_URL"], os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"])
    organization, groups, studies = {"organizationId": os.environ["ORGANIZATION_ID"]}, set[str](), set[str]()
    for order in orders:
        now = json.loads(api.call("GET", "/status", order_id=order).content or b"{}")
        for kind in now.get("report_types") or ("json",):
            api.call("GET", "/results", order_id=order, report_type=kind)
        groups |= {now["study_group"]} if now.get("study_group") else set()
        studies |= {now["study_uid"]} if now.get("study_uid") else set()
    for study in sorted(studies):
        api.call("GET", "/orderId", study_uid=study)
        api.call("GET", "/status", study_uid=study)
        api.call("GET", "/results", study_uid=study, report_type="json")
    for group in sorted(groups):
        for kind in GROUP_TYPES:
            api.call("GET", "/report", study_group=group, report_type=kind)
    api.call("GET", "/status", order_id="ORD-NO-SUCH-ORDER")
    api.call("GET", "/reports", limit="2", **organization)
    api.call("GET", "/reports", **organization)


def lines(drawn: list[dict[str, str]], results: list[Seen], undamaged: Seen, seed: int) -> Iterator[str]:
    """Yield the table of the page."""
    pairs = list(zip(drawn, results, strict=True))
    named = sum(defect["requirement"] in result.failing + result.warned for defect, result in pairs)
    noticed = sum(bool(result.failing or result.warned) for _, result in pairs)
    of_undamaged = "something" if undamaged.failing or undamaged.warned else "nothing"
    of_all = f"from the {len(catalogue())} defects of the catalogue, whatever they break"
    yield f"Drawn by the seed {seed} {of_all}: {len(drawn)}."
    yield f"The proxy named the broken requirement of {named}, and something of {noticed}."
    yield f"Of the undamaged mock, which the clients called {undamaged.calls} times, it named {of_undamaged}."
    yield ""
    yield "| defect | breaks | what the proxy named |"
    yield "|---|---|---|"
    for defect, result in pairs:
        told = ", ".join([*result.failing, *(f"{name} (warning)" for name in result.warned)])
        yield f"| `{defect['name']}` | {defect['requirement']} | {told or 'nothing'} |"


def main() -> int:
    """Draw, try, and print or write the table."""
    parser = argparse.ArgumentParser(description="What does the proxy name of deliberate defects?")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--jobs", type=int, default=4)
    parser.add_argument("--ward", nargs="+", metavar="ORDER", help=argparse.SUPPRESS)
    parser.add_argument("--page", action="store_true", help="write the table into docs/proxy.md")
    given = parser.parse_args()
    if given.ward:
        ward_round(given.ward)
        return 0
    drawn = sorted(random.Random(given.seed).sample(list(catalogue()), given.count), key=lambda one: one["name"])
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(given.jobs) as pool:
        scenario = Path(folder) / "scenario.yaml"
        write_scenario(scenario)
        with started("serve", "--quiet", "--no-runtime-file", "--scenario", scenario) as mock:
            undamaged = seen(mock, None)
            results = list(pool.map(lambda defect: seen(mock, defect["name"]), drawn))
    told = list(lines(drawn, results, undamaged, given.seed))
    print("\n".join(told))
    if given.page:
        PAGE.write_text(between(PAGE.read_text("utf-8"), BEGIN, told), "utf-8")
    return int(bool(undamaged.failing or undamaged.warned))


if __name__ == "__main__":
    sys.exit(main())
