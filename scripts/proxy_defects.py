"""Let an ordinary client talk to mocks that are wrong on purpose, through `pacsimile proxy`.

    python scripts/proxy_defects.py [--seed 1] [--count 20] [--jobs 4] [--page]

It draws defects of the catalogue by the seed, whatever they break, and shows which of them the proxy names. Before each
and before an undamaged mock, two clients of `examples/` work as they always do: `python_client` waits for an order's
report, fetches it in every type and by its study, lists and acknowledges; `good_clients/results_requests.py` fetches
what waits. Nothing else is asked. With `--page` the table goes to `docs/proxy.md`. Exit status 1 if something is found
at the undamaged mock.
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
    ready = {"organization": "example-hospital", "status": "COMPLETED", "group": "follow-up"}
    moving["orders"] += [dict(ready) for _ in range(WAITING)]
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
            work(proxy, client, orders_under_way(mock, world), folder)
        told = json.loads((folder / "report" / "report.json").read_text("utf-8"))
    control(mock, "DELETE", f"/worlds/{world['world']}")
    verdicts = {row["requirement"]: row["verdict"] for row in told["verdicts"]}
    failing = tuple(name for name, verdict in verdicts.items() if verdict == "FAIL")
    warned = tuple(name for name, verdict in verdicts.items() if verdict == "WARN")
    return Seen(failing, warned, told["requests"])


def orders_under_way(mock: dict[str, Any], world: dict[str, Any]) -> list[str]:
    """Return the ids of the orders that are not ready yet, the first to be ready first."""
    orders = control(mock, "GET", f"/worlds/{world['world']}/orders")["orders"]
    return sorted(order["order_id"] for order in orders if order["status"] in ("RECEIVED", "PROCESSING"))


def work(proxy: dict[str, Any], client: dict[str, str], orders: list[str], folder: Path) -> None:
    """Let the clients work, whatever becomes of it."""
    integration = [
        sys.executable, EXAMPLES / "python_client" / "integration.py", "--url", proxy["url"], "--client-id",
        client["client_id"], "--client-secret", client["client_secret"], "--organization", client["organization_id"],
        *orders,
    ]  # fmt: skip
    fetching = [sys.executable, EXAMPLES / "good_clients" / "results_requests.py", folder / "reports"]
    variables = {
        "API_URL": proxy["url"], "TOKEN_URL": f"{proxy['oauth2_endpoint']}/token", "FIRST_PAUSE": "0.2",
        "CLIENT_ID": client["client_id"], "CLIENT_SECRET": client["client_secret"],
        "ORGANIZATION_ID": client["organization_id"],
    }  # fmt: skip
    for command in (fetching, integration, fetching):
        try:
            subprocess.run(
                command, env={**os.environ, **variables}, capture_output=True, timeout=PATIENCE / 4, check=False
            )
        except subprocess.TimeoutExpired:
            continue


def lines(drawn: list[dict[str, str]], results: list[Seen], undamaged: Seen, seed: int) -> Iterator[str]:
    """Yield the table of the page."""
    pairs = list(zip(drawn, results, strict=True))
    named = sum(defect["requirement"] in result.failing + result.warned for defect, result in pairs)
    noticed = sum(bool(result.failing or result.warned) for _, result in pairs)
    of_undamaged = "something" if undamaged.failing or undamaged.warned else "nothing"
    yield (
        f"Of {len(drawn)} defects of the catalogue, drawn by the seed {seed}, the proxy named the broken requirement "
        f"of {named}, and something of {noticed}."
    )
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
    parser.add_argument("--page", action="store_true", help="write the table into docs/proxy.md")
    given = parser.parse_args()
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
