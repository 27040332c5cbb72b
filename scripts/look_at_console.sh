#!/usr/bin/env bash
# Walks through every page of the console in Chromium: wide and on a phone, light and dark, by keyboard, with axe-core.
# Uses each form. Fails where something is cut, cannot be read or reached, is asked of another host, or runs a script
# that a client sent.
#
#   scripts/look_at_console.sh [FOLDER]       FOLDER keeps the pictures
#
# Needs npm and Chromium. PYTHON names the interpreter that has pacsimile (default: .venv/bin/python).
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/debian_tools.sh
need_tools chromium:chromium npm:npm

python=$(realpath -s "${PYTHON:-.venv/bin/python}")
tools=$(mktemp -d)
trap 'kill "$server" 2> /dev/null || true; rm -rf "$tools"' EXIT
server=
folder=${1:-$tools/pictures}
mkdir -p "$folder"

cp scripts/look_at_console/{look.mjs,package.json} "$tools"
npm install --prefix "$tools" --no-audit --no-fund --ignore-scripts --loglevel error
PACSIMILE_RUNTIME_DIR=$tools/runtime "$python" -m pacsimile serve --port 0 --json > "$tools/started.json" &
server=$!
for _ in $(seq 100); do [ -s "$tools/started.json" ] && break; sleep 0.1; done
node "$tools/look.mjs" "$(command -v chromium)" "$folder" "$tools/started.json"
