"""Write the plain manifests of deploy/kubernetes from the Helm chart, so that the two cannot differ.

    python scripts/render_manifests.py            writes deploy/kubernetes/pacsimile.yaml
    python scripts/render_manifests.py --check    ends with 1 if that file is not what the chart gives

It needs helm-python-sdk, which has Helm's own engine; scripts/check_container.sh installs it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
CHART = ROOT / "deploy/helm/pacsimile"
FOLDER = ROOT / "deploy/kubernetes"
MANIFESTS = FOLDER / "pacsimile.yaml"
NAME, NAMESPACE = "pacsimile", "pacsimile"
HEAD = """\
# Written by scripts/render_manifests.py from the chart and from values.yaml beside this file: change those.
"""
ORDER = (
    *("ServiceAccount", "Secret", "NetworkPolicy", "Service", "Deployment"),
    *("PodDisruptionBudget", "HorizontalPodAutoscaler"),
)


def render(values: dict[str, Any], chart: Path = CHART) -> list[dict[str, Any]]:
    """Return the objects that the chart gives for these values, in the order in which they are applied."""
    import helm_python

    with helm_python.Chart.load(str(chart)) as loaded:
        loaded.validate_schema(values)
        texts = loaded.render(values, name=NAME, namespace=NAMESPACE)
    found = [
        each for name, text in texts.items() if name.endswith(".yaml") for each in yaml.safe_load_all(text) if each
    ]
    return sorted(found, key=lambda each: ORDER.index(each["kind"]))


def manifests() -> str:
    """Return the text of the plain manifests."""
    values = yaml.safe_load((FOLDER / "values.yaml").read_text(encoding="utf-8"))
    objects = [yaml.safe_dump(each, sort_keys=False, width=120) for each in render(values)]
    return HEAD + "---\n" + "---\n".join(objects)


def main() -> None:
    """Write the file, or compare it."""
    text = manifests()
    if sys.argv[1:] != ["--check"]:
        MANIFESTS.write_text(text, encoding="utf-8")
    elif MANIFESTS.read_text(encoding="utf-8") != text:
        raise SystemExit(f"{MANIFESTS} is not what the chart gives: run scripts/render_manifests.py")


if __name__ == "__main__":
    main()
