"""Write a CycloneDX SBOM (JSON) of what `pip install pacsimile[contract,postgresql]` installs.

It describes what is installed here, is valid CycloneDX, is sorted, and has no times or random ids. So the same
environment gives the same bytes. `--hashes` asks the index for the files of each version and adds their SHA-256. If the
index does not have them, the script fails.
"""

import argparse
import json
import sys
from importlib.metadata import Distribution
from pathlib import Path

import index
import installed
import licences
import yaml
from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL
from packaging.utils import InvalidSdistFilename, InvalidWheelFilename, parse_sdist_filename, parse_wheel_filename
from packaging.version import Version


def files_of(name: str, version: str, url: str) -> list[ExternalReference]:
    """Return the files of a version from the index, each with its SHA-256.

    Raises:
        IndexUnavailable: The index gives no answer.
    """
    references = []
    for file in index.files(url, name):
        if _version(file["filename"]) == Version(version) and "sha256" in file.get("hashes", {}):
            digest = HashType(alg=HashAlgorithm.SHA_256, content=file["hashes"]["sha256"])
            kind = ExternalReferenceType.DISTRIBUTION
            references.append(ExternalReference(type=kind, url=XsUri(file["url"]), hashes=[digest]))
    return references


def _version(filename: str) -> Version | None:
    try:
        return parse_wheel_filename(filename)[1] if filename.endswith(".whl") else parse_sdist_filename(filename)[1]
    except (InvalidWheelFilename, InvalidSdistFilename):
        return None


def component(name: str, distribution: Distribution, licence: str | None) -> Component:
    """Describe a distribution by its name, version, licence and package URL."""
    locator = PackageURL("pypi", None, name, distribution.version)
    return Component(
        name=distribution.metadata["Name"],
        version=distribution.version,
        type=ComponentType.APPLICATION if name == "pacsimile" else ComponentType.LIBRARY,
        bom_ref=locator.to_string(),
        purl=locator,
        licenses=[LicenseFactory().make_from_string(licence)] if licence else [],
    )


def bom(hashes_from: str | None) -> Bom:
    """Describe the closure. `hashes_from` is the index to ask for the files."""
    lists = yaml.safe_load(licences.LISTS.read_text(encoding="utf-8"))
    distributions, edges = installed.closure(*installed.PUBLISHED)
    components = {name: component(name, held, licences.licence(held, lists)) for name, held in distributions.items()}
    made = Bom()
    made.metadata.component = root = components["pacsimile"]
    for name, described in components.items():
        if described is not root:
            made.components.add(described)
            if hashes_from:
                described.external_references.update(files_of(name, str(described.version), hashes_from))
        made.register_dependency(described, [components[needed] for needed in sorted(edges.get(name, ()))])
    return made


def text_of(made: Bom) -> str:
    """Return the SBOM as JSON, without what differs between runs.

    Raises:
        SystemExit: It is not valid by CycloneDX's schema.
    """
    whole = json.loads(JsonV1Dot6(made).output_as_string())
    whole.pop("serialNumber", None)
    whole["metadata"].pop("timestamp", None)
    text = json.dumps(whole, indent=2, sort_keys=True) + "\n"
    if error := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        raise SystemExit(f"the SBOM does not fit its schema: {error}")
    return text


def main() -> int:
    """Write the SBOM to a file, or to standard output."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--hashes", action="store_true", help="ask the package index for each file's SHA-256")
    parser.add_argument("--index", help="a simple index (PEP 691); pip's, if not given")
    parser.add_argument("--output", type=Path, help="a file; standard output, if not given")
    options = parser.parse_args()
    try:
        text = text_of(bom((options.index or index.index_url()) if options.hashes else None))
    except index.IndexUnavailable as error:
        print(f"sbom: the index does not tell the files of {error}; leave out --hashes", file=sys.stderr)
        return 1
    if options.output is None:
        print(text, end="")
    else:
        options.output.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
