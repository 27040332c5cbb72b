"""Build the offline bundles: one zip for each platform, with all wheels that pacsimile needs there.

`make bundle` builds all. The versions are those of constraints.txt, so the same commit gives the same bytes. Wheels are
downloaded once, into `build/bundle/wheels/PLATFORM`. A wheel that does not exist fails the build, unless its platform
and Python are declared in `without.yaml`.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

import archive
import papers
import yaml
from packaging.requirements import Requirement
from platforms import PLATFORMS, PYTHONS, Platform
from wheels import EXTRAS, Finder, Unavailable, Wheel, pins

ROOT = Path(__file__).resolve().parents[2]
INSIDE = Path(__file__).with_name("inside")
WITHOUT = Path(__file__).with_name("without.yaml")


def own_wheel(folder: Path) -> Wheel:
    """Build the project's wheel. Raise Unavailable with the output of the build if it fails."""
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unavailable(f"the wheel of pacsimile cannot be built:\n{done.stdout}{done.stderr}")
    return Wheel(max(folder.glob("pacsimile-*.whl"), key=lambda path: path.stat().st_mtime))


def pythons_of(platform: Platform, wanted: list[str]) -> list[str]:
    """Return the wanted Pythons without those that `without.yaml` declares, and print each of these."""
    declared = {
        (entry["platform"], str(entry["python"])): entry["reason"]
        for entry in yaml.safe_load(WITHOUT.read_text(encoding="utf-8")) or []
    }
    for python in wanted:
        if reason := declared.get((platform.name, python)):
            print(f"note    {platform.name} has no wheels for Python {python}: {reason}")
    return [python for python in wanted if (platform.name, python) not in declared]


def contents(finder: Finder, pythons: list[str]) -> dict[str, bytes | Path]:
    """Return the files of a bundle by their path in it."""
    wheels: dict[str, Wheel] = {}
    edges: dict[str, set[str]] = {}
    for python in pythons:
        needed, requires = finder.wheels(python)
        wheels |= {wheel.path.name: wheel for wheel in needed.values()}
        for name, names in requires.items():
            edges.setdefault(name, set()).update(names)
    every = [wheels[name] for name in sorted(wheels)]
    facts = {
        "version": str(finder.project.version),
        "extras": EXTRAS,
        "platform": finder.platform.name,
        "needs": finder.platform.needs,
        "oldest": finder.platform.oldest,
        "system": finder.platform.system,
        "machine": finder.platform.markers["platform_machine"],
        "pythons": pythons,
    }
    files: dict[str, bytes | Path] = {f"wheels/{wheel.path.name}": wheel.path for wheel in every}
    texts = papers.licence_texts(every)
    files |= texts
    files["LICENSE"] = ROOT / "LICENSE"
    files["bundle.json"] = (json.dumps(facts, indent=1) + "\n").encode()
    files["sbom.cdx.json"] = papers.bill(every, edges).encode()
    for path in INSIDE.iterdir():
        if path.suffix in (".sh", ".ps1", ".py", ".txt"):
            files[path.name] = _filled(path, facts)
    if missing := papers.without_text(texts):
        print(f"note    the licence is in the bundle by its name alone, as in the wheel: {', '.join(missing)}")
    files["SHA256SUMS"] = archive.checksums(files).encode()
    return files


def _filled(path: Path, facts: dict[str, object]) -> bytes:
    """Return a file with the facts in place of `@name@`, with the line ends of its platform."""
    text = path.read_text(encoding="utf-8")
    for name, value in facts.items():
        text = text.replace(f"@{name}@", ", ".join(map(str, value)) if isinstance(value, list) else str(value))
    windows = path.suffix == ".ps1" or (path.suffix == ".txt" and facts["system"] == "win32")
    return text.replace("\n", "\r\n").encode() if windows else text.encode()


def build(platform: Platform, project: Wheel, constraints: list[Requirement], options: argparse.Namespace) -> Path:
    """Build a platform's zip and return its path."""
    began = time.monotonic()
    finder = Finder(platform, project, constraints, options.wheels / platform.name)
    pythons = pythons_of(platform, options.python or list(PYTHONS))
    files = contents(finder, pythons)
    name = f"pacsimile-{project.version}-{platform.name}"
    path = Path(options.output / f"{name}.zip")
    archive.write(path, name, files)
    count = sum(file.endswith(".whl") for file in files)
    size, took = path.stat().st_size / 1e6, time.monotonic() - began
    print(f"ok      {path.name}: {count} wheels for Python {', '.join(pythons)}, {size:.0f} MB, {took:.0f} s")
    return path


def main() -> int:
    """Build the bundles that are asked for, and a SHA256SUMS of them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--platform", action="append", choices=PLATFORMS, help="repeatable; all, if not given")
    parser.add_argument("--python", action="append", choices=PYTHONS, help="repeatable; all, if not given")
    parser.add_argument("--output", type=Path, default=ROOT / "build/bundle", help="the folder of the zips")
    parser.add_argument(
        "--wheels", type=Path, default=ROOT / "build/bundle/wheels", help="the folder of what is downloaded"
    )
    parser.add_argument("--wheel", type=Path, help="the wheel of pacsimile; built, if not given")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    try:
        project = Wheel(options.wheel) if options.wheel else own_wheel(options.output)
        constraints = pins(ROOT / "constraints.txt")
        chosen = [PLATFORMS[name] for name in options.platform or PLATFORMS]
        made = [build(platform, project, constraints, options) for platform in chosen]
    except Unavailable as error:
        print(f"bundle: {error}", file=sys.stderr)
        return 1
    sums = options.output / "SHA256SUMS"
    zips = {path.name: path for path in options.output.glob("pacsimile-*.zip")}  # those of earlier calls too
    sums.write_text(archive.checksums(zips), encoding="utf-8")
    print(f"\nCarry over {made[0] if len(made) == 1 else 'the zip of each platform'}")
    print(f"with       {sums}")
    print("docs/install.md says how to install it where there is no network.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
