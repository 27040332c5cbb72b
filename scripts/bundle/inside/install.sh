#!/bin/sh
# Installs pacsimile from this folder: sh install.sh FOLDER [--slim]. Needs no network and no compiler.
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
tried=${PYTHON:-python3.14 python3.13 python3.12 python3.11 python3 python}
set -f
[ -z "${PYTHON:-}" ] || IFS= # one path, which may have spaces
for candidate in $tried; do
    if "$candidate" -I -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then
        exec "$candidate" -I -B "$here/install.py" "$@"
    fi
done
echo "install.sh: no Python 3.11 or newer was found. Tried: $tried." >&2
echo "            Install one, or name yours: PYTHON=/path/to/python3 sh install.sh FOLDER" >&2
exit 1
