#!/usr/bin/env bash
# Lints openapi.yaml, the documents that `describe` makes of it (OpenAPI 3.0, dialects), and the control API's description
# (`control` in .redocly.yaml),
# with every rule of .redocly.yaml. One warning fails it.
# Needs npm; installs the linter into a folder that is removed at the end. PYTHON names the interpreter that has
# pacsimile (default: .venv/bin/python).
set -euo pipefail
cd "$(dirname "$0")/.."

linter=@redocly/cli@2.77.0
python=${PYTHON:-.venv/bin/python}

if ! command -v npm >/dev/null; then
  echo "lint_description: npm is needed; install Node.js 20.19 or newer" >&2
  exit 2
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

npm install --prefix "$folder" --no-save --no-audit --no-fund --ignore-scripts --loglevel error "$linter"
"$python" -m pacsimile describe --openapi 3.0 >"$folder/openapi-3.0.yaml"
dialects=()
for dialect in camel legacy minimal; do
  dialects+=("$folder/$dialect.yaml")
  "$python" -m pacsimile describe --dialect "$dialect" >"$folder/$dialect.yaml"
done

export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true
lint() { "$folder/node_modules/.bin/redocly" lint "$1" --config .redocly.yaml --lint-config error "${@:2}"; }

for document in openapi.yaml "$folder/openapi-3.0.yaml" control; do
  lint "$document"
done
for document in "${dialects[@]}"; do
  # Rules on the contract's own headers and media types, which a dialect may spell otherwise.
  lint "$document" --skip-rule rule/headers-of-every-answer --skip-rule rule/answers-have-headers \
    --skip-rule response-mime-type
done
