#!/usr/bin/env bash
# Does the wheel, installed alone in an empty environment, give a command that serves? Once for each Python from 3.11 on
# that is on this machine. Run it after `make test` or `make lint`, whose .venv builds the wheel.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
.venv/bin/python -m build --wheel --no-isolation --outdir "$work" . > "$work/build.log" 2>&1 || { cat "$work/build.log"; exit 1; }
wheels=("$work"/*.whl)

passed=0
for python in python3.11 python3.12 python3.13; do
    "$python" -c 'import venv, ensurepip' 2> /dev/null || continue
    "$python" -m venv "$work/$python"
    "$work/$python/bin/python" -m pip install --quiet --disable-pip-version-check "${wheels[0]}"
    # From an empty folder and an empty HOME: nothing of the checkout or of the person can help it.
    mkdir "$work/$python/home"
    (cd "$work/$python/home" && HOME=$PWD "$work/$python/bin/python" - "$work/$python/bin/pacsimile" < "$OLDPWD/scripts/smoke.py")
    echo "ok      $("$python" --version): $("$work/$python/bin/python" -m pip list 2> /dev/null | tail -n +3 | wc -l) packages"
    passed=$((passed + 1))
done

[ "$passed" -gt 0 ] || { echo 'no Python 3.11, 3.12 or 3.13 on this machine can make a virtual environment' >&2; exit 1; }
printf '%d passed, 0 failed\n' "$passed"
