"""What the repository's pages promise: links that lead somewhere, commands and options that exist."""

import re
import runpy
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from pacsimile.main import main

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("docs", "examples", "spec", "fixtures", "mock", "contract_tests", "cli", "starters")
FOUND = (*ROOT.glob("*.md"), *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.md")))
PAGES = sorted(path.relative_to(ROOT).as_posix() for path in FOUND if "node_modules" not in path.parts)
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    """A link to a file of the repository names one that is there."""
    text = (ROOT / page).read_text(encoding="utf-8")
    targets = [target.split("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in target]
    missing = [target for target in targets if target and not (ROOT / page).parent.joinpath(target).exists()]
    assert not missing


@pytest.mark.parametrize("page", PAGES)
def test_make_targets_exist(page: str) -> None:
    """A `make` command that a page shows is a target of the Makefile."""
    named = re.findall(r"(?:^|`)make (\w+)", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE)
    assert not [target for target in named if not re.search(rf"^{target}:", MAKEFILE, re.MULTILINE)]


@pytest.mark.parametrize("page", PAGES)
def test_anchors_exist(page: str) -> None:
    """A link to a section of a page names a heading, by the anchor that GitHub and the site give it."""
    for target in re.findall(r"\]\(([^)\s]*#[^)\s]+)\)", (ROOT / page).read_text(encoding="utf-8")):
        path, _, anchor = target.partition("#")
        place = (ROOT / page).parent / path if path else ROOT / page
        if "://" not in target and place.suffix == ".md":
            assert anchor in anchors(place), target


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    headings = (
        re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading) for heading in re.findall(r"^#+ (.+)", text, re.MULTILINE)
    )
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES)
def test_options_exist(page: str) -> None:
    """A `pacsimile` command that a page shows exists with its options, in blocks that no test runs too."""
    text = (ROOT / page).read_text(encoding="utf-8")
    blocks = re.findall(r"^ *```(?:sh|bash|powershell)\b[^\n]*\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)
    for line in "\n".join(blocks).replace("\\\n", " ").splitlines():
        for name, arguments in re.findall(r"(?:^\s*|[;&|(]\s*|/bin/)pacsimile ([a-z-]+)([^|;&>#)]*)", line):
            command = main.get_command(click.Context(main), name)
            assert command is not None, line
            inner = [command, *(command.commands.values() if isinstance(command, click.Group) else ())]
            known = {
                option for each in inner for param in each.params for option in (*param.opts, *param.secondary_opts)
            }
            given = re.findall(r"(?<!\S)--[a-z][a-z0-9-]*", arguments.partition(" -- ")[0])
            assert set(given) <= known | {"--help"}, line


@pytest.mark.parametrize("page", PAGES)
def test_nothing_is_installed_by_a_name_that_others_could_take(page: str) -> None:
    """As long as no index has pacsimile, a page installs a checkout, a wheel or the bundle, never the name alone."""
    text = (ROOT / page).read_text(encoding="utf-8")
    assert not re.findall(r"pip3? install (?:-\S+ )*['\"]?pacsimile\b.*", text)


def too_old(folder: Path) -> None:
    """Fill `folder` with the tools that make calls and, under every name of Python, one that is too old."""
    for name in ("sh", "cat", "touch"):
        found = shutil.which(name)
        assert found is not None
        (folder / name).symlink_to(found)
    for name in ("python3.13", "python3.12", "python3.11", "python3", "python"):
        program = folder / name
        program.write_text("#!/bin/sh\nexit 1\n")
        program.chmod(0o755)


def test_make_says_what_to_do_without_a_python(tmp_path: Path) -> None:
    """Where no Python is new enough, make names those it tried and how to get one, and leaves no half-made folder."""
    make = shutil.which("make")
    assert make is not None, "the README's commands need make"
    checkout, tools = tmp_path / "checkout", tmp_path / "tools"
    checkout.mkdir()
    tools.mkdir()
    too_old(tools)
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, checkout)
    done = subprocess.run(
        [make, "serve"], cwd=checkout, env={"PATH": str(tools)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "no Python 3.11 or newer" in done.stderr
    assert "apt install python3" in done.stderr
    assert not (checkout / ".venv").exists()


def test_modules_that_the_architecture_names_exist() -> None:
    """A file or folder in backticks is found from the root, a source root, a package, or the folder named before it."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    named = dict.fromkeys(re.findall(r"`([\w/]+(?:\.(?:py|md|yaml|toml)|/))`", text))
    places = [ROOT, *(ROOT / folder for folder in FOLDERS), *(path.parent for path in ROOT.glob("*/*/__init__.py"))]
    places += [place / folder for place in places for folder in named if folder.endswith("/")]
    assert not [name for name in named if not any((place / name).exists() for place in places)]


def test_names_that_the_guide_to_scenarios_gives_exist() -> None:
    """In the guide to scenarios, `module.name` occurs in that module or package, and each other name in some source."""
    package = ROOT / "contract_tests/pacsimile_contract"
    page = (package / "scenarios/README.md").read_text(encoding="utf-8")
    quoted = re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", page, flags=re.DOTALL))
    sources = {
        path: set(re.findall(r"\w+", path.read_text(encoding="utf-8")))
        for root in ("contract_tests", "mock/pacsimile_mock", "spec/pacsimile_spec", "cli/tests")
        for path in (ROOT / root).rglob("*.py")
    }
    words = {word for known in sources.values() for word in known}
    dotted = [match for text in quoted if (match := re.match(r"(\w+)\.([A-Za-z]\w+)\b(?!/)", text))]
    assert not [
        match[0]
        for match in dotted
        if match[2] not in ("py", "yaml")
        and not any(match[2] in known for path, known in sources.items() if match[1] in (path.stem, path.parent.name))
    ]
    files = [text for text in quoted if re.fullmatch(r"[\w/]+(\.py|/)", text)]
    places = [ROOT, package, package / "generation"]
    assert not [name for name in files if not any((place / name).exists() for place in places)]
    assert not [text for text in quoted if re.fullmatch(r"\w+", text) and text not in words]


@pytest.mark.parametrize("target", ["/etc/passwd", "../../../../../../../../etc/passwd", "../.git", "../.gitignore"])
def test_the_site_copies_no_file_from_outside_of_the_repository(target: str) -> None:
    """Nor a hidden one: a link in a page would publish what lies on the machine that builds it."""
    site = runpy.run_path(str(ROOT / "scripts/site/build.py"))
    with pytest.raises(site["SiteError"], match="must not copy it"):
        site["linked_file"]("docs/README.md", target)
