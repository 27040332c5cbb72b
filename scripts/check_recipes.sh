#!/usr/bin/env bash
# Are the recipes of docs/ci.md true? Validates the workflows and pipelines against the vendors' schemas, which come with
# check-jsonschema, and runs their shell steps with the wheel, installed as the page says. See check_recipes/run.py.
#
#   scripts/check_recipes.sh [RECIPE...]      github, gitlab, jenkins, nightly, container, pre_commit; all without a name
#
# Needs .venv of `make test` or `make lint`, curl and git.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python=$PWD/.venv/bin/python

"$python" -c '
import sys; sys.path.insert(0, "scripts/check_recipes")
import pathlib, recipes
for path, text in recipes.files(pathlib.Path("docs/ci.md")).items():
    written = pathlib.Path(sys.argv[1], path); written.parent.mkdir(parents=True, exist_ok=True); written.write_text(text)
' "$work/shown"
"$python" -m venv "$work/tools"
"$work/tools/bin/python" -m pip install --quiet --disable-pip-version-check check-jsonschema==0.39.0
check="$work/tools/bin/check-jsonschema"
"$check" --builtin-schema vendor.github-workflows "$work"/shown/.github/workflows/*.yml .github/workflows/*.yml
"$check" --builtin-schema vendor.gitlab-ci "$work/shown/.gitlab-ci.yml" "$work/shown/contract/gitlab-container.yml"
"$check" --schemafile contract_tests/pacsimile_contract/target.schema.json "$work"/shown/contract/*.yaml
if sed 's/runs-on/run-on/' "$work/shown/.github/workflows/contract.yml" > "$work/wrong.yml" &&
    "$check" --builtin-schema vendor.github-workflows "$work/wrong.yml" > /dev/null; then
    echo 'check_recipes: the schema sees nothing in a workflow without runs-on' >&2
    exit 1
fi

"$python" -m build --wheel --no-isolation --outdir "$work/wheels" . > "$work/build.log" 2>&1 || { cat "$work/build.log"; exit 1; }
"$python" -m venv "$work/runner"
mkdir "$work/runs"
wheel=$(echo "$work"/wheels/*.whl)
export PATH=$work/runner/bin:$PATH PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_QUIET=1
"$work/runner/bin/python" -m pip install "$wheel[contract]"
"$python" scripts/check_recipes/run.py "$work/runs" "$wheel" "$@"
