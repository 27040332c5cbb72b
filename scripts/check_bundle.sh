#!/usr/bin/env bash
# Does the offline bundle serve where there is no network? Builds this platform's zip for this Python, twice: both have
# the same bytes. Then unpacks, installs and uses it in an empty network namespace, with an empty HOME: `serve`, `verify`,
# the pytest fixture, and the slim installation. Run it after `make test` or `make lint`, whose .venv builds the zip.
#
#   scripts/check_bundle.sh [ZIP]      a zip that was built already, such as that of a release
set -euo pipefail
cd "$(dirname "$0")/.."

# Alone with a loopback interface: as root, or as a user who may have namespaces of his own.
alone=()
for try in "unshare --net" "unshare --map-root-user --net"; do
    $try true 2> /dev/null && { read -ra alone <<< "$try"; break; }
done
if [ ${#alone[@]} -eq 0 ]; then
    echo 'check_bundle: `unshare --net` is not permitted here, so nothing shows that the bundle needs no network.' >&2
    echo '              Run it as root, or where users may make network namespaces.' >&2
    exit 1
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/home" "$work/own"
python=$(.venv/bin/python -c 'import sys; print(sys._base_executable)')
zip=${1:-}
if [ -z "$zip" ]; then
    name=$(.venv/bin/python -c 'import platform; print("linux-" + platform.machine())')
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    for turn in first second; do
        .venv/bin/python scripts/bundle/build.py --platform "$name" --python "$version" --output "$work/$turn"
    done
    zip=$(echo "$work"/first/*.zip)
    cmp "$zip" "$work"/second/*.zip
    echo 'ok      the same bytes when it is built again'
fi
"$python" -m zipfile --extract "$zip" "$work/bundle"
bundle=$(echo "$work"/bundle/*)

env -i HOME="$work/home" PATH=/usr/bin:/bin PYTHON="$python" \
    "${alone[@]}" bash scripts/bundle/use.sh "$bundle" "$work/own" "$PWD/scripts/smoke.py"
echo '4 passed, 0 failed'
