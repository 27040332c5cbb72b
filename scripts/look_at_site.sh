#!/usr/bin/env bash
# Builds the documentation's site and looks at it in Chromium, from its files and without a network: each page, the search,
# the pictures. Fails where something is missing, asks for the network, or cannot be read.
#
#   scripts/look_at_site.sh [FOLDER]       FOLDER keeps the pictures
#
# Needs npm and Chromium. `make site` has installed what builds the site.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/debian_tools.sh
need_tools chromium:chromium npm:npm

tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
pictures=${1:-$tools/pictures}
mkdir -p "$pictures"

make --silent site > "$tools/place"
cp scripts/look_at_site/{look.mjs,package.json} "$tools"
npm install --prefix "$tools" --no-audit --no-fund --ignore-scripts --loglevel error
node "$tools/look.mjs" "$(command -v chromium)" "$(dirname "$(tail -n 1 "$tools/place")")" "$pictures"
