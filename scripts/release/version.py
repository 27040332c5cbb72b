"""Write a version everywhere it stands: `version.py X.Y.Z`. Without one, name the files that have another.

Exit status 1: a file has another version, or none.
"""

import argparse
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NUMBER = r"(?P<number>\d+\.\d+\.\d+(?:(?:a|b|rc)\d+)?)"
SOURCE = "spec/pacsimile_spec/version.py"
PLACES = {
    SOURCE: r'__version__ = "%s"',
    "compose.yaml": "pacsimile:%s",
    "deploy/helm/pacsimile/Chart.yaml": r"\b(?:v|appV)ersion: %s",
    "deploy/kubernetes/pacsimile.yaml": "(?:version: |pacsimile:)%s",
    "docs/ci.md": "pacsimile[-:]%s",
    "docs/containers.md": "pacsimile:%s",
    "starters/README.md": "pacsimile-starter-%s",
    "starters/java/pom.xml": "(?s:<artifactId>pacsimile-starter</artifactId>.*?<version>)%s",
    "starters/node/package.json": '"version": "%s"',
}
"""What stands before and after the version in each file that has it."""


def versions(root: Path, path: str) -> set[str]:
    """Return the versions that a file has."""
    text = (root / path).read_text(encoding="utf-8")
    return {match["number"] for match in re.finditer(PLACES[path] % NUMBER, text)}


def differing(root: Path) -> list[str]:
    """Return a line for each file that has another version than the source, or none."""
    (version,) = versions(root, SOURCE)
    held = {path: versions(root, path) for path in PLACES}
    return [f"{path}: {', '.join(sorted(own)) or 'no version'}" for path, own in held.items() if own != {version}]


def write(root: Path, version: str) -> None:
    """Write a version into each file."""
    for path, pattern in PLACES.items():
        file = root / path
        text = file.read_text(encoding="utf-8")
        file.write_text(re.sub(pattern % NUMBER, lambda match: _replaced(match, version), text), encoding="utf-8")


def _replaced(match: re.Match[str], version: str) -> str:
    begin, end = (place - match.start() for place in match.span("number"))
    return match[0][:begin] + version + match[0][end:]


def main() -> int:
    """Write the version that is given, and compare the files."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("version", nargs="?", metavar="X.Y.Z", help="the new version")
    parser.add_argument("--root", type=Path, default=ROOT, help="the checkout")
    options = parser.parse_args()
    if options.version is not None:
        if not re.fullmatch(NUMBER, options.version):
            parser.error(f"{options.version} is no version such as 1.2.0 or 1.2.0rc1")
        write(options.root, options.version)
    lines = differing(options.root)
    for line in lines:
        print(f"release: {line}: run scripts/release/version.py X.Y.Z", file=sys.stderr)
    return 1 if lines else 0


if __name__ == "__main__":
    raise SystemExit(main())
