"""Print what CHANGELOG.md says about a version: `changelog.py [--unreleased] [--tag vX.Y.Z]`.

The version is that of the source. Without `--unreleased` it needs a section of its own, with its day, and nothing may
be left under `Unreleased`. Exit status 1: the section is missing or empty, or the tag names another version.
"""

import argparse
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEADING = re.compile(r"^## \[(?P<name>[^\]]+)\](?: - (?P<day>\d{4}-\d{2}-\d{2}))?$", re.MULTILINE)


def version(root: Path) -> str:
    """Return the version of the source."""
    text = (root / "spec/pacsimile_spec/version.py").read_text(encoding="utf-8")
    return str(re.findall(r'__version__ = "([^"]+)"', text)[0])


def sections(text: str) -> dict[str, tuple[str | None, str]]:
    """Return the day and the text of each section by its name."""
    headings = list(HEADING.finditer(text))
    ends = [heading.start() for heading in headings[1:]] + [len(text)]
    return {
        heading["name"]: (heading["day"], text[heading.end() : end].strip())
        for heading, end in zip(headings, ends, strict=True)
    }


def notes(root: Path, *, unreleased: bool, tag: str | None) -> str:
    """Return the notes of the version of the source.

    Raises:
        SystemExit: The changelog is not ready for a release, or the tag names another version.
    """
    name = version(root)
    if tag is not None and tag != f"v{name}":
        raise SystemExit(f"release: the tag is {tag}, and the version of the source is {name}: they must agree")
    written = sections((root / "CHANGELOG.md").read_text(encoding="utf-8"))
    day, text = written.get("Unreleased" if unreleased else name, (None, ""))
    if not text:
        raise SystemExit(f"release: CHANGELOG.md has nothing about {name}: name its section `## [{name}] - YYYY-MM-DD`")
    if not unreleased and day is None:
        raise SystemExit(f"release: the section of {name} in CHANGELOG.md has no day: `## [{name}] - YYYY-MM-DD`")
    if not unreleased and written.get("Unreleased", (None, ""))[1]:
        raise SystemExit(f"release: CHANGELOG.md has entries under Unreleased: move them under {name}")
    return text


def main() -> None:
    """Print the notes."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--unreleased", action="store_true", help="take the section Unreleased, for a rehearsal")
    parser.add_argument("--tag", help="the tag of the release")
    parser.add_argument("--root", type=Path, default=ROOT, help="the checkout")
    options = parser.parse_args()
    sys.stdout.write(notes(options.root, unreleased=options.unreleased, tag=options.tag) + "\n")


if __name__ == "__main__":
    main()
