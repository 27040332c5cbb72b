"""Build the documentation as a static site that works from a file: `make site`, then open build/site/index.html.

    build.py [--output FOLDER]

The pages are written to be read in the repository, so a link may leave docs/. A page that it leads to becomes a page of
the site under repository/; any other file is copied there. The navigation follows the tables of docs/README.md, and a
page that no table names fails the build. Each version has a folder, and index.html lists the folders that are there.
"""

import argparse
import posixpath
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path
from typing import Any

import yaml

from pacsimile_spec.version import __version__

ROOT = Path(__file__).resolve().parents[2]
OUTSIDE = "repository"
"""Folder of the site for what stands outside docs/."""
FIRST = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")
"""Pages of the repository's root that the navigation has."""
SHIM = Path(__file__).with_name("worker_from_file.js")
NOT_PAGES = ("docs/tests", "docs/examples_of_change")
LINK = re.compile(r"(?P<mark>!?)\[(?P<text>(?:[^\[\]]|\[[^\]]*\])*)\]\((?P<target>[^)\s#]+)(?P<anchor>#[^)\s]*)?\)")
TABLE = re.compile(r"^\| (?P<title>[^|]+?) \| \|\n\|---\|---\|\n(?P<rows>(?:\|.*\n)+)", re.MULTILINE)
FENCE = re.compile(r"^(?P<fence>```+)(?P<language>[\w+-]+) (?P<words>[^\n`]+)$", re.MULTILINE)
BLOCK = re.compile(r"^(```+).*?^\1$", re.MULTILINE | re.DOTALL)


class SiteError(Exception):
    """What in the pages has to be mended before a site can be made of them."""


def site_path(path: str) -> str:
    """Place of a repository's file in the site's sources: `docs/a.md` is `a.md`, all else is under repository/."""
    if path == "docs/README.md":
        return "index.md"
    if path.startswith("docs/"):
        return path.removeprefix("docs/")
    return f"{OUTSIDE}/{path}"


def is_external(target: str) -> bool:
    """Whether a link leaves the repository."""
    return "://" in target or target.startswith("mailto:")


def linked_file(page: str, target: str) -> str:
    """The repository's file or folder that `target`, written in `page`, opens. A folder opens its README.

    Raises:
        SiteError: Nothing is there, or the site must not have it: it is outside of the repository, or hidden.
    """
    path = posixpath.normpath(posixpath.join(posixpath.dirname(page), target))
    if not (ROOT / path).exists():
        raise SiteError(f"{page} links to {target}, which is not there")
    if not (ROOT / path).resolve().is_relative_to(ROOT) or any(part.startswith(".") for part in Path(path).parts):
        raise SiteError(f"{page} links to {target}, which is not of the repository, or hidden: a site must not copy it")
    return f"{path}/README.md" if (ROOT / path / "README.md").is_file() else path


def prose(text: str) -> str:
    """A page without its code blocks, in which brackets are no links."""
    return BLOCK.sub("", text)


def linked_files(page: str) -> Iterator[str]:
    """The files of the repository that a page links to."""
    for link in LINK.finditer(prose((ROOT / page).read_text(encoding="utf-8"))):
        if not is_external(link["target"]):
            path = linked_file(page, link["target"])
            if (ROOT / path).is_file():
                yield path


def documentation() -> list[str]:
    """Every page of docs/."""
    pages = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md"))
    return [page for page in pages if not page.startswith(NOT_PAGES)]


def all_files() -> set[str]:
    """Every file that the site has: the pages of docs/, those of the root, and all that these link to, in turn."""
    reached = {*documentation(), *FIRST}
    waiting = list(reached)
    while waiting:
        page = waiting.pop()
        if page.endswith(".md"):
            new = set(linked_files(page)) - reached
            reached |= new
            waiting += new
    return reached


def page_text(page: str) -> str:
    """A page's Markdown as the site has it: links lead to the site's files, and a block that is a file is titled so."""
    here = posixpath.dirname(site_path(page))

    def moved(link: re.Match[str]) -> str:
        if is_external(link["target"]):
            return link[0]
        path = linked_file(page, link["target"])
        if not (ROOT / path).is_file():
            return link["text"]  # a folder without a page of its own
        target = posixpath.relpath(site_path(path), here or ".")
        return f"{link['mark']}[{link['text']}]({target}{link['anchor'] or ''})"

    def titled(fence: re.Match[str]) -> str:
        # The words after a language name a file, or tell the tests how to run the block, which is nothing to show.
        name = fence["words"].strip()
        title = f' title="{name}"' if re.fullmatch(r"[\w./-]+", name) and re.search(r"\.|^[A-Z]", name) else ""
        return f"{fence['fence']}{fence['language']}{title}"

    text = (ROOT / page).read_text(encoding="utf-8")
    parts: list[str] = []
    end = 0
    for block in BLOCK.finditer(text):
        parts += [LINK.sub(moved, text[end : block.start()]), FENCE.sub(titled, block[0])]
        end = block.end()
    return "".join([*parts, LINK.sub(moved, text[end:])])


