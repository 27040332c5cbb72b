#!/usr/bin/env bash
# Generates a client from openapi.yaml with each of two generators, type-checks it, and uses it against a server:
# openapi-python-client, and openapi-typescript with openapi-fetch. An unexpected answer fails it.
#
#   scripts/generate_clients.sh                   against a mock that it starts, and ends; then clients of the dialects
#                                                 camel and legacy, against mocks that speak them
#   scripts/generate_clients.sh BASE_URL          against what is there: CLIENT_ID, CLIENT_SECRET and ORGANIZATION_ID in
#                                                 the environment. It acknowledges a report: do not point it at what
#                                                 others rely on.
# PYTHON names the interpreter that has pacsimile[dev] (default: .venv/bin/python). Needs npm.
set -euo pipefail
cd "$(dirname "$0")/.."

repository=$PWD
python=$(realpath -s "${PYTHON:-.venv/bin/python}")
checks=$repository/scripts/generate_clients
folder=$(mktemp -d)
mock=
stop_mock() {
  if [ -n "$mock" ]; then kill "$mock" 2>/dev/null && wait "$mock" || true; fi
  mock=
}

finish() {
  stop_mock
  rm -rf "$folder"
}
trap finish EXIT

if ! command -v npm >/dev/null; then
  echo "generate_clients: npm is needed; install Node.js 20 or newer" >&2
  exit 2
fi

start_mock() {
  stop_mock
  rm -f "$folder/announcement"
  mkfifo "$folder/announcement"
  "$python" -m pacsimile serve --port 0 --json --dialect "$1" >"$folder/announcement" 2>"$folder/mock.log" &
  mock=$!
  # Opened once and kept open: a mock whose reader has gone could not write
  exec 3<"$folder/announcement"
  if ! read -r announced <&3; then
    echo "generate_clients: the mock did not start:" >&2
    cat "$folder/mock.log" >&2
    exit 1
  fi
  eval "$("$python" "$checks/announced.py" <<<"$announced")"
}

# check_clients DIALECT CHECK: CHECK.py and CHECK.ts use the clients
check_clients() {
  echo "== the description of $1, in OpenAPI 3.1 and 3.0"
  "$python" -m pacsimile describe --dialect "$1" >"$folder/openapi.yaml"
  "$python" -m pacsimile describe --dialect "$1" --openapi 3.0 >"$folder/openapi-3.0.yaml"

  echo "== openapi-python-client"
  for version in "" -3.0; do
    rm -rf "$folder/python$version"
    "$python" -m openapi_python_client generate --fail-on-warning --meta none --overwrite \
      --path "$folder/openapi$version.yaml" --output-path "$folder/python$version/results_client"
    MYPYPATH="$folder/python$version" "$python" -m mypy --config-file "" --strict --follow-imports silent "$checks/$2.py"
    PYTHONPATH="$folder/python$version" "$python" "$checks/$2.py"
  done

  echo "== openapi-typescript, openapi-fetch"
  cp "$checks/$2.ts" "$folder/typescript/check.ts"
  cd "$folder/typescript"
  for version in "" -3.0; do
    npx openapi-typescript "$folder/openapi$version.yaml" --output schema.ts
    npx tsc
    node build/check.js
  done
  cd "$repository"
}

PATH=$(dirname "$python"):$PATH  # openapi-python-client formats what it wrote with ruff
mkdir "$folder/typescript"
cp "$checks"/*.json "$folder/typescript"
(cd "$folder/typescript" && npm install --no-audit --no-fund --ignore-scripts --loglevel error)

export BASE_URL CLIENT_ID CLIENT_SECRET ORGANIZATION_ID
if [ $# -gt 0 ]; then
  BASE_URL=$1
  : "${CLIENT_ID:?set CLIENT_ID, CLIENT_SECRET and ORGANIZATION_ID}" "${CLIENT_SECRET:?}" "${ORGANIZATION_ID:?}"
  check_clients identity check
else
  start_mock identity
  check_clients identity check
  for dialect in camel legacy; do
    start_mock "$dialect"
    check_clients "$dialect" "check_$dialect"
  done
fi
