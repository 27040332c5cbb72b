#!/usr/bin/env bash
# Does every dependency, the published extras' too, exist as a wheel where users are? A dependency that must be compiled
# is not installable on most integrators' machines. Downloads into a temporary folder; run it after `make test` or
# `make lint`, whose .venv it uses. VERSIONS names the versions of Python (default: all that are supported).
set -euo pipefail
cd "$(dirname "$0")/.."

python=${PYTHON:-.venv/bin/python}
read -ra versions <<< "${VERSIONS:-3.11 3.12 3.13 3.14}"
wheels=$(mktemp -d)
trap 'rm -rf "$wheels"' EXIT

# download FOLDER PLATFORM-OPTIONS... < REQUIREMENTS
download() {
    local folder=$1 requirements
    shift
    requirements=$(mktemp "$wheels/requirements.XXXXXX")
    cat > "$requirements"
    "$python" -m pip download --quiet --dest "$folder" --only-binary=:all: "$@" --requirement "$requirements"
}

# check NAME PLATFORM TAG...: first what the project asks for, then what those wheels ask for on that platform alone.
check() {
    local name=$1 platform=$2 version folder
    shift 2
    for version in "${versions[@]}"; do
        folder=$wheels/$name-$version
        local options=(--python-version "$version" --implementation cp)
        for tag in "$@"; do options+=(--platform "$tag"); done
        if "$python" scripts/requirements_for.py "$platform" "$version" | download "$folder" "${options[@]}" &&
            "$python" scripts/requirements_for.py "$platform" "$version" "$folder" | download "$folder" "${options[@]}"
        then
            printf 'ok      %s, Python %s: %d wheels\n' "$name" "$version" "$(find "$folder" -name '*.whl' | wc -l)"
        else
            printf 'failed  %s, Python %s: see the requirement that pip names above\n' "$name" "$version"
        fi
        rm -rf "$folder"
    done
}

# The platforms are looked at side by side: most of it is waiting.
check linux-x86_64 linux manylinux_2_28_x86_64 manylinux_2_17_x86_64 manylinux2014_x86_64 > "$wheels/1.txt" &
check linux-aarch64 linux manylinux_2_28_aarch64 manylinux_2_17_aarch64 manylinux2014_aarch64 > "$wheels/2.txt" &
check macos-arm64 macos macosx_11_0_arm64 > "$wheels/3.txt" &
check macos-x86_64 macos macosx_11_0_x86_64 > "$wheels/4.txt" &
check windows-amd64 windows win_amd64 > "$wheels/5.txt" &
wait
cat "$wheels"/?.txt
passed=$(cat "$wheels"/?.txt | grep -c '^ok ' || true)
wanted=$((5 * ${#versions[@]}))
printf '%d passed, %d failed\n' "$passed" "$((wanted - passed))"
[ "$passed" -eq "$wanted" ]
