"""The papers of a bundle: the licence texts of its wheels, and its SBOM."""

import hashlib
import re
import sys
import zipfile
from collections.abc import Iterable, Mapping
from importlib.metadata import PathDistribution
from pathlib import Path

import yaml
from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, XsUri
from cyclonedx.model.bom import Bom

sys.path.append(str(Path(__file__).resolve().parents[1] / "supply"))

import licences
import sbom
from wheels import Unavailable, Wheel

_TEXT = re.compile(r"\.dist-info/(licen[cs]es?/|[^/]*(licen[cs]e|copying|notice|authors)[^/]*$)", re.IGNORECASE)

SUMMARY = "SUMMARY.txt"
"""The file that names the licence; a wheel without a licence text has only this."""


def licence_texts(wheels: Iterable[Wheel]) -> dict[str, bytes]:
    """Return the licence texts in wheels, below a folder for each version.

    Raises:
        Unavailable: A licence is not on the list of `scripts/supply/licences.yaml` for what users install.
    """
    lists = yaml.safe_load(licences.LISTS.read_text(encoding="utf-8"))
    texts: dict[str, bytes] = {}
    for wheel in wheels:
        expression = licences.licence(_distribution(wheel), lists)
        if expression is None or not licences.is_allowed(expression, set(lists["published"])):
            raise Unavailable(f"{wheel.path.name}: the licence {expression} is not on the list in licences.yaml")
        folder = f"licences/{wheel.name}-{wheel.version}"
        texts[f"{folder}/{SUMMARY}"] = _summary(wheel, expression).encode()
        with zipfile.ZipFile(wheel.path) as archive:
            for entry in archive.namelist():
                if _TEXT.search(entry) and not entry.endswith("/"):
                    inside = re.sub(r"^licen[cs]es?/", "", entry.partition(".dist-info/")[2], flags=re.IGNORECASE)
                    texts[f"{folder}/{inside}"] = archive.read(entry)
    return texts


def _summary(wheel: Wheel, expression: str) -> str:
    """Return the licence by its SPDX expression, by whom the wheel is, and where its source is."""
    facts = [wheel.metadata[name] for name in ("Author", "Author-email") if wheel.metadata[name]]
    places = [*wheel.metadata.get_all("Project-URL", []), wheel.metadata["Home-page"] or ""]
    return "\n".join([expression, *facts, *filter(None, places)]) + "\n"


def without_text(texts: Iterable[str]) -> list[str]:
    """Return the folders of `licence_texts` whose wheel has no licence text."""
    names = [name.split("/")[1] for name in texts]
    return sorted(name for name in set(names) if names.count(name) == 1)


def bill(wheels: Iterable[Wheel], edges: Mapping[str, set[str]]) -> str:
    """Return the CycloneDX SBOM (JSON) of wheels: each file with its SHA-256, and what requires what."""
    lists = yaml.safe_load(licences.LISTS.read_text(encoding="utf-8"))
    components = {}
    for wheel in wheels:
        held = _distribution(wheel)
        described = components.setdefault(wheel.name, sbom.component(wheel.name, held, licences.licence(held, lists)))
        digest = HashType(alg=HashAlgorithm.SHA_256, content=hashlib.sha256(wheel.path.read_bytes()).hexdigest())
        place = XsUri(f"wheels/{wheel.path.name}")
        described.external_references.add(
            ExternalReference(type=ExternalReferenceType.DISTRIBUTION, url=place, hashes=[digest])
        )
    made = Bom()
    made.metadata.component = components["pacsimile"]
    for name, described in components.items():
        if name != "pacsimile":
            made.components.add(described)
        made.register_dependency(described, [components[needed] for needed in sorted(edges.get(name, ()))])
    return sbom.text_of(made)


def _distribution(wheel: Wheel) -> PathDistribution:
    archive = zipfile.Path(wheel.path)
    (info,) = [entry for entry in archive.iterdir() if entry.name.endswith(".dist-info")]
    return PathDistribution(info)  # type: ignore[arg-type]  # a zipfile.Path serves
