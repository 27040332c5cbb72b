"""Run `pacsimile check-client` on each of examples/good_clients/: under every condition it must be clean.

python scripts/check_good_clients.py             # all stacks; 10,000 reports wait for the first one alone
python scripts/check_good_clients.py node java   # some

Exit status 1 where one is not clean. Stacks whose program is not on the machine are left out.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
GOOD = "examples/good_clients"
STACKS = {
    "requests": [sys.executable, f"{GOOD}/results_requests.py"],
    "httpx": [sys.executable, f"{GOOD}/results_httpx.py"],
    "node": ["node", f"{GOOD}/results.mjs"],
    "java": ["java", "-cp", "build/good_clients", "Results"],
}
COMPILE = ["javac", "-d", "build/good_clients", "-sourcepath", "examples/java_client", f"{GOOD}/Results.java"]
SHORT_PAUSES = {"FIRST_PAUSE": "0.2"}


def check(stack: str, *options: str) -> list[str]:
    """Check a client; return what is not clean."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "pacsimile", "check-client", "--json", *options, "--", *STACKS[stack], folder],
            cwd=ROOT, env={**os.environ, **SHORT_PAUSES}, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
    if not done.stdout:
        return [done.stderr]
    told = json.loads(done.stdout)
    conditions = told["conditions"]
    unclean = [one for one in conditions if one["verdict"] != "clean"]
    print(f"{stack}: {len(conditions)} conditions in {told['seconds']:.0f} s, {len(unclean)} not clean", flush=True)
    return [f"{stack}, {one['name']}: {one['reason']} {[advice['id'] for advice in one['advice']]}" for one in unclean]


def main() -> int:
    """Check the clients that were named, or all."""
    wanted = sys.argv[1:] or [stack for stack, command in STACKS.items() if shutil.which(command[0])]
    if "java" in wanted:
        subprocess.run(COMPILE, cwd=ROOT, check=True)
    without = ("--condition", "[!b]*")
    unclean = [line for place, stack in enumerate(wanted) for line in check(stack, *(without if place else ()))]
    print("\n".join(unclean), end="\n" if unclean else "")
    return 1 if unclean else 0


if __name__ == "__main__":
    sys.exit(main())
