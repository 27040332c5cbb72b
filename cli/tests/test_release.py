"""A release is refused whose changelog is not ready; the workflow calls scripts that exist."""

from __future__ import annotations

import re
import runpy
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from importlib.metadata import distribution
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
READY = "## [Unreleased]\n\n## [1.2.0] - 2027-01-31\n\n### Added\n\n- A thing.\n\n## [1.1.0] - 2026-12-01\n\n- Old.\n"


def changelog(folder: Path, text: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the script for version 1.2.0 with this changelog."""
    (folder / "spec/pacsimile_spec").mkdir(parents=True, exist_ok=True)
    (folder / "spec/pacsimile_spec/version.py").write_text('__version__ = "1.2.0"\n')
    (folder / "CHANGELOG.md").write_text(f"# Changelog\n\n{text}")
    command = [sys.executable, "-I", ROOT / "scripts/release/changelog.py", "--root", folder, *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_notes_are_the_section_of_the_version(tmp_path: Path) -> None:
    """And those of a rehearsal what is not released yet."""
    done = changelog(tmp_path, READY, "--tag", "v1.2.0")
    assert (done.returncode, done.stdout) == (0, "### Added\n\n- A thing.\n")
    done = changelog(tmp_path, READY.replace("[Unreleased]\n", "[Unreleased]\n\n- New.\n"), "--unreleased")
    assert (done.returncode, done.stdout) == (0, "- New.\n")


@pytest.mark.parametrize(
    ("text", "tag", "words"),
    [
        (READY, "v1.3.0", "the tag is v1.3.0, and the version of the source is 1.2.0"),
        (READY.replace("1.2.0", "1.1.9"), "v1.2.0", "nothing about 1.2.0: name its section `## [1.2.0] - YYYY-MM-DD`"),
        (READY.replace(" - 2027-01-31", ""), "v1.2.0", "the section of 1.2.0 in CHANGELOG.md has no day"),
        (READY.replace("[Unreleased]\n", "[Unreleased]\n\n- New.\n"), "v1.2.0", "entries under Unreleased"),
    ],
)
def test_a_changelog_that_is_not_ready_is_refused(text: str, tag: str, words: str, tmp_path: Path) -> None:
    """With what to write."""
    done = changelog(tmp_path, text, "--tag", tag)
    assert (done.returncode, done.stdout) == (1, "")
    assert words in done.stderr


def test_a_version_is_written_everywhere(tmp_path: Path) -> None:
    """No page, chart or starter of a new version names the wheel or the image of an old one."""
    script = runpy.run_path(str(ROOT / "scripts/release/version.py"))
    assert script["differing"](ROOT) == []
    for path in script["PLACES"]:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, tmp_path / path)
    version = tmp_path / script["SOURCE"]
    version.write_text('__version__ = "11.0.0"\n')
    assert len(script["differing"](tmp_path)) == len(script["PLACES"]) - 1
    script["write"](tmp_path, "12.0.0rc1")
    assert script["differing"](tmp_path) == []
    assert (tmp_path / "docs/ci.md").read_text().count("pacsimile-12.0.0rc1-py3-none-any.whl") >= 4
    pages = [
        ROOT / "README.md",
        *(path for name in ("docs", "starters", "examples") for path in (ROOT / name).rglob("*.md")),
    ]
    naming = [
        page for page in pages if re.search(r"pacsimile(-starter)?[-:]\d+\.\d+\.\d+", page.read_text(encoding="utf-8"))
    ]
    assert {page.relative_to(ROOT).as_posix() for page in naming} <= set(script["PLACES"])


def test_the_changelog_can_be_rehearsed() -> None:
    """The one of this tree has something to release, or was just released."""
    command = [sys.executable, "-I", ROOT / "scripts/release/changelog.py"]
    ways = [subprocess.run([*command, *way], capture_output=True, check=False) for way in ([], ["--unreleased"])]
    assert 0 in [done.returncode for done in ways]


def test_scripts_of_the_workflow_exist_and_only_publishing_may_write() -> None:
    """A job that builds or tests what others wrote has no right that could publish it."""
    text = (ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8")
    named = set(re.findall(r"scripts/[\w/.]+", text))
    assert named == {"scripts/release_dry_run.sh", "scripts/build_image.sh"}
    assert not [name for name in named if not (ROOT / name).stat().st_mode & 0o100]
    assert "pacsimile:release" not in text, "the image in the archive has the name that the pages and Compose use"
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {"contents": "read"}
    assert [name for name, job in workflow["jobs"].items() if "permissions" in job] == ["publish"]
    assert workflow["jobs"]["publish"]["if"] == "github.event_name == 'push' && github.ref_type == 'tag'"


def test_what_is_run_beside_a_release_is_pinned() -> None:
    """A tool that a script installs has a version, an action a commit: what runs there could change what is signed."""
    text = (ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8")
    assert not [line for line in re.findall(r"uses: (.+)", text) if not re.match(r"[\w/-]+@[0-9a-f]{40} # v", line)]
    assert "make .venv/.installed-release" in text
    for script in ("release_dry_run.sh", "lint_workflows.sh", "check_container.sh"):
        lines = (ROOT / "scripts" / script).read_text(encoding="utf-8").replace("\\\n", "")
        for line in re.findall(r"pip install (.+)", lines):
            given = re.sub(r"--constraint \S+", "-c", line).split()
            words = [word for word in given if not word.startswith("-")]
            assert "-c" in given or all("==" in word for word in words), f"{script}: {line}"


def test_the_tools_of_a_release_are_pinned_with_all_that_they_require() -> None:
    """Else the newest version of something would run where a release is built."""
    constraints, tools = ((ROOT / name).read_text("utf-8") for name in ("constraints.txt", "scripts/release/tools.txt"))
    pins = {canonicalize_name(name) for name in re.findall(r"^([\w.-]+)==", constraints + tools, re.MULTILINE)}
    for name in re.findall(r"^([\w.-]+)==", tools, re.MULTILINE):
        needed = map(Requirement, distribution(name).requires or [])
        here = [each for each in needed if not each.marker or each.marker.evaluate({"extra": ""})]
        required = {canonicalize_name(each.name) for each in here}
        assert required <= pins, name


def test_what_a_release_has_is_attested() -> None:
    """Its files, its checksums and its SBOM."""
    workflow = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8"))
    steps = {step.get("name", ""): step for step in workflow["jobs"]["publish"]["steps"]}
    attested = steps["Sign where it was built, and from what"]["with"]["subject-path"].split()
    published = steps["Publish the release"]["run"].partition("--notes-file dist/notes.md")[2]
    uploaded = re.findall(r" (dist/\S+)", published)
    assert len(uploaded) == 5
    assert all(any(fnmatch(path, pattern) for pattern in attested) for path in uploaded)


def test_what_npm_installs_for_a_check_runs_no_script_of_its_own() -> None:
    """Nor is it another version tomorrow."""
    for script in (ROOT / "scripts").glob("*.sh"):
        for line in re.findall(r"npm install (.+)", script.read_text(encoding="utf-8")):
            assert "--ignore-scripts" in line, f"{script.name}: {line}"
            assert not re.search(r" [a-z][\w-]+$", line.partition(" --loglevel error")[2]), f"{script.name}: {line}"
