#!/usr/bin/env bash
# Does it serve for a newcomer? Twice over: the wheel, installed alone in an empty environment, once for each Python from
# 3.11 on that is on this machine; and `make serve` in a fresh clone of what is committed. Both with an empty HOME. Run
# it after `make test` or `make lint`, whose .venv builds the wheel.
set -euo pipefail
cd "$(dirname "$0")/.."

repository=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/home"
export HOME=$work/home
passed=0

.venv/bin/python -m build --wheel --no-isolation --outdir "$work" . > "$work/build.log" 2>&1 || { cat "$work/build.log"; exit 1; }
wheels=("$work"/*.whl)

for python in python3.11 python3.12 python3.13 python3.14; do
    "$python" -c 'import venv, ensurepip' 2> /dev/null || continue
    "$python" -m venv "$work/$python"
    "$work/$python/bin/python" -m pip install --quiet --disable-pip-version-check "${wheels[0]}"
    # From an empty folder: nothing of the checkout can help it.
    (cd "$HOME" && "$work/$python/bin/python" "$repository/scripts/smoke.py" "$work/$python/bin/pacsimile" serve --port 0 --json)
    installed=$("$work/$python/bin/python" -m pip list --format freeze 2> /dev/null | wc -l)
    printf 'ok      the wheel, %s, %d packages\n' "$("$python" --version)" "$installed"
    passed=$((passed + 1))
done
[ "$passed" -gt 0 ] || { echo 'no Python 3.11, 3.12, 3.13 or 3.14 on this machine can make a virtual environment' >&2; exit 1; }

git clone --quiet . "$work/clone"
(cd "$work/clone" && "$repository/.venv/bin/python" scripts/smoke.py make serve ARGS="--port 0 --json")
echo 'ok      make serve in a fresh clone'
passed=$((passed + 1))

printf '%d passed, 0 failed\n' "$passed"
