#!/usr/bin/env bash
# Has bundles of the `fhir` type judged by others: fhir.resources (Python) for their shape, then, from npm, the packages
# `fhir` and @medplum/core, which bring the definitions of R4, and @lhncbc/ucum-lhc for units. One error, or one warning
# that docs/formats/fhir.md does not explain, fails it. Offline but for npm.
#
#   scripts/validate_fhir.sh           50 documents that it makes
#   scripts/validate_fhir.sh FOLDER    the *.json of a folder
# PYTHON names the interpreter that has pacsimile[dev] (default: .venv/bin/python). Needs Node.js 20.19 or newer and npm.
set -euo pipefail
cd "$(dirname "$0")/.."

python=${PYTHON:-.venv/bin/python}
if ! command -v npm >/dev/null; then
  echo "validate_fhir: npm is needed; install Node.js 20.19 or newer" >&2
  exit 2
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

documents=${1:-$work/documents}
if [ $# -eq 0 ]; then
  "$python" scripts/sample_reports.py fhir "$documents"
elif [ ! -d "$documents" ]; then
  echo "validate_fhir: $documents is no folder" >&2
  exit 2
fi
documents=$(cd "$documents" && pwd)

echo "== fhir.resources"
"$python" scripts/validate_fhir/shape.py "$documents"

echo "== fhir, @medplum/core, @lhncbc/ucum-lhc"
cp scripts/validate_fhir/*.mjs scripts/validate_fhir/package.json "$work"
npm install --prefix "$work" --no-audit --no-fund --ignore-scripts --loglevel error
node "$work/check.mjs" "$documents"
