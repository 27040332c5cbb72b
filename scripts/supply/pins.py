"""Write what is installed for users into constraints.txt, and what builds releases into scripts/release/tools.txt.

Run `pins.py` after an update of .venv.

The lines above the generated part stay, and so do lines with a marker: versions for one platform alone.
"""

from importlib.metadata import version

import installed
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

CONSTRAINTS = installed.ROOT / "constraints.txt"
TOOLS = installed.ROOT / "scripts/release/tools.txt"


def main() -> None:
    """Replace the versions, and keep comments, blank lines and what is not installed here."""
    distributions, _ = installed.closure(*installed.PUBLISHED)
    held = {name: distribution.version for name, distribution in distributions.items() if name != "pacsimile"}
    lines = CONSTRAINTS.read_text(encoding="utf-8").splitlines()
    kept, pinned = [], set()
    for line in lines:
        text = line.partition("#")[0].strip()
        requirement = Requirement(text) if text else None
        name = canonicalize_name(requirement.name) if requirement else ""
        if requirement and requirement.marker is None and name in held:
            line = f"{requirement.name}=={held[name]}"
            pinned.add(name)
        elif requirement:
            pinned.add(name)
        kept.append(line)
    kept += [f"{name}=={version}" for name, version in held.items() if name not in pinned]
    CONSTRAINTS.write_text("\n".join(kept) + "\n", encoding="utf-8")
    tools = [
        line if line.startswith("#") else f"{line.partition('==')[0]}=={version(line.partition('==')[0])}"
        for line in TOOLS.read_text(encoding="utf-8").splitlines()
    ]
    TOOLS.write_text("\n".join(tools) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