def navigation(pages: Iterable[str]) -> list[dict[str, Any]]:
    """The site's navigation: a section for each table of docs/README.md, and the repository's own pages.

    Raises:
        SiteError: Pages of docs/ that no table names.
    """
    sections: list[dict[str, Any]] = [{"Start": [{"Welcome": "index.md"}, {"A first session": site_path("README.md")}]}]
    named = {"docs/README.md", "docs/reference.md", "docs/threat-model.md"}
    for table in TABLE.finditer((ROOT / "docs/README.md").read_text(encoding="utf-8")):
        entries = []
        for row in table["rows"].splitlines():
            for label, target in re.findall(r"\[([^\]]+)\]\(([^)#]+\.md)\)", row.split(" | ", 1)[0]):
                named.add(f"docs/{target}")
                entries.append({label: target})
        sections.append({table["title"][0].upper() + table["title"][1:]: entries})
    if forgotten := sorted(set(pages) - named):
        raise SiteError(f"no table of docs/README.md links to {', '.join(forgotten)}")
    own = [{"Reference": "reference.md"}, {"Threat model": "threat-model.md"}]
    own += [{path.removesuffix(".md").capitalize(): site_path(path)} for path in FIRST[1:]]
    return [*sections, {"The project": own}]


def write_sources(folder: Path) -> None:
    """Write what the generator reads into `folder`: the pages and files under pages/, and mkdocs.yml beside it."""
    pages = folder / "pages"
    for path in sorted(all_files()):
        place = pages / site_path(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        if path.endswith(".md"):
            place.write_text(page_text(path), encoding="utf-8")
        else:
            shutil.copyfile(ROOT / path, place)
    for own in ("site.css", "site.js"):
        shutil.copyfile(Path(__file__).with_name(own), pages / own)
    looks = yaml.safe_load(Path(__file__).with_name("site.yml").read_text(encoding="utf-8"))
    made = {
        "docs_dir": "pages",
        "site_dir": "site",
        "copyright": f"pacsimile {__version__}. All data is synthetic. Do not use it for anything clinical.",
        "nav": navigation(documentation()),
    }
    (folder / "mkdocs.yml").write_text(yaml.safe_dump({**looks, **made}, sort_keys=False), encoding="utf-8")


def without_network(folder: Path) -> None:
    """Replace the one script that the generator's pages would load from elsewhere by a file of the site's own.

    Raises:
        SiteError: A page would load something from elsewhere all the same.
    """
    shutil.copyfile(SHIM, folder / "assets" / SHIM.name)
    for page in folder.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        own = posixpath.relpath(f"assets/{SHIM.name}", page.parent.relative_to(folder).as_posix())
        text = re.sub(r'src="https://[^"]*/iframe-worker/shim"', f'src="{own}"', text)
        if elsewhere := re.search(r'<(?:script|link|img)\b[^>]*(?:src|href)="(?:https?:)?//[^"]*"', text):
            raise SiteError(f"{page.name} would load from elsewhere: {elsewhere[0]}")
        page.write_text(text, encoding="utf-8")


def write_versions(output: Path) -> None:
    """Write the page that lists the versions in `output`, the newest first. Where there is only one, it leads there."""

    def newest(name: str) -> list[tuple[int, str]]:
        return [(int(part), "") if part.isdigit() else (-1, part) for part in re.findall(r"\d+|[a-z]+", name)]

    folders = [path.parent.name for path in output.glob("*/index.html")]
    items = "".join(
        f'<li><a href="{escape(name)}/index.html">pacsimile {escape(name)}</a></li>\n'
        for name in sorted(folders, key=newest, reverse=True)
    )
    only = (
        f'<meta http-equiv="refresh" content="0; url={escape(folders[0])}/index.html">\n' if len(folders) == 1 else ""
    )
    (output / "index.html").write_text(
        f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n{only}<title>pacsimile: documentation</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<style>:root { color-scheme: light dark; font: 1rem/1.6 system-ui, sans-serif } "
        "body { max-width: 40rem; margin: 3rem auto; padding: 0 1rem }</style>\n"
        f"<h1>pacsimile: documentation</h1>\n<ul>\n{items}</ul>\n</html>\n",
        encoding="utf-8",
    )


def build(output: Path) -> Path:
    """Build this version's site below `output`, in the place of what was there.

    Returns:
        Its first page.

    Raises:
        SiteError: The pages cannot become a site, or the generator found a fault in them.
    """
    sources = ROOT / "build" / "site-sources"
    shutil.rmtree(sources, ignore_errors=True)
    write_sources(sources)
    done = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict", "--config-file", str(sources / "mkdocs.yml")],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SiteError(f"the generator refused the pages:\n{done.stdout}{done.stderr}")
    without_network(sources / "site")
    place = output / __version__
    shutil.rmtree(place, ignore_errors=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(sources / "site", place)
    write_versions(output)
    return place / "index.html"


def main() -> int:
    """Build the site and say where it is.

    Returns:
        0, or 1 with what has to be mended on standard error.
    """
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=ROOT / "build" / "site", help="default: build/site")
    try:
        print(build(parser.parse_args().output))
    except SiteError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
