"""`pytest --target FILE`: the requirements as tests."""

import os
import subprocess
from pathlib import Path
from typing import Any

from mock.tests.helpers.fork_server import prepared

ROOT = Path(__file__).parents[2]


def run_pytest(server: dict[str, Any], tmp_path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run pytest over the contract tests with a target file of the small server."""
    first = server["clients"][0]
    file = tmp_path / "target.yaml"
    file.write_text(
        f"base_url: {server['url']}\noauth2_endpoint: {server['oauth2_endpoint']}\nprofile: strict\n"
        "clients: {primary: {id: T_ID, secret: T_SECRET}}\n"
        f"organization_id: {first['organization_id']}\nstates: {{url: '{server['states_url']}', token: T_STATES}}\n",
        "utf-8",
    )
    secrets = {"T_ID": first["client_id"], "T_SECRET": first["client_secret"], "T_STATES": server["states_token"]}
    command = [
        *prepared("pytest"),
        "-p",
        "no:cacheprovider",
        "contract_tests",
        "--target",
        str(file),
        *words,
    ]
    return subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **secrets, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_target_collects_the_requirements_alone(small_server: dict[str, Any], tmp_path: Path) -> None:
    """With `--target`, `-k` selects requirements, which pass by name."""
    done = run_pytest(small_server, tmp_path, "-k", "AUTH-1 or STATUS-2", "-v", "-rA")
    assert done.returncode == 0, done.stdout
    assert "STATUS-2 PASSED" in done.stdout
    assert "::test_" not in done.stdout


def test_a_wrong_target_file_ends_pytest_with_one_line(small_server: dict[str, Any], tmp_path: Path) -> None:
    """Usage: exit 2, no traceback."""
    done = run_pytest({**small_server, "url": "ftp://x"}, tmp_path, "-k", "AUTH-1")
    assert (done.returncode, "Traceback" in done.stdout) == (2, False)
    assert "target.yaml:1: base_url: expected an http or https address" in done.stdout + done.stderr
