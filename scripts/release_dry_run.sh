#!/usr/bin/env bash
# A release without its upload: checks the changelog, builds the wheel, the source archive, the bundles of all platforms,
# SBOM and notes into dist/, and tests them as they were built. The workflow `release` calls it, then signs and uploads.
#
#   scripts/release_dry_run.sh --unreleased              a rehearsal, with the changelog's section Unreleased
#   scripts/release_dry_run.sh [--tag vX.Y.Z]            what a release does
#
# Needs .venv of `make test`, `make lint` or `make .venv/.installed-release`, and a machine where `unshare --net` is permitted.
set -euo pipefail
cd "$(dirname "$0")/.."

python=$PWD/.venv/bin/python
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
heading=start
step() {
    heading=$1
    printf '\n=== %s (after %d s)\n' "$heading" "$SECONDS"
}
trap 'printf "\nThe release failed in the step: %s\n" "$heading" >&2' ERR

step 'The changelog has the version, and every file has the same'
rm -rf dist
mkdir dist
"$python" scripts/release/changelog.py "$@" > dist/notes.md
printf '%d lines of notes\n' "$(wc -l < dist/notes.md)"
"$python" scripts/release/version.py
if [ -n "$(git status --porcelain)" ]; then
    echo 'The checkout has changes that are not committed: what is built here is not what a tag names.' >&2
    git status --short >&2
    false
fi

step 'The wheel and the source archive'
"$python" -m build --no-isolation --outdir dist/python . > "$work/build.log" 2>&1 || { cat "$work/build.log"; false; }
"$python" -m build --no-isolation --wheel --outdir "$work/again" . > "$work/build.log" 2>&1 || { cat "$work/build.log"; false; }
cmp dist/python/*.whl "$work"/again/*.whl  # the first was built from the source archive
echo 'ok      the source archive gives the same wheel as the checkout'
"$python" -m venv "$work/tools"
"$work/tools/bin/python" -m pip install --quiet --disable-pip-version-check twine==7.0.0
"$work/tools/bin/twine" check --strict dist/python/*

step 'The SBOM'
"$python" scripts/supply/sbom.py --hashes --output dist/sbom.cdx.json
"$python" scripts/supply/licences.py --published

step 'The offline bundles'
"$python" scripts/bundle/build.py --wheel dist/python/*.whl --output dist/bundle

step 'The wheel, as it was built, in an empty environment'
"$python" -m venv "$work/user"
"$work/user/bin/python" -m pip install --quiet --disable-pip-version-check --constraint constraints.txt dist/python/*.whl
(cd "$work" && "$python" "$OLDPWD/scripts/smoke.py" "$work/user/bin/pacsimile" serve --port 0 --json)
echo 'ok      it serves'

step 'The bundle of this platform, as it was built, without a network'
scripts/check_bundle.sh dist/bundle/*-"$("$python" -c 'import platform; print("linux-" + platform.machine())')".zip

step 'What a release uploads'
find dist -type f -exec sha256sum {} + | sort -k 2 | tee "$work/sums" | awk '{print $2}' | xargs du -h --apparent-size
printf '\nNothing was uploaded. %d files in dist/.\n' "$(wc -l < "$work/sums")"
