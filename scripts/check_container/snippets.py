"""Write the snippets of docs/containers.md to files, and see that both can be parsed.

    snippets.py FOLDER

Testcontainers for Java cannot be had here, so javac may miss its classes, and nothing else.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs/containers.md"
FILES = {"python": "pacsimile_container.py", "java": "PacsimileContainer.java"}
MISSING = re.compile(r"package org\.testcontainers\S* does not exist|cannot find symbol")


def check(folder: Path) -> None:
    """End with a message at the first thing that is wrong."""
    text = PAGE.read_text(encoding="utf-8")
    for language, name in FILES.items():
        (snippet,) = re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
        (folder / name).write_text(snippet, encoding="utf-8")
    compile((folder / FILES["python"]).read_text(), FILES["python"], "exec")
    command = ["javac", "-d", str(folder / "classes"), str(folder / FILES["java"])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    errors = re.findall(r"^\S+\.java:\d+: error: (.*)$", done.stderr, re.MULTILINE)
    wrong = [error for error in errors if not MISSING.search(error)]
    if wrong or not errors:
        raise SystemExit(f"the Java snippet: {wrong or done.stderr}")
    print("snippets: Python and Java can be parsed")


if __name__ == "__main__":
    check(Path(sys.argv[1]))
