"""Run the shell steps of docs/ci.md as they are on the page, against a mock that plays the service.

    run.py FOLDER WHEEL [RECIPE...]      an empty folder, and pacsimile's wheel; `pacsimile` and `pip` are found on PATH

Only what cannot work here is changed: the service's port, `wait: 65m`, which becomes two seconds, the nightly's level,
and the route to the name of a container, which leads through a proxy on this machine.
"""

import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterable
from pathlib import Path

import recipes
import service

ROOT = Path(__file__).resolve().parents[2]
WHEEL = Path(sys.argv[2])
SHOWN = recipes.files(ROOT / "docs/ci.md")
CONTROL = "a-token-of-this-job"
SECRETS = {
    "SERVICE_ID": "demo-hospital", "SERVICE_SECRET": "demo-hospital-secret", "STATES_TOKEN": CONTROL,
    "STAGING_ID": "demo-hospital", "STAGING_SECRET": "demo-hospital-secret", "PACSIMILE_SALT": "salt-of-these-nights",
}  # fmt: skip
SERVE = ["pacsimile", "serve", "--control-token", CONTROL]
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("PACSIMILE_")}


def lay(folder: Path, url: str) -> dict[str, str]:
    """Write the page's files into a new repository, with the service's address. Return the environment of its job."""
    folder.mkdir(exist_ok=True)
    for path, text in SHOWN.items():
        written = folder / path
        written.parent.mkdir(parents=True, exist_ok=True)
        written.write_text(
            text.replace("http://127.0.0.1:8080", url).replace("wait: 65m", "wait: 2s").replace("--level full ", "")
        )
    (folder / "tools").mkdir(exist_ok=True)
    shutil.copy(WHEEL, folder / "tools")
    start = folder / "start.sh"
    start.write_text(f"#!/bin/sh\nexec curl -sf -o /dev/null {url}/_mock/health\n")
    start.chmod(0o755)
    return {
        **ENVIRONMENT,
        "GITHUB_STEP_SUMMARY": str(folder / "summary"),
        "PACSIMILE_RUNTIME_DIR": str(folder / "runtime"),
    }


def run(steps: Iterable[recipes.Step], folder: Path, environment: dict[str, str]) -> int:
    """Run steps in order. Return the exit status of the first that failed, else 0. Then only `always` steps run."""
    failed = 0
    for step in steps:
        if failed and not step.always:
            continue
        done = subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", step.command],
            cwd=folder,
            env={**environment, **step.environment},
            capture_output=True,
            text=True,
            check=False,
        )
        print(f"    {step.name.strip().splitlines()[0][:90]}: {done.returncode}")
        if done.returncode and not failed:
            failed = done.returncode
            (folder / "failed.log").write_text(f"{done.stdout}\n{done.stderr}")
    return failed


def expect(folder: Path, what: str, got: object, wanted: object) -> None:
    """Check a value. If it is wrong, end the process with the output of the failed step."""
    if got != wanted:
        log = folder / "failed.log"
        sys.exit(f"{what}: expected {wanted}, got {got}\n{log.read_text()[-4000:] if log.exists() else ''}")


def github(folder: Path) -> None:
    """A correct service passes. One whose status calls end in 500 does not, and the summary says so."""
    with service.served(SERVE, folder, ENVIRONMENT) as url:
        environment = lay(folder, url)
        steps, uses = recipes.of_github(SHOWN[".github/workflows/contract.yml"], SECRETS)
        print(f"    left out: {', '.join(uses)}")
        expect(folder, "GitHub Actions", run(steps, folder, environment), 0)
        service.let_fail(url, CONTROL)
        expect(folder, "GitHub Actions, a faulty service", run(steps, folder, environment), 1)
        expect(folder, "its summary", "exit status 1" in (folder / "summary").read_text(), True)


def gitlab(folder: Path) -> None:
    """A correct service passes. Without states, the exit status is 3, and the pipeline continues."""
    with service.served(SERVE, folder, ENVIRONMENT) as url:
        environment = {**lay(folder, url), **SECRETS}
        job, step = recipes.of_gitlab(SHOWN[".gitlab-ci.yml"])
        expect(folder, "GitLab CI", run([step], folder, environment), 0)
        for path in (*job["artifacts"]["paths"], job["artifacts"]["reports"]["junit"]):
            expect(folder, f"the artifact {path}", (folder / path).is_file(), True)
        target = folder / "contract/target.yaml"
        target.write_text(re.sub("^states:.*\n", "", target.read_text(), flags=re.MULTILINE))
        status = run([step], folder, environment)
        expect(folder, "GitLab CI without states", [status], job["allow_failure"]["exit_codes"])


