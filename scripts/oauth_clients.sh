#!/usr/bin/env bash
# Do the OAuth clients that people use get a token from the mock, as their documentation shows? requests-oauthlib and
# Authlib for Python, oauth4webapi for JavaScript; the last one also validates the token by RFC 9068.
# PYTHON names the interpreter that has pacsimile[dev] (default: .venv/bin/python). Needs npm.
set -euo pipefail
cd "$(dirname "$0")/.."

library=oauth4webapi@3.8.8
python=${PYTHON:-.venv/bin/python}
folder=$(mktemp -d)
mock=
finish() {
  if [ -n "$mock" ]; then kill "$mock" 2>/dev/null && wait "$mock" || true; fi
  rm -rf "$folder"
}
trap finish EXIT

if ! command -v npm >/dev/null; then
  echo "oauth_clients: npm is needed; install Node.js 20 or newer" >&2
  exit 2
fi

mkfifo "$folder/announcement"
"$python" -m pacsimile serve --port 0 --json >"$folder/announcement" 2>"$folder/mock.log" &
mock=$!
exec 3<"$folder/announcement"  # kept open: a mock whose reader has gone could not write
if ! read -r announced <&3; then
  echo "oauth_clients: the mock did not start:" >&2
  cat "$folder/mock.log" >&2
  exit 1
fi
eval "$("$python" scripts/generate_clients/announced.py <<<"$announced")"

"$python" scripts/oauth_clients.py --url "$BASE_URL" --client-id "$CLIENT_ID" --client-secret "$CLIENT_SECRET" \
  --organization "$ORGANIZATION_ID"

cp scripts/oauth_clients.mjs "$folder"
npm install --prefix "$folder" --no-save --no-audit --no-fund --ignore-scripts --loglevel error "$library"
node "$folder/oauth_clients.mjs" "$BASE_URL" "$CLIENT_ID" "$CLIENT_SECRET" "$ORGANIZATION_ID"
