#!/usr/bin/env bash
# Makes reports of four kinds of run, of a client, of a load, and a kill matrix, and looks at them and at a proxy's live page in Chromium: wide
# and on a phone, light and dark, by keyboard, printed. Fails where a script complains, something is cut, cannot be reached or read.
#
#   scripts/look_at_report.sh [FOLDER]       FOLDER keeps the reports, and the pictures and PDFs of them
#
# Needs npm and Chromium. PYTHON names the interpreter that has pacsimile[contract] (default: .venv/bin/python).
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/debian_tools.sh
need_tools chromium:chromium npm:npm pdftotext:poppler-utils

python=$(realpath -s "${PYTHON:-.venv/bin/python}")
tools=$(mktemp -d)
live=
trap '[ -z "$live" ] || kill "$live"; rm -rf "$tools"' EXIT
folder=${1:-$tools/looks}
mkdir -p "$folder/pictures"

PACSIMILE_RUNTIME_DIR=$tools/runtime "$python" scripts/look_at_report/sample_runs.py "$folder"

cp scripts/look_at_report/{look.mjs,package.json} "$tools"
npm install --prefix "$tools" --no-audit --no-fund --ignore-scripts --loglevel error
exec 3< <(exec "$python" scripts/look_at_report/live_page.py "$folder/failing")
live=$!
read -r link <&3
node "$tools/look.mjs" "$(command -v chromium)" "$folder/pictures" "$link" "$folder"/*/report.html "$folder/load/load.html" "$folder/matrix.html"

for printed in failing standing; do
    text=$(pdftotext -layout "$folder/pictures/$printed-report.pdf" -)
    for words in 'Contract test of' Coverage 'To repeat a call' 'Written by pacsimile'; do
        grep -qF "$words" <<< "$text" || { echo "$printed: on paper there is no '$words'" >&2; exit 1; }
    done
done