def jenkins(folder: Path) -> None:
    """A correct service passes, and the file for `junit` exists."""
    with service.served(SERVE, folder, ENVIRONMENT) as url:
        environment = {**lay(folder, url), "STATES_TOKEN": CONTROL}
        environment |= {"SERVICE_USR": SECRETS["SERVICE_ID"], "SERVICE_PSW": SECRETS["SERVICE_SECRET"]}
        print("    left out: junit, archiveArtifacts, unstable, error, credentials")
        expect(folder, "Jenkins", run(recipes.of_jenkins(SHOWN["Jenkinsfile"]), folder, environment), 0)
        suites = ElementTree.parse(folder / "report/junit.xml").getroot()
        expect(folder, "Jenkins, testcases", len(list(suites.iter("testcase"))) > 100, True)


def nightly(folder: Path) -> None:
    """Two nights pass, and the second says what changed since the first."""
    with service.served(SERVE, folder, ENVIRONMENT) as url:
        environment = lay(folder, url)
        steps, uses = recipes.of_github(SHOWN[".github/workflows/nightly.yml"], SECRETS)
        print(f"    left out: {', '.join(uses)}")
        for night in ("first", "second"):
            expect(folder, f"the {night} night", run(steps, folder, environment), 0)
        told = (folder / "summary").read_text()
        (folder / "failed.log").write_text(told)
        expect(folder, "the second night's comparison", "no verdict changed" in told, True)


def container(folder: Path) -> None:
    """The service's name is not loopback's. Without permission, neither secrets nor the control API are sent there."""
    job, step = recipes.of_gitlab(SHOWN["contract/gitlab-container.yml"])
    given = ENVIRONMENT | job["variables"]
    image = ["pacsimile", "serve"]  # what its Dockerfile runs
    with service.served(image, folder, given) as url, service.proxy(int(url.rpartition(":")[2])) as through:
        environment = {**lay(folder, url), "http_proxy": through, "no_proxy": ""}
        target = folder / "contract/container.yaml"
        shown = target.read_text() + f"proxy: {through}\n"
        target.write_text(shown)
        expect(folder, "a container", run([step], folder, environment), 0)
        target.write_text(re.sub("^plain_http:.*\n", "", shown, flags=re.MULTILINE))
        expect(folder, "a container, without plain_http", run([step], folder, environment), 2)
    del given["PACSIMILE_ALLOW_HOST"]
    with service.served(image, folder, given) as url, service.proxy(int(url.rpartition(":")[2])) as through:
        environment = {**lay(folder, url), "http_proxy": through, "no_proxy": ""}
        worlds = [recipes.Step(line, line) for line in step.command.splitlines() if "_mock/worlds" in line]
        environment["PACSIMILE_CONTROL_TOKEN"] = CONTROL
        expect(folder, "a container, without PACSIMILE_ALLOW_HOST", bool(run(worlds, folder, environment)), True)


def pre_commit(folder: Path) -> None:
    """The hook accepts synthetic files, and stops at any other."""
    environment = {**lay(folder, "http://127.0.0.1:8080"), "PRE_COMMIT_HOME": str(folder / "pre-commit")}
    program = Path(sys.executable).with_name("pre-commit")
    asked = [
        recipes.Step(
            f"git init -q . && '{program}' validate-config && pacsimile export --count 2 tests/data", "synthetic files"
        )
    ]
    hook = recipes.Step(
        f"git add tests .pre-commit-config.yaml && '{program}' run --all-files", "pre-commit run --all-files"
    )
    expect(folder, "the hook, synthetic files", run([*asked, hook], folder, environment), 0)
    (folder / "tests/data/note.txt").write_text("Jane Miller, born 1954-07-08, MRN 12345\n")
    expect(folder, "the hook, another file", run([hook], folder, environment), 1)


RECIPES: tuple[Callable[[Path], None], ...] = (github, gitlab, jenkins, nightly, container, pre_commit)


def main(folder: Path, *names: str) -> None:
    """Run the recipes with these names, or all."""
    chosen = [recipe for recipe in RECIPES if not names or recipe.__name__ in names]
    for recipe in chosen:
        print(f"{recipe.__name__}", flush=True)
        own = folder / recipe.__name__
        own.mkdir()
        recipe(own)
    print(f"{len(chosen)} passed, 0 failed")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[3:])
