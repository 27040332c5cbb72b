"""Each option of `pacsimile verify`, against a server that keeps what it was asked."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contract_tests.tests.helpers import real_service
from contract_tests.tests.helpers.command import judged, report, target_file, verify
from contract_tests.tests.helpers.real_service import answer, document, problem
from pacsimile.first_target import _words
from pacsimile_contract.errors import TargetFileError
from pacsimile_contract.target.reading import load_target

Start = Callable[..., Any]
LISTED = "listing: {allowed: true}\nlimits: {rate: 900/s}\n"


def test_a_first_target_file_comes_from_safe_calls(serve: Start, tmp_path: Path) -> None:
    """`--init` asks by GET alone, without credentials; its file loads once the placeholder is replaced."""

    def say(method: str, path: str, body: bytes) -> Any:
        return problem(401, "invalid-token") if "token" not in path else document(401, {"error": "invalid_client"})

    server = serve(say)
    done = verify("--init", server.url)
    assert (done.returncode, done.stderr) == (0, "")
    assert {method for method, *_ in server.requests} == {"GET"}
    assert not [headers for _, _, headers, _ in server.requests if "Authorization" in headers]
    assert not [path for _, path, _, _ in server.requests if "reports" in path]
    file = tmp_path / "staging.yaml"
    file.write_text(done.stdout, "utf-8")
    with pytest.raises(TargetFileError, match="my-organization is the placeholder that --init wrote"):
        load_target(file, {"STAGING_ID": "a", "STAGING_SECRET": "b"})
    file.write_text(done.stdout.replace("my-organization", "org-a"), "utf-8")
    target = load_target(file, {"STAGING_ID": "a", "STAGING_SECRET": "b"})
    assert (target.base_url, target.oauth2_endpoint) == (server.url, server.url + "/oauth2")
    assert (target.listing_allowed, target.acknowledge_allowed) == (False, False)
    assert (target.limits.rate, target.limits.token_rate, target.wrong_secrets) == (0.0, 0.0, 5)  # as on loopback


def test_a_first_target_file_is_calm_with_a_service_elsewhere() -> None:
    """Rates and probes stand in it, to be seen and changed; on this machine nobody is kept waiting."""
    assert "limits: {rate: 5/s, token_rate: 5/m" in "".join(_words(None, loopback=False))
    assert "limits:" not in "".join(_words(None, loopback=True))


def test_plans_and_lists_send_nothing(serve: Start, tmp_path: Path) -> None:
    """`--plan` says how many and how long, with a warning where a limit is too tight; `--list` what would be judged."""
    server = serve(answer)
    file = target_file(tmp_path, server.url, "limits: {max_requests: 20, token_rate: 1/m}\n")
    plan = verify("--target", file, "--plan", "--level", "smoke", "--report", str(tmp_path / "report"))
    assert plan.returncode == 0
    assert re.match(r"level smoke: about \d+ requests in \d+ (s|min); nothing was sent\n", plan.stdout)
    assert "warning: max_requests 20: " in plan.stdout
    assert "warning: token_rate 1/m against max_time" in plan.stdout
    shown = verify("--target", file, "--list", "-k", "BATCH-1 or STATUS-1")
    assert shown.returncode == 0
    assert "STATUS-1 the status by order id is that order's\n  MUST, from the public description; " in shown.stdout
    assert "  here: judged in part, without " in shown.stdout
    assert server.requests == []
    assert not (tmp_path / "report").exists()
    assert [plan.stderr, shown.stderr, *real_service.leaks(plan.stdout + shown.stdout)] == ["", ""]


def test_levels_seeds_and_profiles_are_what_was_asked(serve: Start, tmp_path: Path) -> None:
    """`--level smoke` asks few, `--seed` and `--profile` stand in the report; forms FAIL or WARN."""

    def say(method: str, path: str, body: bytes) -> Any:
        found = answer(method, path, body)
        return (418, *found[1:]) if found and found[0] == 404 else found

    server, status = serve(say), {}
    file = target_file(tmp_path, server.url, LISTED)
    for profile in ("strict", "documented"):
        folder = tmp_path / profile
        words = ("--level", "smoke", "--seed", "77", "--profile", profile, "-k", "ORDERID-3 or STATUS-4")
        done = verify("--target", file, *words, "--report", str(folder))
        found = report(folder)
        assert (found["level"], found["seed"], found["profile"]) == ("smoke", 77, profile)
        assert f"profile {profile}, level smoke, seed 77" in done.stdout
        status[profile] = done.returncode
    assert status == {"strict": 1, "documented": 0}
    assert len(server.requests) < 40


def test_what_is_selected_is_judged(serve: Start, tmp_path: Path) -> None:
    """`--requirement` (repeated, with patterns) and `-k` together; a selection that matches nothing exits 2."""
    server = serve(answer)
    file, folder = target_file(tmp_path, server.url, LISTED), tmp_path / "report"
    words = ("--requirement", "status-*", "--requirement", "AUTH-1", "-k", "not STATUS-2")
    verify("--target", file, *words, "--level", "smoke", "--report", str(folder))
    found = judged(folder)
    assert "AUTH-1" in found
    assert "STATUS-2" not in found
    assert {one.partition("-")[0] for one in found} == {"AUTH", "STATUS"}
    asked = len(server.requests)
    for nothing in (("-k", "NOSUCH"), ("--requirement", "NOSUCH-1"), ("-k", "AUTH-1", "--requirement", "BATCH-*")):
        done = verify("--target", file, *nothing)
        assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert len(server.requests) == asked


BROKEN = ("ZK-0000-000000", "STATUS-1/by-order")


def _wrong_order(method: str, path: str, body: bytes) -> Any:
    found = answer(method, path, body)
    if path.startswith("/status?order_id=") and found and found[0] == 200:
        return document(200, {**json.loads(found[2]), "order_id": BROKEN[0]})
    return found


def test_known_failures_are_marked_and_count_for_nothing(serve: Start, tmp_path: Path) -> None:
    """`--baseline`: exit 0, marked in junit.xml, report.html and summary; and an entry that passes now exits 1."""
    broken, right = serve(_wrong_order), serve(answer)
    folder, words = tmp_path / "report", ("--requirement", "STATUS-1", "--report", str(tmp_path / "report"))
    file = target_file(tmp_path, broken.url, LISTED)
    assert verify("--target", file, *words).returncode == 1
    failing = [
        part["check"] for one in report(folder)["verdicts"] for part in one["parts"] if part["verdict"] == "FAIL"
    ]
    baseline = tmp_path / "known.yaml"
    lines = [f"- {{check: {one}, reason: ticket 17 <b>, until: 2999-12-31}}\n" for one in failing]
    baseline.write_text("".join(lines), "utf-8")
    done = verify("--target", file, *words, "--baseline", str(baseline))
    assert done.returncode == 0
    assert f"known failure: {failing[0]}: ticket 17" in done.stdout
    junit = (folder / "junit.xml").read_text("utf-8")
    assert '<skipped message="known failure (ticket 17 &lt;b&gt;): expected order_id' in junit
    assert "<failure" not in junit
    assert "known failure (ticket 17 &lt;b&gt;): expected" in (folder / "report.html").read_text("utf-8")
    assert "known failure: STATUS-1/" in (folder / "summary.md").read_text("utf-8")
    done = verify("--target", target_file(tmp_path, right.url, LISTED), *words, "--baseline", str(baseline))
    assert done.returncode == 1
    assert f"{failing[0]} is in the baseline and passes now: remove it" in done.stdout


def test_what_may_stay_open(serve: Start, tmp_path: Path) -> None:
    """`--accept-not-exercised` makes 3 a 0; one that is exercised is a note, or with `--strict-accept` an error."""
    server = serve(answer)
    file = target_file(tmp_path, server.url, LISTED)
    words = ("--target", file, "--requirement", "AUTH-1", "--requirement", "SEC-3")
    assert verify(*words).returncode == 3
    accepting = ("--accept-not-exercised", "SEC-3,BATCH-*")
    assert verify(*words, *accepting).returncode == 0
    late = target_file(
        tmp_path, server.url, LISTED + "accept_not_exercised: [{id: SEC-3, reason: x, until: 2020-01-01}]\n"
    )
    done = verify("--target", late, *words[2:])
    assert (done.returncode, "SEC-3 was accepted as not exercised only until 2020-01-01" in done.stdout) == (3, True)
    needless = (*words, "--accept-not-exercised", "AUTH-1,SEC-3")
    done = verify(*needless)
    assert (done.returncode, "AUTH-1 is accepted as not exercised, but was exercised" in done.stdout) == (0, True)
    assert verify(*needless, "--strict-accept").returncode == 1


def test_the_first_failure_can_end_a_run(serve: Start, tmp_path: Path) -> None:
    """`--fail-fast`: what follows says why it was not run."""
    file, folder = target_file(tmp_path, serve(_wrong_order).url, LISTED), tmp_path / "report"
    done = verify("--target", file, "--fail-fast", "--report", str(folder))
    assert done.returncode == 1
    summaries = {one["requirement"]: one["summary"] for one in report(folder)["verdicts"]}
    first = [one["requirement"] for one in report(folder)["verdicts"] if one["verdict"] == "FAIL"]
    assert f"not run: --fail-fast after {first[0]}" in summaries["RESULTS-1"]
    assert report(folder)["requests"] < 300


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("--baseline", "bad.yaml"), "bad.yaml:2: 0.check: expected a part such as BATCH-9/own-listing"),
        (("--report", "bad.yaml/folder"), "bad.yaml/folder: cannot be created"),
        (("--level", "huge"), "is not one of 'smoke', 'standard', 'full'"),
    ],
)
def test_what_cannot_be_used_exits_2(serve: Start, tmp_path: Path, words: tuple[str, ...], line: str) -> None:
    """With a line that says what was expected, before anything is asked."""
    server = serve(answer)
    (tmp_path / "bad.yaml").write_text("\n- {check: BATCH-9, reason: x}\n", "utf-8")
    done = verify("--target", target_file(tmp_path, server.url, LISTED), *words, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert line in done.stderr
    assert server.requests == []
