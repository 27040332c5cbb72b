"""Render the chart with values that users give, and check the objects by the schemas of Kubernetes.

Check too that wrong values are refused, and that the plain manifests are what the chart gives. Helm's engine is that of
helm-python-sdk; the schemas are those of kubernetes-validate.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import helm_python
import kubernetes_validate
import yaml

sys.path.insert(0, str(Path(__file__).parents[1]))
from render_manifests import CHART, FOLDER, main, render

VERSIONS = ("1.30", "1.37")
DATABASE: dict[str, Any] = {"database": {"enabled": True, "url": "postgresql://mock@db.example/mock"}}
VALID: dict[str, dict[str, Any]] = {
    "none": {},
    "a database": {**DATABASE, "replicas": 3, "workers": 2, "controlToken": "a-token"},
    "a network of one's own": {
        **DATABASE,
        "networkPolicy": {
            "from": [{"namespaceSelector": {"matchLabels": {"team": "imaging"}}}],
            "dns": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}}}],
            "database": [{"ipBlock": {"cidr": "10.0.0.5/32"}}],
        },
    },
    "a Secret of one's own": {
        "database": {"enabled": True},
        "existingSecret": "mine",
        "autoscaling": {"enabled": True},
    },
    "a registry, names, options": {
        "image": {"repository": "registry.example/pacsimile", "tag": "0.1.0"},
        "imagePullSecrets": [{"name": "registry"}],
        "publicUrl": "https://mock.example",
        "allowHosts": ["mock.example"],
        "options": {"PACSIMILE_SCENARIO": "groups", "PACSIMILE_SEED": 7, "PACSIMILE_LOG_CALLS": True},
        "nodeSelector": {"kubernetes.io/arch": "arm64"},
        "tolerations": [{"key": "tests", "operator": "Exists"}],
        "affinity": {"nodeAffinity": {}},
        "podAnnotations": {"team": "imaging"},
        "service": {"type": "NodePort", "port": 80},
        "networkPolicy": {"enabled": False},
        "podDisruptionBudget": {"enabled": False},
    },
}
INVALID: dict[str, dict[str, Any]] = {
    "a misspelt value": {"replica": 2},
    "a misspelt value of a group": {"autoscaling": {"enable": True}},
    "replicas without a database": {"replicas": 2},
    "workers without a database": {"workers": 2},
    "autoscaling without a database": {"autoscaling": {"enabled": True}},
    "a database without a URL": {"database": {"enabled": True}},
    "another database": {"database": {"enabled": True, "url": "mysql://db.example/mock"}},
    "an option that is no variable of ours": {"options": {"scenario": "groups"}},
    "a secret among the options": {"options": {"PACSIMILE_CONTROL_TOKEN": "a-token"}},
    "nobody who may call, which admits everybody": {"networkPolicy": {"from": []}},
    "a caller without a selector": {"networkPolicy": {"from": [{}]}},
}


def check() -> None:
    """End with a message at the first thing that is wrong."""
    for message in helm_python.lint(str(CHART))["messages"]:
        if message["error"] != "icon is recommended":
            raise SystemExit(f"helm lint: {message}")
    plain = {"the plain manifests": yaml.safe_load((FOLDER / "values.yaml").read_text(encoding="utf-8"))}
    count = sum(1 for name, values in (VALID | plain).items() for _ in objects(name, values))
    for name, values in INVALID.items():
        try:
            render(values)
        except helm_python.HelmError:
            continue
        raise SystemExit(f"the chart takes values with {name}: {values}")
    check_that_schemas_find_damage()
    main()
    print(
        f"chart: {count} objects are valid for Kubernetes {' and '.join(VERSIONS)}, {len(INVALID)} wrong values refused"
    )


def objects(name: str, values: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the objects of these values, each of which is valid."""
    for each in render(values):
        for version in VERSIONS:
            try:
                kubernetes_validate.validate(each, version, strict=True)
            except kubernetes_validate.ValidationError as error:
                raise SystemExit(f"with {name}, {each['kind']} is wrong in Kubernetes {version}: {error}") from None
        yield each


def check_that_schemas_find_damage() -> None:
    """Check that the schemas refuse a damaged template: else nothing above means anything."""
    with tempfile.TemporaryDirectory() as folder:
        chart = Path(shutil.copytree(CHART, Path(folder) / "pacsimile"))
        template = chart / "templates/deployment.yaml"
        template.write_text(template.read_text().replace("readOnlyRootFilesystem", "readOnlyRoot"))
        damaged = next(each for each in render({}, chart) if each["kind"] == "Deployment")
    try:
        kubernetes_validate.validate(damaged, VERSIONS[-1], strict=True)
    except kubernetes_validate.ValidationError:
        return
    raise SystemExit("the schemas of Kubernetes accept a misspelt member")


if __name__ == "__main__":
    sys.argv[1:] = ["--check"]
    check()
