"""Apply or renew a worked example of a change: the diffs in `docs/examples_of_change/`.

    python scripts/examples_of_change.py apply NAME FOLDER    copy the tree to FOLDER, apply the example there
    python scripts/examples_of_change.py renew NAME FOLDER    write the example anew, from what FOLDER has become

FOLDER must not exist for `apply`, which makes it a git repository with one commit: the tree without the example. If a
part no longer fits, the rest is applied, that part is written beside its file as `.rej`, and the exit status is 1.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "docs" / "examples_of_change"
ORDER = (
    "requirements.yaml",
    "openapi.yaml",
    "spec/*",
    "advice/*",
    "fixtures/*",
    "mock/*",
    "contract_tests/*",
    "cli/*",
    "docs/*",
)
"""The contract first, then the layers from the bottom up."""
GENERATED = ("docs/reference.md", "mock/tests/golden.json")
"""Files that a script writes from the rest. An example leaves them out."""


def main(arguments: list[str]) -> int:
    """Do what the arguments ask for. Print one line and return 2 if that is not possible."""
    names = sorted(path.stem for path in EXAMPLES.glob("*.diff"))
    if len(arguments) != 3 or arguments[0] not in ("apply", "renew"):
        print(f"usage: examples_of_change.py apply|renew {'|'.join(names)} FOLDER", file=sys.stderr)
        return 2
    command, name, folder = arguments[0], arguments[1], Path(arguments[2]).absolute()
    if folder.exists() != (command == "renew"):
        print(f"{folder}: {'is there already' if command == 'apply' else 'apply the example there first'}")
        return 2
    return apply(name, folder) if command == "apply" else renew(name, folder)


def apply(name: str, folder: Path) -> int:
    """Copy the tree, and apply an example to the copy. Return 1 if a part does not fit."""
    listed = _git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard").stdout
    for path in filter(None, listed.split("\0")):
        if (ROOT / path).is_file():  # a removed file is still listed until the removal is committed
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / path, folder / path)
    _git(folder, "init", "--quiet")
    _git(folder, "-c", "core.bigFileThreshold=1", "add", "--all")  # into one pack, not into a file for each file
    author = ("-c", "user.name=example", "-c", "user.email=example@localhost", "-c", "commit.gpgsign=false")
    _git(folder, *author, "commit", "--quiet", "--no-verify", "--message", "The tree without the example")
    example = EXAMPLES / f"{name}.diff"
    if not example.exists():
        return 0  # a new example begins with the tree as it is
    applied = _git(folder, "apply", "--reject", str(example), check=False)
    if applied.returncode:
        print(applied.stderr, file=sys.stderr)
        print(how_to_renew(name), file=sys.stderr)
    return min(applied.returncode, 1)


def renew(name: str, folder: Path) -> int:
    """Write an example: the difference between the folder's one commit and its present content."""
    _git(folder, "add", "--all")
    order = folder / ".git" / "order"
    order.write_text("\n".join(ORDER), encoding="utf-8")
    shown = ("diff", "--cached", "--no-color", "--no-ext-diff", "--unified=2", f"-O{order}", "HEAD", "--", ".")
    changed = _git(folder, *shown, *(f":!{path}" for path in GENERATED)).stdout
    kept = (line for line in changed.splitlines(keepends=True) if not line.startswith("index "))  # noise
    (EXAMPLES / f"{name}.diff").write_text("".join(kept), encoding="utf-8")
    return 0


def how_to_renew(name: str) -> str:
    """Say how to renew an example that no longer fits the tree."""
    return (
        f"docs/examples_of_change/{name}.diff no longer fits the tree. To renew it:\n"
        f"  python scripts/examples_of_change.py apply {name} ../example   # leaves what did not fit in *.rej\n"
        "  put into ../example by hand what the .rej files say, and remove them\n"
        f"  python scripts/examples_of_change.py renew {name} ../example"
    )


def _git(folder: Path, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", "-C", str(folder), *words], capture_output=True, text=True, check=check)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
